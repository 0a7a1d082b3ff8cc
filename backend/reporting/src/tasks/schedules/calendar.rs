//! Working days: weekdays, but for what the State Council's yearly notice says otherwise. Data of the province's folder.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use fupin_kernel::{Result, Tx};
use serde::Deserialize;

use super::store;

/// One year of `holidays.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    /// Whether the notice has been published and this is what it says.
    confirmed: bool,
    /// Where it comes from; for whoever reads the file.
    #[serde(rename = "source")]
    _source: String,
    holidays: Vec<Holiday>,
}

/// A holiday with the days that are worked in its place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: NaiveDate,
    until: NaiveDate,
    #[serde(default)]
    worked: Vec<NaiveDate>,
}

/// A day that is not what its weekday says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub day: NaiveDate,
    pub works: bool,
    pub name: String,
    pub confirmed: bool,
}

/// The days that are not what their weekdays say.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    exceptions: BTreeMap<NaiveDate, (bool, bool)>,
    /// Years of which everything is confirmed.
    confirmed: BTreeSet<i32>,
}

impl Calendar {
    pub fn new(exceptions: &[Exception]) -> Self {
        let mut calendar = Self::default();
        for exception in exceptions {
            calendar.exceptions.insert(exception.day, (exception.works, exception.confirmed));
            calendar.confirmed.insert(exception.day.year());
        }
        for exception in exceptions.iter().filter(|exception| !exception.confirmed) {
            calendar.confirmed.remove(&exception.day.year());
        }
        calendar
    }

    pub fn is_confirmed(&self, year: i32) -> bool {
        self.confirmed.contains(&year)
    }

    pub fn works(&self, day: NaiveDate) -> bool {
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.exceptions.get(&day).map_or(weekday, |(works, _)| *works)
    }

    /// The working day of a number in a month that begins on a day; the month's last day where it has not so many.
    pub fn working_day(&self, first: NaiveDate, number: i16) -> NaiveDate {
        let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
        let days = first.iter_days().take_while(|day| *day < next);
        let number = usize::try_from(number).unwrap_or(1).max(1);
        let last = next.checked_sub_days(Days::new(1)).unwrap_or(first);
        days.filter(|day| self.works(*day)).nth(number - 1).unwrap_or(last)
    }
}

/// Put a province's `holidays.json` in force, in place of what it said of the same years before.
pub async fn load_holidays(tx: &mut Tx, json: &str) -> Result<()> {
    let years: Vec<Year> = serde_json::from_str(json)?;
    for year in &years {
        store::replace_holidays(tx, year.year, &exceptions(year)).await?;
    }
    Ok(())
}

fn exceptions(year: &Year) -> Vec<Exception> {
    let exception = |holiday: &Holiday, day: NaiveDate, works: bool| Exception {
        day,
        works,
        name: holiday.name.clone(),
        confirmed: year.confirmed,
    };
    let days = |holiday: &Holiday| {
        let off = holiday.from.iter_days().take_while(|day| *day <= holiday.until);
        let off = off.map(|day| exception(holiday, day, false));
        off.chain(holiday.worked.iter().map(|day| exception(holiday, *day, true))).collect::<Vec<_>>()
    };
    year.holidays.iter().flat_map(days).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hainan() -> Calendar {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/provinces/hainan/holidays.json");
        let years: Vec<Year> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        Calendar::new(&years.iter().flat_map(exceptions).collect::<Vec<_>>())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_working_day_is_what_the_notice_says() {
        let calendar = hainan();
        // 2026: 1 to 3 January off, Sunday the 4th is worked.
        assert_eq!(calendar.working_day(day("2026-01-01"), 1), day("2026-01-04"));
        // The first week of October is off; Saturday the 10th is worked.
        assert_eq!(calendar.working_day(day("2026-10-01"), 3), day("2026-10-10"));
        assert_eq!(calendar.working_day(day("2026-12-01"), 5), day("2026-12-07"));
        assert!(!calendar.works(day("2026-02-16")) && calendar.works(day("2026-02-28")));
        assert_eq!(calendar.working_day(day("2026-02-01"), 28), day("2026-02-28"), "not so many: the last day");
    }

    #[test]
    fn a_year_without_a_published_notice_is_not_confirmed() {
        let calendar = hainan();
        assert!(calendar.is_confirmed(2026) && !calendar.is_confirmed(2027) && !calendar.is_confirmed(2030));
        assert!(!calendar.works(day("2027-10-01")) && calendar.works(day("2027-03-01")));
    }
}
