//! What does not fit together in a household and that a person should look at. Pure; which relation is a spouse or a child
//! is the catalogue's to say.

use chrono::NaiveDate;
use fupin_contract::registry::catalog::Catalog;

/// A member as the rules see one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative<'a> {
    pub relation: &'a str,
    pub sex: &'a str,
    pub birthday: Option<NaiveDate>,
}

/// Something that does not fit, and of whom: a place among the members, none for the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub code: &'static str,
    pub member: Option<usize>,
}

/// All misfits of a household's members. A household whose members are not known has none.
pub fn misfits(catalog: &Catalog, members: &[Relative<'_>]) -> Vec<Misfit> {
    let traits: Vec<_> = members.iter().map(|member| catalog.relation(member.relation)).collect();
    let heads: Vec<usize> = places(&traits, |traits| traits.head);
    let mut found = Vec::new();
    let of = |code, member| Misfit { code, member: Some(member) };
    if members.is_empty() {
        return found;
    }
    if heads.is_empty() {
        found.push(Misfit { code: "registry.no_head", member: None });
    }
    found.extend(heads.iter().skip(1).map(|member| of("registry.two_heads", *member)));
    let spouses = places(&traits, |traits| traits.spouse);
    found.extend(spouses.iter().skip(1).map(|member| of("registry.two_spouses", *member)));
    for (place, (member, traits)) in members.iter().zip(&traits).enumerate() {
        if traits.sex.as_deref().is_some_and(|sex| !member.sex.is_empty() && sex != member.sex) {
            found.push(of("registry.relation_sex", place));
        }
        let Some(head) = heads.first().filter(|head| **head != place).and_then(|head| members.get(*head)) else {
            continue;
        };
        if traits.spouse && !member.sex.is_empty() && member.sex == head.sex {
            found.push(of("registry.spouse_sex", place));
        }
        let (Some(own), Some(heads_own), Some(above)) = (member.birthday, head.birthday, traits.generation) else {
            continue;
        };
        if above < 0 && own <= heads_own {
            found.push(of("registry.child_older", place));
        } else if above > 0 && own >= heads_own {
            found.push(of("registry.parent_younger", place));
        }
    }
    found
}

fn places<T>(all: &[T], holds: impl Fn(&T) -> bool) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, one)| holds(one)).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use fupin_contract::registry::catalog::{Code, Dictionary, Field, FieldRole, FieldType, Subject, Traits};

    use super::*;

    fn catalog() -> Catalog {
        let code = |code: &str, traits: Traits| Code {
            code: code.to_owned(),
            label: code.to_owned(),
            synonyms: Vec::new(),
            since: None,
            until: None,
            traits,
        };
        let none = Traits::default;
        let relations = Dictionary {
            name: "relation".to_owned(),
            title: String::new(),
            standard: String::new(),
            codes: vec![
                code("01", Traits { head: true, generation: Some(0), ..none() }),
                code("02", Traits { spouse: true, generation: Some(0), ..none() }),
                code("03", Traits { sex: Some("1".to_owned()), generation: Some(-1), ..none() }),
                code("11", Traits { sex: Some("1".to_owned()), generation: Some(1), ..none() }),
            ],
            foreign: Vec::new(),
        };
        let field = Field {
            key: "relation".to_owned(),
            of: Subject::Person,
            title: String::new(),
            titles: Vec::new(),
            group: None,
            r#type: FieldType::Code { dictionary: "relation".to_owned() },
            level: 2,
            role: Some(FieldRole::Relation),
            synonyms: Vec::new(),
            since: None,
            until: None,
            required: true,
        };
        Catalog { fields: vec![field], dictionaries: vec![relations], ..Catalog::default() }
    }

    fn member(relation: &'static str, sex: &'static str, born: i32) -> Relative<'static> {
        Relative { relation, sex, birthday: NaiveDate::from_ymd_opt(born, 1, 1) }
    }

    fn codes(members: &[Relative<'_>]) -> Vec<(&'static str, Option<usize>)> {
        misfits(&catalog(), members).into_iter().map(|misfit| (misfit.code, misfit.member)).collect()
    }

    #[test]
    fn a_family_that_fits_together_has_none() {
        let family =
            [member("01", "1", 1970), member("02", "2", 1972), member("03", "1", 1995), member("11", "1", 1940)];
        assert_eq!(codes(&family), vec![]);
        assert_eq!(codes(&[]), vec![]);
    }

    #[test]
    fn each_misfit_is_found_and_all_at_once() {
        let family = [
            member("02", "1", 1972),
            member("01", "1", 1970),
            member("03", "2", 1960),
            member("11", "1", 1980),
            member("01", "2", 1990),
        ];
        let found = codes(&family);
        for expected in [
            ("registry.spouse_sex", Some(0)),
            ("registry.relation_sex", Some(2)),
            ("registry.child_older", Some(2)),
            ("registry.parent_younger", Some(3)),
            ("registry.two_heads", Some(4)),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn a_household_without_a_head_says_so() {
        assert_eq!(codes(&[member("03", "1", 1990)]), vec![("registry.no_head", None)]);
    }

    #[test]
    fn what_is_not_known_is_no_misfit() {
        let family =
            [member("01", "", 1970), member("02", "", 1972), Relative { birthday: None, ..member("03", "1", 1) }];
        assert_eq!(codes(&family), vec![]);
    }
}
