//! Lists: `{items, next}` by keyset. A page begins after a cursor and never shifts under the reader.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One page of a list; `next` is absent on the last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Pass it as `after` to read on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
}

/// An opaque place in a list, made by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(max_length = 200))]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(pub String);

/// Longer than any place that the server makes.
const LONGEST_CURSOR: usize = 200;

impl TryFrom<String> for Cursor {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() > LONGEST_CURSOR { Err("a cursor has at most 200 characters") } else { Ok(Self(text)) }
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

impl Cursor {
    /// The place after a row of a list that is ordered by time and id.
    #[must_use]
    pub fn after(at: DateTime<Utc>, id: Uuid) -> Self {
        Self(format!("{}_{}", at.timestamp_micros(), id.simple()))
    }

    /// The time and id that [`Cursor::after`] was made of.
    #[must_use]
    pub fn read(&self) -> Option<(DateTime<Utc>, Uuid)> {
        let (at, id) = self.0.split_once('_')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
    }

    /// The place after a row of a list that is ordered by a number that no two rows share.
    #[must_use]
    pub fn after_number(number: i32) -> Self {
        Self(number.to_string())
    }

    /// The number that [`Cursor::after_number`] was made of.
    #[must_use]
    pub fn read_number(&self) -> Option<i32> {
        self.0.parse().ok()
    }
}

impl Cursor {
    /// The place after a row of a list that is ordered by several numbers.
    #[must_use]
    pub fn after_numbers<const N: usize>(numbers: [i64; N]) -> Self {
        Self(numbers.map(|number| number.to_string()).join("."))
    }

    /// The numbers that [`Cursor::after_numbers`] was made of.
    #[must_use]
    pub fn read_numbers<const N: usize>(&self) -> Option<[i64; N]> {
        let numbers: Vec<i64> = self.0.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        numbers.try_into().ok()
    }
}

impl<T> Page<T> {
    /// Cut one row more than the limit down to a page, and say where it goes on.
    #[must_use]
    pub fn cut(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|last| Cursor(key(last))) } else { None };
        Self { items, next }
    }
}
