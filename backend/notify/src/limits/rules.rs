//! When a message may go. Pure.

use chrono::{DateTime, Duration, FixedOffset, Months, NaiveDate, NaiveTime, Timelike, Utc};
use fupin_contract::notify::{HoldReason, MessageHold, MessageLimits, QuietHours, minute_of_day};
use fupin_kernel::clock;

/// China has kept one zone without daylight saving since 1991.
const CHINA: i32 = 8 * 3600;

/// When the quiet hours end that an instant lies in; `None` outside of them.
#[must_use]
pub fn quiet_end(hours: &QuietHours, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (from, until) = (minute_of_day(&hours.from)?, minute_of_day(&hours.until)?);
    let zone = FixedOffset::east_opt(CHINA)?;
    let local = now.with_timezone(&zone);
    let minute = local.hour() * 60 + local.minute();
    let spans_midnight = from > until;
    let quiet = if spans_midnight { minute >= from || minute < until } else { (from..until).contains(&minute) };
    if !quiet {
        return None;
    }
    // The evening's end is tomorrow's morning.
    let day = if spans_midnight && minute >= from { local.date_naive().succ_opt()? } else { local.date_naive() };
    let end = day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(until * 60, 0)?);
    Some(end.and_local_timezone(zone).single()?.with_timezone(&Utc))
}

/// Whether an event is told at any hour; several of it together are as urgent as one.
#[must_use]
pub fn is_urgent(limits: &MessageLimits, event: &str) -> bool {
    let one = event.strip_suffix(".many").unwrap_or(event);
    limits.urgent.iter().any(|urgent| urgent == one || urgent == event)
}

/// Whether a number has had its fill: `sent` are the moments of what it got within a day, newest first.
#[must_use]
pub fn number_hold(limits: &MessageLimits, sent: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<MessageHold> {
    let caps = [
        (limits.per_minute, Duration::minutes(1)),
        (limits.per_hour, Duration::hours(1)),
        (limits.per_day, Duration::days(1)),
    ];
    let until = caps.into_iter().filter_map(|(cap, window)| {
        // The message that would be one too many goes when the oldest of a full window has left it.
        let oldest = sent.get(usize::try_from(cap?).ok()?.checked_sub(1)?)?;
        Some(*oldest + window).filter(|free| *free > now)
    });
    until.max().map(|until| MessageHold { until, reason: HoldReason::Number })
}

/// The first day of the local month.
#[must_use]
pub fn month_of(now: DateTime<Utc>) -> NaiveDate {
    fupin_contract::Period::of(clock::local_date(now)).first_day()
}

/// Whether so many segments more would be too many for the month, so many having been spent.
#[must_use]
pub fn budget_hold(limits: &MessageLimits, spent: i64, segments: i32, now: DateTime<Utc>) -> Option<MessageHold> {
    let most = i64::from(limits.monthly_segments?);
    if spent + i64::from(segments) <= most {
        return None;
    }
    let last = month_of(now).checked_add_months(Months::new(1))?.pred_opt()?;
    Some(MessageHold { until: clock::end_of_day(last), reason: HoldReason::Budget })
}

/// The name in storage.
#[must_use]
pub fn reason_name(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::Quiet => "quiet",
        HoldReason::Number => "number",
        HoldReason::Budget => "budget",
    }
}

/// The reason of a stored name.
#[must_use]
pub fn reason_of(name: &str) -> Option<HoldReason> {
    [HoldReason::Quiet, HoldReason::Number, HoldReason::Budget].into_iter().find(|reason| reason_name(*reason) == name)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};
    use fupin_contract::notify::{HoldReason, MessageLimits, QuietHours};

    use super::{budget_hold, is_urgent, number_hold, quiet_end, reason_name, reason_of};

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    fn night() -> QuietHours {
        QuietHours { from: "21:30".into(), until: "07:30".into() }
    }

    #[test]
    fn a_night_ends_in_the_morning_whichever_side_of_midnight_it_is() {
        for (now, end) in [
            ("2026-11-24T21:29:59+08:00", None),
            ("2026-11-24T21:30:00+08:00", Some("2026-11-25T07:30:00+08:00")),
            ("2026-11-24T23:59:59+08:00", Some("2026-11-25T07:30:00+08:00")),
            ("2026-11-25T00:00:00+08:00", Some("2026-11-25T07:30:00+08:00")),
            ("2026-11-25T07:29:59+08:00", Some("2026-11-25T07:30:00+08:00")),
            ("2026-11-25T07:30:00+08:00", None),
            ("2026-12-31T22:00:00+08:00", Some("2027-01-01T07:30:00+08:00")),
        ] {
            assert_eq!(quiet_end(&night(), at(now)), end.map(at), "{now}");
        }
        let noon = QuietHours { from: "12:00".into(), until: "14:00".into() };
        assert_eq!(quiet_end(&noon, at("2026-11-24T13:00:00+08:00")), Some(at("2026-11-24T14:00:00+08:00")));
        assert_eq!(quiet_end(&noon, at("2026-11-24T22:00:00+08:00")), None);
    }

    #[test]
    fn a_number_waits_until_the_fullest_window_has_room() {
        let limits = MessageLimits { per_minute: Some(1), per_hour: Some(3), ..MessageLimits::default() };
        let now = at("2026-11-24T10:00:00+08:00");
        let ago = |seconds: i64| now - Duration::seconds(seconds);
        let until =
            |sent: &[DateTime<Utc>]| number_hold(&limits, sent, now).map(|hold| (hold.until - now).num_seconds());
        assert_eq!(until(&[]), None);
        assert_eq!(until(&[ago(60)]), None);
        assert_eq!(until(&[ago(20)]), Some(40));
        assert_eq!(until(&[ago(70), ago(600), ago(3000)]), Some(600));
        assert_eq!(until(&[ago(70), ago(600), ago(3600)]), None);
        assert_eq!(number_hold(&MessageLimits::default(), &[ago(1); 500], now), None);
    }

    #[test]
    fn a_spent_budget_holds_until_the_local_month_is_over() {
        let limits = MessageLimits { monthly_segments: Some(10), ..MessageLimits::default() };
        // In Beijing it is December already.
        let now = at("2026-11-30T17:00:00Z");
        assert_eq!(budget_hold(&limits, 8, 2, now), None);
        let hold = budget_hold(&limits, 8, 3, now).unwrap();
        assert_eq!((hold.until, hold.reason), (at("2027-01-01T00:00:00+08:00"), HoldReason::Budget));
        assert_eq!(budget_hold(&MessageLimits::default(), 1_000_000, 3, now), None);
    }

    #[test]
    fn several_are_as_urgent_as_one() {
        let limits = MessageLimits { urgent: vec!["reporting.report_returned".into()], ..MessageLimits::default() };
        assert!(is_urgent(&limits, "reporting.report_returned"));
        assert!(is_urgent(&limits, "reporting.report_returned.many"));
        assert!(!is_urgent(&limits, "reporting.task_issued"));
    }

    #[test]
    fn names_read_back() {
        for reason in [HoldReason::Quiet, HoldReason::Number, HoldReason::Budget] {
            assert_eq!(reason_of(reason_name(reason)), Some(reason));
        }
        assert_eq!(reason_of("whim"), None);
    }
}
