//! What stands in one cell, and the cells of one report, as they travel in JSON.
//! Invariants: a number never passes through a float; `Cells` is sorted by key and holds each key
//! once; an absent key and `null` both mean blank.

use std::borrow::Borrow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::MAX_SCALED;

/// The longest text of a cell.
pub(crate) const MAX_TEXT: u32 = 2_000;

/// `<section>.<row>.<column>`: the stable address of a cell. In a section of dynamic rows the
/// row is the id that the client gave it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey(Box<str>);

impl CellKey {
    pub fn new(section: &str, row: &str, column: &str) -> Self {
        Self(format!("{section}.{row}.{column}").into_boxed_str())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Section, row and column, when the key has exactly these three parts.
    pub fn parts(&self) -> Option<(&str, &str, &str)> {
        key_parts(&self.0)
    }
}

pub(crate) fn key_parts(key: &str) -> Option<(&str, &str, &str)> {
    let mut parts = key.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(section), Some(row), Some(column), None) => Some((section, row, column)),
        _ => None,
    }
}

impl From<&str> for CellKey {
    fn from(key: &str) -> Self {
        Self(key.into())
    }
}

impl From<String> for CellKey {
    fn from(key: String) -> Self {
        Self(key.into_boxed_str())
    }
}

impl From<CellKey> for String {
    fn from(key: CellKey) -> Self {
        key.0.into_string()
    }
}

impl Borrow<str> for CellKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for CellKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CellKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for CellKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CellKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<str>::deserialize(deserializer).map(Self)
    }
}

