//! Reading a value as somebody wrote it, by hand or in a file: brought to the canonical text that the registry keeps, or
//! refused with the reason. The same for the browser, a file and another system.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::catalog::{Catalog, Field, FieldType};
use crate::{Fault, IdNumber, Phone};

/// Why a text is no value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Misread {
    Fault(Fault),
    /// Perhaps a code that nobody has told us yet.
    UnknownCode {
        dictionary: String,
        typed: String,
    },
}

impl Misread {
    /// As a fault of a field.
    #[must_use]
    pub fn fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::UnknownCode { typed, .. } => Fault::new("fact.unknown_code").with("typed", typed),
        }
    }
}

impl From<Fault> for Misread {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Field {
    /// The canonical text of what was written; none where nothing was. `source` is whose codes are spoken, empty for ours.
    pub fn read(&self, catalog: &Catalog, typed: &str, year: i16, source: &str) -> Result<Option<String>, Misread> {
        let text = typed.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match &self.r#type {
            FieldType::Text { most } => read_text(text, *most)?,
            FieldType::Code { dictionary } => {
                let known = catalog.dictionary(dictionary).and_then(|codes| codes.find(text, year, source));
                let unknown =
                    || Misread::UnknownCode { dictionary: dictionary.clone(), typed: text.chars().take(100).collect() };
                known.ok_or_else(unknown)?.to_owned()
            }
            FieldType::Integer { least, most, .. } => read_decimal(text, 0, *least, *most)?,
            FieldType::Decimal { scale, least, most, .. } => read_decimal(text, *scale, *least, *most)?,
            FieldType::Boolean => read_boolean(text)?.to_owned(),
            FieldType::Date => read_date(text)?.to_string(),
            FieldType::Year => read_decimal(text.trim_end_matches('年'), 0, 1900, 2100)?,
            FieldType::Phone => {
                let phone = Phone::parse(&narrow(text)).map_err(|_| Fault::new("fact.not_a_phone"))?;
                phone.reveal().to_owned()
            }
            FieldType::Card => read_card(text)?,
            FieldType::IdNumber => IdNumber::parse(text).map_err(|wrong| wrong.fault())?.reveal().to_owned(),
        };
        Ok(Some(value))
    }
}

/// Full-width digits and signs lie at a fixed distance from ASCII.
#[must_use]
pub fn narrow(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '。' => '.',
        other => other,
    };
    text.chars().map(plain).collect()
}

fn read_text(text: &str, most: usize) -> Result<String, Fault> {
    let length = text.chars().count();
    if length > most {
        return Err(Fault::new("fact.too_long").with("most", most).with("length", length));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(_) => Err(Fault::new("fact.control")),
        None => Ok(text.to_owned()),
    }
}

fn read_decimal(text: &str, scale: u32, least: i64, most: i64) -> Result<String, Fault> {
    let plain: String = narrow(text).chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let written = plain.chars().enumerate().all(|(place, c)| c.is_ascii_digit() || c == '.' || c == '-' && place == 0);
    let number: Decimal = match plain.parse() {
        Ok(number) if written => number,
        _ => return Err(Fault::new("fact.not_a_number")),
    };
    let number = number.normalize();
    if number.scale() > scale {
        return Err(Fault::new("fact.scale").with("scale", scale));
    }
    if number < Decimal::from(least) || number > Decimal::from(most) {
        return Err(Fault::new("fact.range").with("least", least).with("most", most));
    }
    Ok(number.to_string())
}

fn read_boolean(text: &str) -> Result<&'static str, Fault> {
    match narrow(text).to_ascii_lowercase().as_str() {
        "是" | "有" | "true" | "1" | "y" | "yes" | "√" => Ok("true"),
        "否" | "无" | "没有" | "不是" | "false" | "0" | "n" | "no" | "×" => Ok("false"),
        _ => Err(Fault::new("fact.not_yes_no")),
    }
}

/// `2020-01-02`, `2020/1/2`, `2020.1.2`, `2020年1月2日`, `20200102`.
pub fn read_date(text: &str) -> Result<NaiveDate, Fault> {
    let plain = narrow(text);
    // A spreadsheet adds midnight to a day.
    let day = plain.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().ok();
    let date = match parts[..] {
        [year, month, day] if year.len() == 4 => number(year).zip(number(month)).zip(number(day)),
        [whole] if whole.len() == 8 && whole.is_ascii() => {
            number(&whole[..4]).zip(number(&whole[4..6])).zip(number(&whole[6..]))
        }
        _ => None,
    };
    let date = date.and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day));
    date.filter(|date| (1850..2200).contains(&date.year())).ok_or_else(|| Fault::new("fact.not_a_date"))
}

/// Cards have 12 to 19 digits; a spreadsheet that takes one for a number keeps fifteen.
fn read_card(text: &str) -> Result<String, Fault> {
    let plain: String = narrow(text).chars().filter(|c| !matches!(c, ' ' | '-' | '\'')).collect();
    if plain.contains(['E', 'e', '.']) {
        return Err(Fault::new("id_number.rounded"));
    }
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (12..=19).contains(&plain.len()) { Ok(plain) } else { Err(Fault::new("fact.not_a_card")) }
}

