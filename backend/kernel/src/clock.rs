//! The clock is the database's; dates and deadlines are those of China, end of day.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime, Utc};

/// China has kept one zone without daylight saving since 1991.
const CHINA: i32 = 8 * 3600;

/// The local date of an instant.
#[must_use]
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    match FixedOffset::east_opt(CHINA) {
        Some(zone) => at.with_timezone(&zone).date_naive(),
        None => at.date_naive(),
    }
}

/// The instant at which a local date is over: from then on a submission is late.
#[must_use]
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    (day + Duration::days(1)).and_time(NaiveTime::MIN).and_utc() - Duration::seconds(i64::from(CHINA))
}

#[cfg(test)]
mod tests {
    use super::{end_of_day, local_date};

    #[test]
    fn a_day_ends_at_local_midnight() {
        let day = "2026-11-25".parse().unwrap();
        assert_eq!(end_of_day(day).to_rfc3339(), "2026-11-25T16:00:00+00:00");
        assert_eq!(local_date(end_of_day(day)), "2026-11-26".parse().unwrap());
    }
}
