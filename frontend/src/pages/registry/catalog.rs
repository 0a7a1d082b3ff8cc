//! The province's catalogue, read once in a while and kept, and the words that it has for what a page shows.

use std::{cell::RefCell, rc::Rc};

use chrono::{DateTime, Duration, Utc};
use fupin_client::Result;
use fupin_contract::registry::catalog::{Catalog, Code, Dictionary, Field, FieldRole, FieldType, Subject};

use crate::{format, kit::Same, transport::Api};

/// Somebody at the province may map a code meanwhile.
const KEPT_FOR_MINUTES: i64 = 10;
/// Why members come and go.
const REASONS: &str = "member_change";

thread_local! {
    static KEPT: RefCell<Option<(DateTime<Utc>, Rc<Catalog>)>> = const { RefCell::new(None) };
}

/// The catalogue as it was read last, or as it is now.
pub async fn read_catalog(api: &Api) -> Result<Same<Catalog>> {
    let now = format::now();
    let kept = KEPT.with(|kept| kept.borrow().clone());
    if let Some((_, catalog)) = kept.filter(|(at, _)| now - *at < Duration::minutes(KEPT_FOR_MINUTES)) {
        return Ok(Same(catalog));
    }
    let read = Rc::new(api.get_catalog().await?);
    KEPT.with(|kept| kept.replace(Some((now, read.clone()))));
    Ok(Same(read))
}

/// It was changed here: the next page reads it anew.
pub fn forget_catalog() {
    KEPT.with(|kept| kept.replace(None));
}

/// A value as a page shows it, with what it is measured in.
pub fn worded(catalog: &Catalog, field: &Field, value: &str, year: i16) -> String {
    let words = catalog.words(field, value, year);
    match &field.r#type {
        FieldType::Integer { unit: Some(unit), .. } | FieldType::Decimal { unit: Some(unit), .. } => {
            format!("{} {unit}", format::decimal(&words))
        }
        _ => words,
    }
}

/// What a code of a role says.
pub fn worded_role(catalog: &Catalog, role: FieldRole, code: &str, year: i16) -> String {
    let list = catalog.dictionary_of(role);
    list.and_then(|list| list.label(code, year)).unwrap_or(code).to_owned()
}

pub fn reason(catalog: &Catalog, code: &str, year: i16) -> String {
    let list = catalog.dictionary(REASONS);
    list.and_then(|list| list.label(code, year)).unwrap_or(code).to_owned()
}

fn choices(list: Option<&Dictionary>, year: i16, fits: impl Fn(&Code) -> bool) -> Vec<(String, String)> {
    let codes = list.into_iter().flat_map(|list| &list.codes).filter(|code| code.holds_in(year) && fits(code));
    codes.map(|code| (code.code.clone(), code.label.clone())).collect()
}

/// Codes of a list that hold in a year, with their words.
pub fn codes(catalog: &Catalog, dictionary: &str, year: i16) -> Vec<(String, String)> {
    choices(catalog.dictionary(dictionary), year, |_| true)
}

/// Why somebody comes into a household.
pub fn reasons_to_come(catalog: &Catalog, year: i16) -> Vec<(String, String)> {
    choices(catalog.dictionary(REASONS), year, |code| code.traits.arrives)
}

/// Why somebody leaves one.
pub fn reasons_to_go(catalog: &Catalog, year: i16) -> Vec<(String, String)> {
    choices(catalog.dictionary(REASONS), year, |code| code.traits.leaves || code.traits.dies)
}

/// What somebody can be to a head.
pub fn relations(catalog: &Catalog, year: i16) -> Vec<(String, String)> {
    choices(catalog.dictionary_of(FieldRole::Relation), year, |code| !code.traits.head)
}

pub fn sexes(catalog: &Catalog, year: i16) -> Vec<(String, String)> {
    choices(catalog.dictionary_of(FieldRole::Sex), year, |_| true)
}

/// The code of the head.
pub fn head_code(catalog: &Catalog) -> String {
    let codes = catalog.dictionary_of(FieldRole::Relation).into_iter().flat_map(|list| &list.codes);
    codes.filter(|code| code.traits.head).map(|code| code.code.clone()).next().unwrap_or_default()
}

/// The facts of somebody that are asked in a year, by group in the catalogue's order.
pub fn groups(catalog: &Catalog, of: Subject, year: i16) -> Vec<(String, Vec<Field>)> {
    let asked = |group: &str| {
        let fields = catalog.fields.iter().filter(|field| field.of == of && field.is_fact() && field.is_asked_in(year));
        fields.filter(|field| field.group.as_deref().unwrap_or_default() == group).cloned().collect::<Vec<_>>()
    };
    let named = catalog.groups.iter().map(|group| (group.title.clone(), asked(&group.key)));
    named.chain([(String::new(), asked(""))]).filter(|(_, fields)| !fields.is_empty()).collect()
}