#[cfg(test)]
mod tests {
    use super::{super::catalog::*, Misread};

    fn field(r#type: FieldType) -> Field {
        Field {
            key: "x".to_owned(),
            of: Subject::Person,
            title: "x".to_owned(),
            titles: Vec::new(),
            group: None,
            r#type,
            level: 2,
            role: None,
            synonyms: Vec::new(),
            since: None,
            until: None,
            required: false,
        }
    }

    fn read(r#type: FieldType, typed: &str) -> Result<Option<String>, String> {
        field(r#type).read(&Catalog::default(), typed, 2020, "").map_err(|wrong| wrong.fault().code)
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let area = || FieldType::Decimal { scale: 2, least: 0, most: 1000, unit: None };
        for (typed, kept) in [("3", "3"), ("３．５０", "3.5"), (" 1,000 ", "1000"), ("0.00", "0"), ("007", "7")] {
            assert_eq!(read(area(), typed).unwrap().unwrap(), kept, "{typed}");
        }
        for (typed, code) in [
            ("三", "fact.not_a_number"),
            ("1.2.3", "fact.not_a_number"),
            ("1e3", "fact.not_a_number"),
            ("0.001", "fact.scale"),
            ("-1", "fact.range"),
            ("1001", "fact.range"),
        ] {
            assert_eq!(read(area(), typed).unwrap_err(), code, "{typed}");
        }
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for typed in
            ["2020-01-02", "2020/1/2", "2020.1.2", "2020年1月2日", "20200102", "２０２０-01-02", "2020-01-02 00:00:00"]
        {
            assert_eq!(read(FieldType::Date, typed).unwrap().unwrap(), "2020-01-02", "{typed}");
        }
        for typed in ["2020-02-30", "20-1-2", "43832", "昨天", "2020-01"] {
            assert_eq!(read(FieldType::Date, typed).unwrap_err(), "fact.not_a_date", "{typed}");
        }
    }

    #[test]
    fn yes_and_no_have_many_names() {
        for typed in ["是", "有", "1", "TRUE", "√"] {
            assert_eq!(read(FieldType::Boolean, typed).unwrap().unwrap(), "true", "{typed}");
        }
        for typed in ["否", "无", "０", "false"] {
            assert_eq!(read(FieldType::Boolean, typed).unwrap().unwrap(), "false", "{typed}");
        }
        assert_eq!(read(FieldType::Boolean, "也许").unwrap_err(), "fact.not_yes_no");
    }

    #[test]
    fn a_card_that_a_spreadsheet_rounded_is_refused() {
        assert_eq!(read(FieldType::Card, "6222 0212-3456 7890 123").unwrap().unwrap(), "6222021234567890123");
        assert_eq!(read(FieldType::Card, "6.22202E+18").unwrap_err(), "id_number.rounded");
        assert_eq!(read(FieldType::Card, "12345").unwrap_err(), "fact.not_a_card");
    }

    #[test]
    fn nothing_written_is_no_value() {
        assert_eq!(read(FieldType::Date, " \u{3000} ").unwrap(), None);
    }

    #[test]
    fn a_code_is_found_by_year_and_source_never_by_place() {
        let code = |code: &str, label: &str, since, until| Code {
            code: code.to_owned(),
            label: label.to_owned(),
            synonyms: Vec::new(),
            since,
            until,
            traits: Traits::default(),
        };
        let peoples = Dictionary {
            name: "ethnicity".to_owned(),
            title: "民族".to_owned(),
            standard: "GB/T 3304".to_owned(),
            codes: vec![
                code("01", "汉族", None, None),
                code("19", "黎族", None, None),
                code("18", "傣族", None, None),
                code("07", "旧称", None, Some(2019)),
                code("07", "新称", Some(2020), None),
            ],
            foreign: vec![ForeignCode {
                source: "one_app".to_owned(),
                year: 2020,
                code: "18".to_owned(),
                label: "黎族".to_owned(),
                means: "19".to_owned(),
            }],
        };
        let catalog = Catalog { dictionaries: vec![peoples], ..Catalog::default() };
        let field = field(FieldType::Code { dictionary: "ethnicity".to_owned() });
        let read = |typed: &str, year, source: &str| field.read(&catalog, typed, year, source);
        assert_eq!(read("18", 2020, "").unwrap().unwrap(), "18");
        assert_eq!(read("18", 2021, "one_app").unwrap().unwrap(), "19");
        assert_eq!(read("18", 2019, "one_app").unwrap().unwrap(), "18", "before the list held");
        assert_eq!(read("黎族", 2020, "").unwrap().unwrap(), "19");
        assert_eq!(catalog.words(&field, "07", 2018), "旧称");
        assert_eq!(catalog.words(&field, "07", 2022), "新称");
        assert_eq!(
            read("毛南", 2020, "").unwrap_err(),
            Misread::UnknownCode { dictionary: "ethnicity".to_owned(), typed: "毛南".to_owned() }
        );
    }
}
