//! Numbers, dates and spans as people here read them. Days begin and end in China's time zone.

use std::cell::Cell;

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, Utc};
use fupin_contract::Period;

use crate::i18n::tp;

thread_local! {
    /// How far the server's clock is ahead of this device's, in milliseconds: the server decides what is late.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

fn zone() -> Option<FixedOffset> {
    FixedOffset::east_opt(8 * 3600)
}

/// Take the server's word on what time it is.
pub fn set_clock(server: DateTime<Utc>) {
    AHEAD.with(|ahead| ahead.set((server - Utc::now()).num_milliseconds()));
}

/// The server's time, as far as this device knows.
pub fn now() -> DateTime<Utc> {
    Utc::now() + Duration::milliseconds(AHEAD.with(Cell::get))
}

/// Today in China.
pub fn today() -> NaiveDate {
    day_of(now())
}

/// The day in China that an instant lies in.
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    zone().map_or_else(|| at.date_naive(), |zone| at.with_timezone(&zone).date_naive())
}

/// `2026-11-23 14:05`
pub fn date_time(at: DateTime<Utc>) -> String {
    zone().map_or_else(|| at.format("%F %R").to_string(), |zone| at.with_timezone(&zone).format("%F %R").to_string())
}

/// `2026 年 11 月`
pub fn period(period: Period) -> String {
    let first = period.first_day();
    tp("kit.period", &[("year", &first.year()), ("month", &first.month())])
}

/// `11 月 23 日`, for sentences.
pub fn day_in_words(day: NaiveDate) -> String {
    tp("kit.day", &[("month", &day.month()), ("day", &day.day())])
}

/// The last day on which something due at an instant is in time: an instant at midnight ends the day before.
pub fn due_day(due_at: DateTime<Utc>) -> NaiveDate {
    day_of(due_at - Duration::seconds(1))
}

/// 「3 天后」, 「今天截止」, 「已逾期 2 天」
pub fn due_in_words(due_at: DateTime<Utc>, today: NaiveDate) -> String {
    let days = (due_day(due_at) - today).num_days();
    match days {
        0 => tp("kit.due_today", &[]),
        1.. => tp("kit.due_in", &[("days", &days)]),
        i64::MIN..=-1 => tp("kit.overdue_by", &[("days", &-days)]),
    }
}

/// `12,345`
pub fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::with_capacity(digits.len() + 4);
    if number < 0 {
        shown.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// `12,345.60`, from a decimal as text.
pub fn decimal(text: &str) -> String {
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
    let whole = digits.parse::<i64>().map_or_else(|_| digits.to_owned(), count);
    part.map_or_else(|| format!("{sign}{whole}"), |part| format!("{sign}{whole}.{part}"))
}

/// `1.2 MB`, `56 KB`: as a person speaks of the size of a file.
pub fn size(bytes: i64) -> String {
    const KIB: i64 = 1024;
    let tenths = (bytes * 10 + KIB * KIB / 2) / (KIB * KIB);
    match bytes {
        ..KIB => format!("{bytes} B"),
        // Below what would be rounded to a thousand and more of the smaller unit.
        ..1_023_488 => format!("{} KB", (bytes + KIB / 2) / KIB),
        _ => format!("{}.{} MB", tenths / 10, tenths % 10),
    }
}

/// A share in whole percent; nothing of nothing is all.
pub fn percent(part: i64, whole: i64) -> i64 {
    if whole == 0 { 100 } else { part * 100 / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_size_is_told_in_the_unit_that_fits() {
        let told = [0, 1023, 1024, 57_344, 1_023_487, 1_023_488, 1_258_291, 10 * 1024 * 1024].map(size);
        assert_eq!(told, ["0 B", "1023 B", "1 KB", "56 KB", "999 KB", "1.0 MB", "1.2 MB", "10.0 MB"]);
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(-1_234_567), "-1,234,567");
        assert_eq!(decimal("-0.50"), "-0.50");
        assert_eq!(decimal("1234567.80"), "1,234,567.80");
    }

    #[test]
    fn a_deadline_at_midnight_belongs_to_the_day_before() {
        let due = at("2026-11-25T16:00:00Z");
        assert_eq!(due_day(due), NaiveDate::from_ymd_opt(2026, 11, 25).unwrap());
        assert!(due_in_words(due, NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()).contains('3'));
        assert!(due_in_words(due, NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()).contains('2'));
    }

    #[test]
    fn instants_are_shown_in_chinas_time() {
        assert_eq!(date_time(at("2026-11-23T17:05:00Z")), "2026-11-24 01:05");
    }
}