/// With a blank choice in front.
pub fn with_blank(word: String, options: Vec<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), word)).chain(options).collect()
}

#[cfg(test)]
pub mod tests {
    use fupin_contract::registry::catalog::{FieldGroup, IncomeItem, IncomePart, Traits};

    use super::*;

    pub fn field(key: &str, of: Subject, group: &str, r#type: FieldType) -> Field {
        Field {
            key: key.to_owned(),
            of,
            title: key.to_uppercase(),
            titles: Vec::new(),
            group: Some(group.to_owned()),
            r#type,
            level: 2,
            role: None,
            synonyms: Vec::new(),
            since: None,
            until: None,
            required: false,
        }
    }

    fn code(code: &str, label: &str, traits: Traits) -> Code {
        Code { code: code.to_owned(), label: label.to_owned(), synonyms: Vec::new(), since: None, until: None, traits }
    }

    fn list(name: &str, codes: Vec<Code>) -> Dictionary {
        Dictionary {
            name: name.to_owned(),
            title: name.to_owned(),
            standard: String::new(),
            codes,
            foreign: Vec::new(),
        }
    }

    /// A small catalogue: one household field of a code, one of an area, one person field, a phone, relations, reasons.
    pub fn small() -> Catalog {
        let of_code = |name: &str| FieldType::Code { dictionary: name.to_owned() };
        let area = FieldType::Decimal { scale: 2, least: 0, most: 999, unit: Some("亩".to_owned()) };
        let relation =
            Field { role: Some(FieldRole::Relation), ..field("relation", Subject::Person, "who", of_code("relation")) };
        let none = Traits::default;
        Catalog {
            fields: vec![
                field("kind", Subject::Household, "standing", of_code("kind")),
                Field { since: Some(2019), ..field("watched", Subject::Household, "standing", FieldType::Boolean) },
                field("farmland", Subject::Household, "land", area),
                field("health", Subject::Person, "who", of_code("health")),
                Field { role: Some(FieldRole::Phone), ..field("phone", Subject::Person, "who", FieldType::Phone) },
                relation,
            ],
            groups: ["who", "standing", "land"]
                .map(|key| FieldGroup { key: key.to_owned(), title: key.to_owned() })
                .to_vec(),
            income: [("A1", IncomePart::Wage), ("E1", IncomePart::Expense), ("X1", IncomePart::Excluded)]
                .map(|(code, part)| IncomeItem { code: code.to_owned(), title: code.to_owned(), part })
                .to_vec(),
            dictionaries: vec![
                list("kind", vec![code("01", "一般", none()), code("02", "低保", none())]),
                list("health", vec![code("01", "健康", none())]),
                list("relation", vec![code("01", "户主", Traits { head: true, ..none() }), code("02", "配偶", none())]),
                list(
                    REASONS,
                    vec![
                        code("01", "死亡", Traits { leaves: true, dies: true, ..none() }),
                        code("06", "新生儿", Traits { arrives: true, newborn: true, ..none() }),
                    ],
                ),
            ],
            ..Catalog::default()
        }
    }

    #[test]
    fn facts_stand_in_groups_and_only_where_they_are_asked() {
        let of = |year| {
            let groups = groups(&small(), Subject::Household, year);
            groups.into_iter().map(|(title, fields)| (title, fields.len())).collect::<Vec<_>>()
        };
        assert_eq!(of(2018), [("standing".to_owned(), 1), ("land".to_owned(), 1)]);
        assert_eq!(of(2020), [("standing".to_owned(), 2), ("land".to_owned(), 1)]);
    }

    #[test]
    fn a_value_is_said_with_what_it_is_measured_in() {
        let catalog = small();
        let said = |key: &str, value: &str| worded(&catalog, catalog.field(key).unwrap(), value, 2020);
        assert_eq!(said("farmland", "1234.5"), "1,234.5 亩");
        assert_eq!(said("kind", "02"), "低保");
        assert_eq!(said("kind", "77"), "77");
    }

    #[test]
    fn who_comes_and_who_goes_have_reasons_of_their_own() {
        let catalog = small();
        assert_eq!(reasons_to_come(&catalog, 2020), [("06".to_owned(), "新生儿".to_owned())]);
        assert_eq!(reasons_to_go(&catalog, 2020), [("01".to_owned(), "死亡".to_owned())]);
        assert_eq!(head_code(&catalog), "01");
        assert_eq!(relations(&catalog, 2020), [("02".to_owned(), "配偶".to_owned())]);
    }
}
