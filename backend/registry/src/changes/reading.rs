//! What was written by hand, read by the catalogue: canonical values by key, or all faults at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fupin_contract::{
    Fault, Faults, IdNumber, Sex,
    registry::{
        NewMember, Written,
        catalog::{Catalog, FieldRole, Subject},
    },
};

use crate::error::RegistryError;

/// Canonical values by key; none clears one.
pub type Read = BTreeMap<String, Option<String>>;

/// Read values of fields of a household or of a person; `at` is where they stand in the request.
pub fn read_facts(
    catalog: &Catalog,
    of: Subject,
    written: &Written,
    year: i16,
    at: &str,
) -> Result<Read, RegistryError> {
    let (mut read, mut faults) = (Read::new(), Faults::new());
    for (key, typed) in written {
        let place = || format!("{at}.{key}");
        let field = catalog.field(key).filter(|field| field.of == of && field.is_fact() && field.is_asked_in(year));
        let value = match field {
            None => Err(Fault::new("fact.unknown_field")),
            Some(field) => field.read(catalog, typed.reveal(), year, "").map_err(|misread| misread.fault()),
        };
        match value {
            Ok(value) => {
                read.insert(key.clone(), value);
            }
            Err(fault) => faults.entry(place()).or_default().push(fault),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(RegistryError::Faulty(faults)) }
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    pub name: String,
    pub sex: String,
    pub birthday: Option<NaiveDate>,
    pub id_number: Option<IdNumber>,
}

/// What is known of a person before the number is read.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub name: &'a str,
    pub id_number: Option<&'a str>,
    pub sex: Option<&'a str>,
    pub birthday: Option<NaiveDate>,
}

/// Read who somebody is. A resident's number says sex and birthday; what is said beside it must agree.
pub fn read_identity(catalog: &Catalog, told: Told<'_>, at: &str) -> Result<Identity, RegistryError> {
    let mut faults = Faults::new();
    let mut fault = |field: &str, fault| faults.entry(format!("{at}.{field}")).or_default().push(fault);
    let name = told.name.trim();
    let letters = name.chars().count();
    if letters == 0 || letters > 50 || name.chars().any(char::is_control) {
        fault("name", Fault::new("fact.name"));
    }
    let number = match told.id_number.map(IdNumber::parse) {
        None => None,
        Some(Ok(number)) => Some(number),
        Some(Err(wrong)) => {
            fault("id_number", wrong.fault());
            None
        }
    };
    let misread = told.id_number.is_some() && number.is_none();
    let by_number = number.as_ref().and_then(IdNumber::sex).map(sex_code);
    let sex = told.sex.map(str::trim).filter(|sex| !sex.is_empty());
    let known = |sex: &str| {
        catalog.dictionary_of(FieldRole::Sex).is_none_or(|sexes| sexes.codes.iter().any(|code| code.code == sex))
    };
    match (sex, by_number) {
        (Some(told), Some(said)) if told != said => fault("sex", Fault::new("registry.sex_against_number")),
        (Some(told), _) if !known(told) => fault("sex", Fault::new("fact.unknown_code").with("typed", told)),
        // Of a number that cannot be read nothing more is asked.
        (None, None) if !misread => fault("sex", Fault::new("required")),
        _ => {}
    }
    let born = number.as_ref().and_then(IdNumber::birthday);
    match (told.birthday, born) {
        (Some(told), Some(said)) if told != said => fault("birthday", Fault::new("registry.birthday_against_number")),
        (None, None) if !misread => fault("birthday", Fault::new("required")),
        _ => {}
    }
    if !faults.is_empty() {
        return Err(RegistryError::Faulty(faults));
    }
    let sex = sex.or(by_number).unwrap_or_default().to_owned();
    Ok(Identity { name: name.to_owned(), sex, birthday: told.birthday.or(born), id_number: number })
}

/// GB/T 2261.1.
pub fn sex_code(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "1",
        Sex::Female => "2",
    }
}

/// Who comes in.
pub fn read_member(catalog: &Catalog, member: &NewMember) -> Result<Identity, RegistryError> {
    let told = Told {
        name: &member.name,
        id_number: member.id_number.as_ref().map(|number| number.reveal()).filter(|number| !number.trim().is_empty()),
        sex: member.sex.as_deref(),
        birthday: member.birthday,
    };
    read_identity(catalog, told, "act.member")
}

/// A code of the list of a role, or a fault at a place of the request.
pub fn check_relation(catalog: &Catalog, code: &str, at: &'static str) -> Result<(), RegistryError> {
    let known = catalog.dictionary_of(FieldRole::Relation).is_some_and(|list| list.code(code, i16::MAX).is_some());
    if known { Ok(()) } else { Err(RegistryError::Bad(at, Fault::new("fact.unknown_code").with("typed", code))) }
}

/// Why members come and go.
const REASONS: &str = "member_change";

/// A reason for coming or going.
pub fn check_reason(catalog: &Catalog, code: &str, arrives: bool, at: &'static str) -> Result<(), RegistryError> {
    let traits = catalog.dictionary(REASONS).and_then(|reasons| reasons.traits(code));
    if traits.is_some_and(|traits| if arrives { traits.arrives } else { traits.leaves || traits.dies }) {
        Ok(())
    } else {
        Err(RegistryError::Bad(at, Fault::new("fact.unknown_code").with("typed", code)))
    }
}

/// Something happened on a day that is not after today, nor before records began.
pub fn check_day(on: NaiveDate, today: NaiveDate, at: &'static str) -> Result<(), RegistryError> {
    let first = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap_or_default();
    if (first..=today).contains(&on) { Ok(()) } else { Err(RegistryError::Bad(at, Fault::new("registry.day"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(number: Option<&str>) -> Told<'_> {
        Told { name: " 符小梅 ", id_number: number, sex: None, birthday: None }
    }

    fn number(seventeen: &str) -> String {
        format!("{seventeen}{}", fupin_contract::check_of(seventeen).unwrap())
    }

    fn codes(result: Result<Identity, RegistryError>) -> Vec<String> {
        match result {
            Err(RegistryError::Faulty(faults)) => {
                faults.into_iter().map(|(at, faults)| format!("{at} {}", faults[0].code)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_number_says_sex_and_birthday() {
        let number = number("46999919900307124");
        let read = read_identity(&Catalog::default(), told(Some(&number)), "at").unwrap();
        assert_eq!((read.name.as_str(), read.sex.as_str()), ("符小梅", "2"));
        assert_eq!(read.birthday, NaiveDate::from_ymd_opt(1990, 3, 7));
    }

    #[test]
    fn what_is_said_beside_a_number_must_agree_and_all_faults_come_at_once() {
        let number = number("46999919900307124");
        let against = Told { sex: Some("1"), birthday: NaiveDate::from_ymd_opt(1990, 3, 8), ..told(Some(&number)) };
        assert_eq!(
            codes(read_identity(&Catalog::default(), against, "at")),
            ["at.birthday registry.birthday_against_number", "at.sex registry.sex_against_number"]
        );
    }

    #[test]
    fn without_a_number_sex_and_birthday_are_needed() {
        assert_eq!(
            codes(read_identity(&Catalog::default(), told(None), "at")),
            ["at.birthday required", "at.sex required"]
        );
    }
}
