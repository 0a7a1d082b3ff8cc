//! Which village a row speaks of: by the names that stand above one another, or by the code at the head of the household's
//! number where names leave it open.

mod store;

use std::collections::HashMap;

use fupin_contract::Fault;
use fupin_kernel::{Result, Tx};

/// Villages of today's tree.
#[derive(Debug, Default)]
pub struct Places {
    /// By town and village; several where counties have towns of one name.
    by_name: HashMap<(String, String), Vec<Village>>,
    by_code: HashMap<String, Village>,
}

#[derive(Clone, Debug)]
struct Village {
    id: i32,
    county: String,
    /// Within the unit that the import may speak of.
    within: bool,
}

/// What a row says of where the household lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    pub counties: [&'a str; 2],
    pub town: &'a str,
    pub village: &'a str,
    pub household_number: &'a str,
}

impl Places {
    /// All villages; those in the ranges may be spoken of.
    pub async fn load(tx: &mut Tx, ranges: &(Vec<i32>, Vec<i32>)) -> Result<Self> {
        let rows = store::list_villages(tx, ranges).await?;
        let mut places = Self::default();
        for row in rows {
            let village = Village { id: row.unit_id, county: row.county, within: row.within };
            places.by_code.insert(row.code, village.clone());
            places.by_name.entry((row.town, bare(&row.village).to_owned())).or_default().push(village);
        }
        Ok(places)
    }

    /// The village, if there is exactly one and the import may speak of it.
    pub fn find(&self, said: Said<'_>) -> Result<i32, Fault> {
        let named = self.by_name.get(&(said.town.trim().to_owned(), bare(said.village.trim()).to_owned()));
        let of_county = |village: &&Village| said.counties.iter().any(|county| county.trim() == village.county);
        let candidates: Vec<&Village> = named.into_iter().flatten().collect();
        let found = match candidates[..] {
            [only] if said.counties.iter().all(|county| county.trim().is_empty()) => Some(only),
            _ => candidates.into_iter().find(of_county),
        };
        let found = found.or_else(|| self.by_code.get(said.household_number.get(..12)?));
        match found {
            Some(village) if village.within => Ok(village.id),
            // Whoever may not speak of a place is not told whether it is there.
            Some(_) | None => Err(Fault::new("import.no_village").with("village", said.village.to_owned())),
        }
    }
}

/// The statistical office shortens names of villages; exports do not.
fn bare(village: &str) -> &str {
    ["村民委员会", "村委会", "居民委员会", "居委会", "行政村", "社区", "村"]
        .into_iter()
        .find_map(|end| village.strip_suffix(end).filter(|rest| !rest.is_empty()))
        .unwrap_or(village)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let village = |id, county: &str, within| Village { id, county: county.to_owned(), within };
        let name = |town: &str, village: &str| (town.to_owned(), village.to_owned());
        Places {
            by_name: HashMap::from([
                (name("红毛镇", "什运"), vec![village(1, "琼中县", true), village(2, "白沙县", true)]),
                (name("湾岭镇", "岭脚"), vec![village(3, "琼中县", false)]),
            ]),
            by_code: HashMap::from([("469030105207".to_owned(), village(1, "琼中县", true))]),
        }
    }

    #[test]
    fn a_village_is_found_by_the_names_above_it() {
        let said =
            |county, town, village| Said { counties: ["省直辖", county], town, village, household_number: "" };
        assert_eq!(places().find(said("琼中县", "红毛镇", "什运村委会")), Ok(1));
        assert_eq!(places().find(said("白沙县", "红毛镇", "什运村")), Ok(2));
        assert_eq!(places().find(said("临高县", "红毛镇", "什运村")).unwrap_err().code, "import.no_village");
        assert_eq!(places().find(said("琼中县", "湾岭镇", "岭脚村")).unwrap_err().code, "import.no_village");
    }

    #[test]
    fn the_code_in_a_household_number_helps_where_names_do_not() {
        let said = Said { household_number: "4690301052070001", village: "什运新村", ..Said::default() };
        assert_eq!(places().find(said), Ok(1));
    }
}
