//! A province's data: units, forms, message templates and limits, policy and holidays, attributes of households and
//! people. Another province is another folder beside `hainan`.

use fupin_access::founding;
use fupin_contract::{
    setup::ProvinceChoice,
    units::{ImportUnit, Level},
};
use fupin_kernel::{Error, Result, Tx};
use rust_embed::Embed;
use serde::Deserialize;

#[derive(Embed)]
#[folder = "provinces"]
struct Files;

/// What `province.json` says.
#[derive(Debug, Deserialize)]
struct Description {
    name: String,
    /// Towns that report as a county-level unit though they lie in another, by code.
    #[serde(default)]
    county_level_towns: Vec<String>,
    /// The village whose people the demonstration offers, by code.
    #[serde(default)]
    demo_village: Option<String>,
}

/// One province as its folder tells it.
#[derive(Debug)]
pub struct Province {
    pub key: String,
    pub name: String,
    pub units: Vec<ImportUnit>,
    /// As the file has them.
    pub units_csv: String,
    pub forms: Vec<String>,
    pub messages: String,
    pub policy: String,
    pub holidays: String,
    /// How much may be sent, and when.
    pub limits: String,
    pub registry: Registry,
    pub demo_village: Option<String>,
}

/// What a province keeps of households and people: attributes, code lists, income lines, who reviews changes.
#[derive(Debug)]
pub struct Registry {
    pub catalog: String,
    pub dictionaries: String,
    pub lines: String,
    pub policy: String,
    /// Of a synthetic province: how the poor are spread over its counties. Invented.
    pub weights: String,
}

impl Registry {
    fn read(key: &str) -> Result<Self> {
        let file = |name: &str| text(&format!("{key}/registry/{name}.json"));
        Ok(Self {
            catalog: file("catalog")?,
            dictionaries: file("dictionaries")?,
            lines: file("lines")?,
            policy: file("policy")?,
            weights: file("weights")?,
        })
    }

    /// Attributes and lists as this version ships them; lines and policy where nothing was set before.
    async fn load(&self, tx: &mut Tx) -> Result<()> {
        fupin_registry::load_catalog(tx, &self.catalog, &self.dictionaries).await?;
        fupin_registry::load_lines(tx, &self.lines).await?;
        fupin_registry::load_policy(tx, &self.policy).await
    }
}

/// The provinces that this program knows.
pub fn list() -> Result<Vec<ProvinceChoice>> {
    let mut keys: Vec<String> =
        Files::iter().filter_map(|path| path.strip_suffix("/province.json").map(str::to_owned)).collect();
    keys.sort();
    keys.iter().map(|key| Province::read(key).map(|province| province.choice())).collect()
}

impl Province {
    /// Read a province's folder.
    pub fn read(key: &str) -> Result<Self> {
        let description: Description = serde_json::from_str(&text(&format!("{key}/province.json"))?)?;
        let units_csv = text(&format!("{key}/units.csv"))?;
        let units = read_units(&units_csv, &description.county_level_towns)?;
        let mut names: Vec<String> = Files::iter()
            .filter(|path| path.starts_with(&format!("{key}/forms/")) && path.ends_with(".json"))
            .map(|path| path.to_string())
            .collect();
        names.sort();
        let forms = names.iter().map(|name| text(name)).collect::<Result<_>>()?;
        Ok(Self {
            key: key.to_owned(),
            name: description.name,
            units,
            units_csv,
            forms,
            messages: text(&format!("{key}/messages.json"))?,
            policy: text(&format!("{key}/policy.json"))?,
            holidays: text(&format!("{key}/holidays.json"))?,
            limits: text(&format!("{key}/limits.json"))?,
            registry: Registry::read(key)?,
            demo_village: description.demo_village,
        })
    }

