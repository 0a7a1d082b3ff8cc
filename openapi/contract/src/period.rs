//! The month that a report speaks of, written `2026-11`.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    first_day: NaiveDate,
}

/// Why a text is not a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPeriod;

impl std::fmt::Display for NotAPeriod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a period is written YYYY-MM, from 2000-01 to 2100-12")
    }
}

impl std::error::Error for NotAPeriod {}

impl Period {
    /// Read `YYYY-MM`.
    pub fn parse(text: &str) -> Result<Self, NotAPeriod> {
        let (year, month) = text.split_once('-').ok_or(NotAPeriod)?;
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(NotAPeriod);
        }
        let year = year.parse().map_err(|_| NotAPeriod)?;
        let month = month.parse().map_err(|_| NotAPeriod)?;
        if !YEARS.contains(&year) {
            return Err(NotAPeriod);
        }
        NaiveDate::from_ymd_opt(year, month, 1).map(|first_day| Self { first_day }).ok_or(NotAPeriod)
    }

    /// The month that a day lies in.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self { first_day: day.with_day(1).unwrap_or(day) }
    }

    /// The month so many months later, while there is one.
    #[must_use]
    pub fn later(self, months: u32) -> Option<Self> {
        Self::written(self.first_day.checked_add_months(Months::new(months))?)
    }

    /// The month so many months earlier, while there is one.
    #[must_use]
    pub fn earlier(self, months: u32) -> Option<Self> {
        Self::written(self.first_day.checked_sub_months(Months::new(months))?)
    }

    /// The month of a first day that can be written.
    fn written(first_day: NaiveDate) -> Option<Self> {
        YEARS.contains(&first_day.year()).then_some(Self { first_day })
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        self.first_day
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.first_day.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(self.first_day)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.first_day.year(), self.first_day.month())
    }
}

impl std::str::FromStr for Period {
    type Err = NotAPeriod;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Period {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A month, YYYY-MM"))
            .pattern(Some("^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])$"))
            .examples([serde_json::json!("2026-11")])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Period {}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn a_period_reads_back_as_it_was_written() {
        assert_eq!(Period::parse("2026-11").unwrap().to_string(), "2026-11");
        assert_eq!(Period::parse("2024-02").unwrap().last_day().to_string(), "2024-02-29");
    }

    #[test]
    fn the_first_period_has_none_before_it_and_the_last_none_after_it() {
        let second = Period::parse("2000-02").unwrap();
        assert_eq!(second.earlier(1).unwrap().to_string(), "2000-01");
        assert_eq!(second.earlier(2), None);
        let november = Period::parse("2100-11").unwrap();
        assert_eq!(november.later(1).unwrap().to_string(), "2100-12");
        assert_eq!(november.later(2), None);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["2026-13", "2026-1", "26-11", "2026-11-01", "2026/11", "１９９９-01", "+026-11", "1999-12", "2101-01", ""]
        {
            assert!(Period::parse(text).is_err(), "{text}");
        }
    }
}
