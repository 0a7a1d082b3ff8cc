//! When a schedule issues, for which period, and until when. Pure.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc};
use fupin_contract::{
    Period,
    reporting::{DueBy, Every, PlannedIssue, ScheduleRule},
};
use fupin_kernel::clock;

use super::calendar::Calendar;

/// The hour at which tasks are issued, local time.
const HOUR: i64 = 8;
/// How many are shown ahead.
const AHEAD: usize = 3;

/// The names in storage.
pub fn every_name(every: Every) -> &'static str {
    match every {
        Every::Month => "month",
        Every::Quarter => "quarter",
        Every::Year => "year",
    }
}

pub fn every_of(name: &str) -> Option<Every> {
    [Every::Month, Every::Quarter, Every::Year].into_iter().find(|every| every_name(*every) == name)
}

pub fn due_name(due: DueBy) -> &'static str {
    match due {
        DueBy::Day => "day",
        DueBy::WorkingDay => "working_day",
    }
}

pub fn due_of(name: &str) -> Option<DueBy> {
    [DueBy::Day, DueBy::WorkingDay].into_iter().find(|due| due_name(*due) == name)
}

fn months(every: Every) -> u32 {
    match every {
        Every::Month => 1,
        Every::Quarter => 3,
        Every::Year => 12,
    }
}

/// The month under which a quarter or a year is reported: its last one.
pub fn aligned(every: Every, period: Period) -> Period {
    let step = months(every);
    let over = period.first_day().month0() % step;
    period.later(step - 1 - over).unwrap_or(period)
}

/// The next period of a schedule, while there is one.
fn after(every: Every, period: Period) -> Option<Period> {
    aligned(every, period).later(months(every))
}

/// What a task of a period is called.
pub fn title(every: Every, period: Period, title: &str) -> String {
    let (year, month) = (period.first_day().year(), period.first_day().month());
    match every {
        Every::Month => format!("{year}年{month}月{title}"),
        Every::Quarter => format!("{year}年第{}季度{title}", month.div_ceil(3)),
        Every::Year => format!("{year}年度{title}"),
    }
}

/// When a period is issued, and until when.
pub fn planned(rule: &ScheduleRule, period: Period, calendar: &Calendar) -> PlannedIssue {
    let day = |first: NaiveDate, number: i16| {
        first.checked_add_days(Days::new(u64::try_from(number - 1).unwrap_or(0))).unwrap_or(first)
    };
    let next = period.last_day().succ_opt().unwrap_or_else(|| period.last_day());
    let deadline = match rule.due {
        DueBy::Day => day(next, rule.due_number),
        DueBy::WorkingDay => calendar.working_day(next, rule.due_number),
    };
    let provisional = rule.due == DueBy::WorkingDay && !calendar.is_confirmed(next.year());
    PlannedIssue { period, issues_on: day(period.first_day(), rule.issue_day), deadline, provisional }
}

/// The instant at which a planned task is issued.
pub fn moment(planned: &PlannedIssue) -> DateTime<Utc> {
    clock::end_of_day(planned.issues_on) - Duration::days(1) + Duration::hours(HOUR)
}

/// What has come due, the earliest first; `last` is the last period that was dealt with.
pub fn due(rule: &ScheduleRule, last: Option<Period>, calendar: &Calendar, now: DateTime<Utc>) -> Vec<PlannedIssue> {
    periods(rule, last).map(|period| planned(rule, period, calendar)).take_while(|plan| moment(plan) <= now).collect()
}

/// What comes next.
pub fn ahead(rule: &ScheduleRule, last: Option<Period>, calendar: &Calendar) -> Vec<PlannedIssue> {
    periods(rule, last).take(AHEAD).map(|period| planned(rule, period, calendar)).collect()
}

/// The first period from which a schedule goes on that is resumed now: what came due meanwhile is left out.
pub fn resumed(rule: &ScheduleRule, last: Option<Period>, calendar: &Calendar, now: DateTime<Utc>) -> Period {
    let is_ahead = |period: &Period| moment(&planned(rule, *period, calendar)) > now;
    periods(rule, last).find(is_ahead).unwrap_or(rule.first)
}

fn periods(rule: &ScheduleRule, last: Option<Period>) -> impl Iterator<Item = Period> {
    let every = rule.every;
    let first = aligned(every, rule.first);
    let first = last.map_or(Some(first), |last| after(every, last).map(|next| next.max(first)));
    std::iter::successors(first, move |period| after(every, *period))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        Period::parse(text).unwrap()
    }

    fn rule(every: Every, due: DueBy) -> ScheduleRule {
        ScheduleRule { every, issue_day: 20, due, due_number: 5, first: period("2026-11") }
    }

    fn days(plans: &[PlannedIssue]) -> Vec<String> {
        plans.iter().map(|plan| format!("{} {} {}", plan.period, plan.issues_on, plan.deadline)).collect()
    }

    #[test]
    fn a_month_is_issued_within_it_and_due_in_the_next() {
        let plans = ahead(&rule(Every::Month, DueBy::Day), None, &Calendar::default());
        assert_eq!(
            days(&plans),
            ["2026-11 2026-11-20 2026-12-05", "2026-12 2026-12-20 2027-01-05", "2027-01 2027-01-20 2027-02-05"]
        );
        assert!(plans.iter().all(|plan| !plan.provisional), "days need no calendar");
    }

    #[test]
    fn quarters_and_years_stand_under_their_last_month() {
        let quarters = ahead(&rule(Every::Quarter, DueBy::WorkingDay), None, &Calendar::default());
        assert_eq!(days(&quarters)[..2], ["2026-12 2026-12-20 2027-01-07", "2027-03 2027-03-20 2027-04-07"]);
        assert!(quarters[0].provisional);
        assert_eq!(aligned(Every::Year, period("2026-02")), period("2026-12"));
        assert_eq!(title(Every::Quarter, period("2026-12"), "季报"), "2026年第4季度季报");
        assert_eq!(title(Every::Month, period("2026-11"), "月报"), "2026年11月月报");
        assert_eq!(title(Every::Year, period("2026-12"), "年报"), "2026年度年报");
    }

    #[test]
    fn what_has_come_due_follows_what_was_dealt_with() {
        let rule = rule(Every::Month, DueBy::Day);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let due = |last: Option<&str>, now: &str| {
            let plans = due(&rule, last.map(period), &Calendar::default(), at(now));
            plans.iter().map(|plan| plan.period.to_string()).collect::<Vec<_>>()
        };
        assert!(due(None, "2026-11-19T23:59:59Z").is_empty());
        assert_eq!(due(None, "2026-11-20T00:00:00Z"), ["2026-11"], "at eight in the morning in China");
        assert!(due(Some("2026-11"), "2026-11-25T00:00:00Z").is_empty());
        assert_eq!(due(Some("2026-11"), "2027-01-25T00:00:00Z"), ["2026-12", "2027-01"]);
        let from = resumed(&rule, Some(period("2026-11")), &Calendar::default(), at("2027-01-25T00:00:00Z"));
        assert_eq!(from, period("2027-02"));
    }

    #[test]
    fn a_schedule_ends_with_the_last_period_that_can_be_written() {
        let last = ScheduleRule { first: period("2100-11"), ..rule(Every::Month, DueBy::Day) };
        let plans = ahead(&last, None, &Calendar::default());
        assert_eq!(days(&plans), ["2100-11 2100-11-20 2100-12-05", "2100-12 2100-12-20 2101-01-05"]);
        assert!(ahead(&last, Some(period("2100-12")), &Calendar::default()).is_empty());
    }
}