    fn choice(&self) -> ProvinceChoice {
        let count = |level| self.units.iter().filter(|unit| unit.level == level).count() as i64;
        ProvinceChoice {
            key: self.key.clone(),
            name: self.name.clone(),
            counties: count(Level::County),
            towns: count(Level::Town),
            villages: count(Level::Village),
            forms: self.forms.len() as i64,
        }
    }

    /// Put units, forms, templates and limits, policy and holidays into an empty instance.
    pub async fn load(&self, tx: &mut Tx) -> Result<()> {
        founding::plant(tx, &self.units).await?;
        founding::know_the_tree(tx).await?;
        fupin_reporting::load_forms(tx, &self.forms).await?;
        fupin_reporting::load_policy(tx, &self.policy).await?;
        fupin_reporting::load_holidays(tx, &self.holidays).await?;
        fupin_notify::load_templates(tx, &self.messages).await?;
        fupin_notify::load_limits(tx, &self.limits).await?;
        self.registry.load(tx).await
    }

    /// Bring an instance up to what this version ships: words for events that are new, and the calendar as last
    /// published. What administrators have written stays.
    pub async fn refresh(tx: &mut Tx, key: &str) -> Result<()> {
        fupin_reporting::load_holidays(tx, &text(&format!("{key}/holidays.json"))?).await?;
        fupin_notify::load_templates(tx, &text(&format!("{key}/messages.json"))?).await?;
        Registry::read(key)?.load(tx).await
    }
}

/// The shapes of a province's units, as GeoJSON; none where its folder has no map.
pub fn map(key: &str) -> Result<String> {
    text(&format!("{key}/map.json"))
}

fn text(path: &str) -> Result<String> {
    let file = Files::get(path).ok_or(Error::NotFound)?;
    String::from_utf8(file.data.into_owned()).map_err(Error::internal)
}

fn read_units(csv: &str, county_level_towns: &[String]) -> Result<Vec<ImportUnit>> {
    #[derive(Deserialize)]
    struct Line {
        code: String,
        name: String,
        level: Level,
        parent_code: String,
    }
    let lines: Vec<Line> =
        csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().map_err(Error::internal)?;
    let top = lines.iter().find(|line| line.level == Level::Province).map(|line| line.code.clone());
    let mut units = Vec::with_capacity(lines.len());
    for line in lines {
        if county_level_towns.contains(&line.code) {
            // The town stays, as the only one of a county-level unit of its own name.
            let county = format!("{}-0", line.code);
            let (name, parent_code) = (line.name.clone(), top.clone());
            units.push(ImportUnit { code: county.clone(), name, level: Level::County, parent_code });
            units.push(ImportUnit { code: line.code, name: line.name, level: line.level, parent_code: Some(county) });
        } else {
            let parent_code = (!line.parent_code.is_empty()).then_some(line.parent_code);
            units.push(ImportUnit { code: line.code, name: line.name, level: line.level, parent_code });
        }
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::{Province, list};
    use fupin_contract::units::Level;

    #[test]
    fn hainan_has_its_units_and_forms() {
        let choices = list().unwrap();
        let hainan = choices.iter().find(|choice| choice.key == "hainan").unwrap();
        assert_eq!((hainan.counties, hainan.towns, hainan.villages), (19, 243, 3296));
        assert_eq!(hainan.forms, 20);
    }

    #[test]
    fn a_town_can_report_as_a_county() {
        let csv = "code,name,level,parent_code\n46,省,province,\n4604,儋州市,county,46\n460499,洋浦,town,4604\n";
        let units = super::read_units(csv, &["460499".to_owned()]).unwrap();
        let yangpu: Vec<_> = units.iter().filter(|unit| unit.name == "洋浦").collect();
        assert_eq!(yangpu.len(), 2);
        assert_eq!(yangpu[0].level, Level::County);
        assert_eq!(yangpu[1].parent_code.as_ref(), Some(&yangpu[0].code));
    }

    #[test]
    fn a_province_that_is_not_there_is_said_so() {
        assert!(Province::read("atlantis").is_err());
    }
}
