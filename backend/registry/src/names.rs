//! How a name is found: by itself, by its pinyin, by its initials.

use pinyin::ToPinyin;

/// Characters that are read otherwise as a surname than anywhere else.
const SURNAMES: [(char, &str); 18] = [
    ('单', "shan"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('朴', "piao"),
    ('查', "zha"),
    ('盖', "ge"),
    ('区', "ou"),
    ('任', "ren"),
    ('乐', "yue"),
    ('尉', "wei"),
    ('翟', "zhai"),
    ('覃', "qin"),
    ('缪', "miao"),
    ('洗', "xian"),
    ('员', "yun"),
    ('召', "shao"),
    ('种', "chong"),
];

/// `fuxiaomei` and `fxm` of 符小梅. Characters without a reading stand for themselves in both.
#[must_use]
pub fn readings(name: &str) -> (String, String) {
    let (mut whole, mut initials) = (String::new(), String::new());
    for (place, letter) in name.chars().enumerate() {
        let surname = SURNAMES.iter().find(|(known, _)| place == 0 && *known == letter).map(|(_, reading)| *reading);
        let reading = surname.or_else(|| letter.to_pinyin().map(|reading| reading.plain()));
        match reading {
            Some(reading) => {
                whole.push_str(reading);
                initials.extend(reading.chars().take(1));
            }
            None if letter.is_alphanumeric() => {
                whole.extend(letter.to_lowercase());
                initials.extend(letter.to_lowercase());
            }
            // Points and spaces in a name are written in many ways.
            None => {}
        }
    }
    (whole, initials)
}

/// How what was typed is looked for: every name that it may begin has these initials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    pub initials: String,
    pub name: Option<String>,
    /// Of the whole pinyin, or of the initials.
    pub latin: Option<String>,
}

/// None where nothing that could stand in a name was typed.
#[must_use]
pub fn sought(typed: &str) -> Option<Sought> {
    let plain: String = typed.chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.is_empty() {
        return None;
    }
    if plain.is_ascii() {
        let latin = plain.to_ascii_lowercase();
        // Pinyin has no borders: only its first letter is surely an initial.
        return Some(Sought { initials: latin.chars().take(1).collect(), name: None, latin: Some(latin) });
    }
    let (_, initials) = readings(typed);
    Some(Sought { initials, name: Some(typed.trim().to_owned()), latin: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_readings() {
        assert_eq!(readings("符小梅"), ("fuxiaomei".to_owned(), "fxm".to_owned()));
        assert_eq!(readings("单雄"), ("shanxiong".to_owned(), "sx".to_owned()));
        assert_eq!(readings("阿依·古丽").1, "aygl");
        assert_eq!(readings("𠮷野").1.chars().last(), Some('y'));
    }

    #[test]
    fn every_name_that_was_meant_is_among_those_looked_at() {
        for (typed, name) in
            [("符", "符小梅"), ("fxm", "符小梅"), ("fuxiao", "符小梅"), ("单雄", "单雄信"), ("FU", "符小梅")]
        {
            let sought = sought(typed).unwrap();
            let (whole, initials) = readings(name);
            assert!(initials.starts_with(&sought.initials), "{typed}");
            let latin =
                sought.latin.as_deref().is_none_or(|latin| whole.starts_with(latin) || initials.starts_with(latin));
            assert!(latin && sought.name.as_deref().is_none_or(|typed| name.starts_with(typed)), "{typed}");
        }
        assert_eq!(sought(" ·% "), None);
    }
}