/// What stands in a cell. In JSON: `null`, `{"na":true}`, a whole number, or a string that holds
/// a decimal `"12.50"`, a date `"2026-11-23"`, the code of a choice, or text. What a string means
/// is decided by the cell's type in the form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Cell {
    #[default]
    Blank,
    NotApplicable,
    Integer(i64),
    Text(String),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }

    /// The number in a cell of a numeric type, exactly.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(number) => Some(Decimal::from(*number)),
            Self::Text(text) => Decimal::from_str_exact(text).ok(),
            Self::Blank | Self::NotApplicable => None,
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Blank => serializer.serialize_unit(),
            Self::NotApplicable => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("na", &true)?;
                map.end()
            }
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, {\"na\":true}, a whole number or a string")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Cell, E> {
        Ok(Cell::Blank)
    }

    fn visit_none<E: de::Error>(self) -> Result<Cell, E> {
        Ok(Cell::Blank)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cell, D::Error> {
        Cell::deserialize(deserializer)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Cell, E> {
        // A larger number has already lost its last digits in any program that reads JSON numbers as floats.
        if number.unsigned_abs() > MAX_SCALED.unsigned_abs() {
            return Err(E::invalid_value(de::Unexpected::Signed(number), &self));
        }
        Ok(Cell::Integer(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Cell, E> {
        let number = i64::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))?;
        self.visit_i64(number)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Cell, E> {
        Ok(Cell::Text(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        match map.next_entry::<String, bool>()? {
            Some((key, true)) if key == "na" => {}
            Some((key, _)) if key == "na" => {
                return Err(de::Error::custom("`na` can only be true"));
            }
            Some((key, _)) => return Err(de::Error::unknown_field(&key, &["na"])),
            None => return Err(de::Error::missing_field("na")),
        }
        match map.next_key::<String>()? {
            None => Ok(Cell::NotApplicable),
            Some(key) => Err(de::Error::unknown_field(&key, &["na"])),
        }
    }
}

/// The cells of one report: a JSON object from key to cell, sorted by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells(Vec<(CellKey, Cell)>);

impl Cells {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, key: &str) -> Option<&Cell> {
        self.find(key).ok().map(|at| &self.0[at].1)
    }

    /// What stands in the cell; an absent key is a blank cell.
    pub fn cell(&self, key: &str) -> &Cell {
        self.get(key).unwrap_or(&Cell::Blank)
    }

    /// Puts a cell in and answers what stood there before.
    pub fn insert(&mut self, key: CellKey, cell: Cell) -> Option<Cell> {
        if self.0.last().is_none_or(|(last, _)| *last < key) {
            self.0.push((key, cell));
            return None;
        }
        match self.find(key.as_str()) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, cell)),
            Err(at) => {
                self.0.insert(at, (key, cell));
                None
            }
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Cell> {
        self.find(key).ok().map(|at| self.0.remove(at).1)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&CellKey, &Cell)> + ExactSizeIterator {
        self.0.iter().map(|(key, cell)| (key, cell))
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &CellKey> + ExactSizeIterator {
        self.0.iter().map(|(key, _)| key)
    }

    pub fn retain(&mut self, mut keep: impl FnMut(&CellKey, &Cell) -> bool) {
        self.0.retain(|(key, cell)| keep(key, cell));
    }

    /// Puts another content into each cell, in the order of the keys; one that becomes blank goes.
    pub(crate) fn rewrite(&mut self, mut content: impl FnMut(&CellKey, &mut Cell) -> Cell) {
        self.0.retain_mut(|(key, cell)| {
            *cell = content(key, cell);
            !cell.is_blank()
        });
    }

    /// Puts many cells in at once; a blank one takes the key out.
    pub(crate) fn overwrite(&mut self, mut updates: Vec<(CellKey, Cell)>) {
        updates.sort_by(|a, b| a.0.cmp(&b.0));
        let mut merged = Vec::with_capacity(self.0.len() + updates.len());
        let mut kept = std::mem::take(&mut self.0).into_iter().peekable();
        for (key, cell) in updates {
            while let Some(entry) = kept.next_if(|(other, _)| *other < key) {
                merged.push(entry);
            }
            kept.next_if(|(other, _)| *other == key);
            if !cell.is_blank() {
                merged.push((key, cell));
            }
        }
        merged.extend(kept);
        self.0 = merged;
    }

    /// Every cell that differs from `before`: its key, what stood there, what stands there now.
    /// Blank and absent are the same.
    pub fn changes_since<'a>(&'a self, before: &'a Cells) -> impl Iterator<Item = (&'a CellKey, &'a Cell, &'a Cell)> {
        let gone = before
            .iter()
            .filter(|(key, cell)| !cell.is_blank() && self.get(key.as_str()).is_none())
            .map(|(key, cell)| (key, cell, &Cell::Blank));
        let now =
            self.iter().map(|(key, cell)| (key, before.cell(key.as_str()), cell)).filter(|(_, old, new)| old != new);
        now.chain(gone)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(key))
    }

    /// Sorts, and answers the first key that stands twice.
    fn settle(&mut self) -> Option<&CellKey> {
        if self.0.is_sorted_by(|a, b| a.0 < b.0) {
            return None;
        }
        self.0.sort_by(|a, b| a.0.cmp(&b.0));
        self.0.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| &pair[0].0)
    }
}

impl Extend<(CellKey, Cell)> for Cells {
    fn extend<I: IntoIterator<Item = (CellKey, Cell)>>(&mut self, cells: I) {
        for (key, cell) in cells {
            self.insert(key, cell);
        }
    }
}

impl FromIterator<(CellKey, Cell)> for Cells {
    fn from_iter<I: IntoIterator<Item = (CellKey, Cell)>>(cells: I) -> Self {
        let mut all = Self::new();
        all.extend(cells);
        all
    }
}

impl IntoIterator for Cells {
    type Item = (CellKey, Cell);
    type IntoIter = std::vec::IntoIter<(CellKey, Cell)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CellsVisitor)
    }
}

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object from cell key to cell")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let mut cells = Cells(Vec::with_capacity(map.size_hint().unwrap_or(64).min(4096)));
        while let Some(entry) = map.next_entry()? {
            cells.0.push(entry);
        }
        match cells.settle() {
            None => Ok(cells),
            Some(key) => Err(de::Error::custom(format_args!("the cell `{key}` stands twice"))),
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::{Cell, CellKey, Cells, MAX_TEXT};
    use crate::MAX_SCALED;

    impl PartialSchema for CellKey {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("<section>.<row>.<column>"))
                .max_length(Some(128))
                .into()
        }
    }

    impl ToSchema for CellKey {}

    impl PartialSchema for Cell {
        fn schema() -> RefOr<Schema> {
            let not_applicable = ObjectBuilder::new()
                .property("na", ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])))
                .required("na")
                .additional_properties(Some(AdditionalProperties::FreeForm(false)));
            OneOfBuilder::new()
                .description(Some(
                    "null: blank; {\"na\":true}: not applicable; a whole number; or a string with a decimal, a date, a choice code or text",
                ))
                .item(ObjectBuilder::new().schema_type(Type::Null))
                .item(not_applicable)
                .item(
                    ObjectBuilder::new()
                        .schema_type(Type::Integer)
                        .minimum(Some(-MAX_SCALED))
                        .maximum(Some(MAX_SCALED)),
                )
                .item(ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX_TEXT as usize)))
                .into()
        }
    }

    impl ToSchema for Cell {}

    impl PartialSchema for Cells {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .description(Some("From cell key to cell"))
                .additional_properties(Some(Cell::schema()))
                .into()
        }
    }

    impl ToSchema for Cells {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_states_of_a_cell_travel_and_return() {
        let json = r#"{"a.b.c":null,"a.b.d":{"na":true},"a.b.e":0,"a.b.f":"12.50"}"#;
        let cells: Cells = serde_json::from_str(json).unwrap();
        assert_eq!(cells.cell("a.b.c"), &Cell::Blank);
        assert_eq!(cells.cell("a.b.d"), &Cell::NotApplicable);
        assert_eq!(cells.cell("a.b.e"), &Cell::Integer(0));
        assert_eq!(cells.cell("a.b.f").decimal(), Some(Decimal::new(1250, 2)));
        assert_eq!(serde_json::to_string(&cells).unwrap(), json);
    }

    #[test]
    fn floats_booleans_lists_and_other_objects_are_refused() {
        let large = ["9007199254740992", "-9007199254740992", "9223372036854775808"];
        for bad in ["1.5", "true", "[]", "{}", r#"{"na":false}"#, r#"{"na":true,"x":1}"#].into_iter().chain(large) {
            assert!(serde_json::from_str::<Cell>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_in_any_order() {
        assert!(serde_json::from_str::<Cells>(r#"{"a":1,"a":2}"#).is_err());
        assert!(serde_json::from_str::<Cells>(r#"{"b":1,"a":1,"b":2}"#).is_err());
    }

    #[test]
    fn cells_are_sorted_however_they_come() {
        let cells: Cells = serde_json::from_str(r#"{"b":1,"a":2}"#).unwrap();
        assert_eq!(serde_json::to_string(&cells).unwrap(), r#"{"a":2,"b":1}"#);
        let built: Cells =
            [("b", 1), ("a", 2)].map(|(k, n)| (CellKey::from(k), Cell::Integer(n))).into_iter().collect();
        assert_eq!(built, cells);
    }

    #[test]
    fn a_change_names_old_and_new_and_takes_absent_for_blank() {
        let before: Cells = serde_json::from_str(r#"{"a":1,"b":2,"c":null}"#).unwrap();
        let after: Cells = serde_json::from_str(r#"{"a":1,"b":3,"d":null}"#).unwrap();
        let changes: Vec<_> =
            after.changes_since(&before).map(|(key, old, new)| (key.as_str(), old.clone(), new.clone())).collect();
        assert_eq!(changes, [("b", Cell::Integer(2), Cell::Integer(3))]);
    }
}
