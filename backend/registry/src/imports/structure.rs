//! Looking at the rows of a file together: people who stand in it twice, households with two heads or none, spouses and
//! children that do not fit. It keeps a handful of bytes of each row, so that a million rows are some dozens of megabytes.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use fupin_contract::{
    Fault,
    registry::catalog::{Catalog, FieldRole},
};

use super::judging::{Judged, Remark};
use crate::households::warnings::{Relative, misfits};

/// What is remembered of a good row.
#[derive(Clone, Copy, Debug)]
struct Kept {
    row: i64,
    household: u32,
    year: i16,
    relation: u8,
    sex: u8,
    /// Days of the common era; nought where nobody knows.
    born: i32,
}

/// The rows of a file as far as they concern one another.
#[derive(Debug, Default)]
pub struct Structure {
    households: HashMap<Box<str>, u32>,
    /// Households and years of which something is kept already: their heads need not stand in the file.
    known: std::collections::HashSet<(u32, i16)>,
    relations: Vec<String>,
    sexes: Vec<String>,
    rows: Vec<Kept>,
    /// By person and year: in which row.
    people: HashMap<(i64, i16), i64>,
    /// Those without a number are known by their name within the household.
    unnumbered: HashMap<(u32, i16, Box<str>), i64>,
}

/// What a row as a whole is remarked.
pub type Remarked = (i64, Remark);

fn number_in(list: &mut Vec<String>, text: &str) -> u8 {
    let place = list.iter().position(|known| known == text).unwrap_or_else(|| {
        list.push(text.to_owned());
        list.len() - 1
    });
    u8::try_from(place).unwrap_or(u8::MAX)
}

impl Structure {
    /// Take a good row in; a remark where its person stood in an earlier row of the same year.
    pub fn take(&mut self, judged: &Judged, person_key: Option<i64>, home_known: bool) -> Option<Remark> {
        let who = judged.who.as_ref()?;
        let count = self.households.len() as u32;
        let household = *self.households.entry(judged.household_number.as_str().into()).or_insert(count);
        let earlier = match person_key {
            Some(key) => self.people.entry((key, judged.year)).or_insert(judged.row),
            None => {
                let mark = (household, judged.year, who.name.as_str().into());
                self.unnumbered.entry(mark).or_insert(judged.row)
            }
        };
        if *earlier != judged.row {
            let fault = Fault::new("import.person_twice").with("row", *earlier);
            return Some(Remark { key: None, fault, warns: false });
        }
        if home_known {
            self.known.insert((household, judged.year));
        }
        self.rows.push(Kept {
            row: judged.row,
            household,
            year: judged.year,
            relation: number_in(&mut self.relations, &who.relation),
            sex: number_in(&mut self.sexes, &who.sex),
            born: who.birthday.map_or(0, |day| day.num_days_from_ce()),
        });
        None
    }

    /// What concerns households as wholes, once all rows are in. A second head is not taken; of a household without one
    /// nobody is.
    pub fn judge(mut self, catalog: &Catalog) -> Vec<Remarked> {
        (self.people, self.unnumbered) = (HashMap::new(), HashMap::new());
        self.rows.sort_unstable_by_key(|kept| (kept.household, kept.year, kept.row));
        let relation_key = catalog.of_role(FieldRole::Relation).map(|field| field.key.clone());
        let mut found = Vec::new();
        for family in self.rows.chunk_by(|one, next| (one.household, one.year) == (next.household, next.year)) {
            let members: Vec<Relative<'_>> = family.iter().map(|kept| self.relative(kept)).collect();
            let known = family.first().is_some_and(|kept| self.known.contains(&(kept.household, kept.year)));
            for misfit in misfits(catalog, &members) {
                if known && misfit.code == "registry.no_head" {
                    continue;
                }
                let refuses = matches!(misfit.code, "registry.two_heads" | "registry.no_head");
                let remark = Remark { key: relation_key.clone(), fault: Fault::new(misfit.code), warns: !refuses };
                match misfit.member.and_then(|member| family.get(member)) {
                    Some(kept) => found.push((kept.row, remark)),
                    None => found.extend(family.iter().map(|kept| (kept.row, remark.clone()))),
                }
            }
        }
        found
    }

    fn relative<'a>(&'a self, kept: &Kept) -> Relative<'a> {
        let text = |list: &'a [String], number: u8| list.get(usize::from(number)).map_or("", String::as_str);
        Relative {
            relation: text(&self.relations, kept.relation),
            sex: text(&self.sexes, kept.sex),
            birthday: NaiveDate::from_num_days_from_ce_opt(kept.born).filter(|_| kept.born != 0),
        }
    }
}

/// Rows that are not to be taken, ascending, in as few bytes as they can be kept in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadRows(std::collections::BTreeSet<i64>);

impl BadRows {
    pub fn insert(&mut self, row: i64) {
        self.0.insert(row);
    }

    pub fn contains(&self, row: i64) -> bool {
        self.0.contains(&row)
    }

    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.0.iter().copied()
    }

    pub fn len(&self) -> i64 {
        self.0.len() as i64
    }

    /// Distances from each to the next, seven bits to a byte.
    pub fn pack(&self) -> Vec<u8> {
        let (mut packed, mut before) = (Vec::new(), 0);
        for row in &self.0 {
            let mut distance = (row - before) as u64;
            while distance >= 0x80 {
                packed.push((distance & 0x7f) as u8 | 0x80);
                distance >>= 7;
            }
            packed.push(distance as u8);
            before = *row;
        }
        packed
    }

    pub fn unpack(packed: &[u8]) -> Self {
        let (mut rows, mut before, mut distance, mut shift) = (Self::default(), 0, 0u64, 0);
        for byte in packed {
            distance |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                before += distance as i64;
                rows.insert(before);
                (distance, shift) = (0, 0);
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::BadRows;

    #[test]
    fn bad_rows_are_kept_whole_in_few_bytes() {
        let mut rows = BadRows::default();
        for row in [2, 3, 130, 131, 20_000, 1_000_001] {
            rows.insert(row);
        }
        let packed = rows.pack();
        assert!(packed.len() <= 11, "{}", packed.len());
        assert_eq!(BadRows::unpack(&packed), rows);
        assert_eq!(BadRows::unpack(&[]), BadRows::default());
        assert!(rows.contains(131) && !rows.contains(132));
    }
}
