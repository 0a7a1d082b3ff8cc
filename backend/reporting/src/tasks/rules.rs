//! What makes a task, and what may end one. Pure.

use chrono::{Months, NaiveDate};
use fupin_contract::{
    Fault,
    reporting::{FormSummary, IssueTask, TaskStatus},
    units::Level,
};

use crate::error::ReportingError;

/// A deadline beyond this is a slip of the hand.
const MOST_AHEAD: Months = Months::new(60);

/// Whether a task may be issued so today. `forms` are those of the wanted ids that exist.
pub fn check_issue(wanted: &IssueTask, forms: &[FormSummary], today: NaiveDate) -> Result<(), ReportingError> {
    let bad = |field, code: &str| Err(ReportingError::BadTask(field, Fault::new(code)));
    if wanted.forms.iter().any(|id| !forms.iter().any(|form| form.id == *id)) {
        return bad("forms", "reporting.unknown_form");
    }
    let same = |a: &FormSummary, b: &FormSummary| a.code == b.code;
    let twice = forms.iter().enumerate().any(|(at, form)| forms[..at].iter().any(|other| same(other, form)));
    if twice || wanted.forms.len() != forms.len() {
        return bad("forms", "reporting.form_twice");
    }
    check_deadline(wanted.deadline, today)?;
    if !goes_up(wanted.level, &wanted.chain) {
        return bad("chain", "reporting.chain_order");
    }
    Ok(())
}

/// Whether a task may have this deadline from today on.
pub fn check_deadline(deadline: NaiveDate, today: NaiveDate) -> Result<(), ReportingError> {
    if deadline < today {
        return Err(ReportingError::BadTask(
            "deadline",
            Fault::new("reporting.deadline_past").with("today", today.to_string()),
        ));
    }
    let last = today.checked_add_months(MOST_AHEAD);
    if last.is_none_or(|last| deadline > last) {
        let last = last.map(|last| last.to_string());
        return Err(ReportingError::BadTask("deadline", Fault::new("range").with("max", last)));
    }
    Ok(())
}

/// Each level of the chain stands above the one before it, the first above whoever fills.
fn goes_up(level: Level, chain: &[Level]) -> bool {
    let mut below = level;
    chain.iter().all(|next| {
        let up = next.rank() < below.rank();
        below = *next;
        up
    })
}

/// Whether a task may be cancelled or closed.
pub fn check_end(status: TaskStatus) -> Result<(), ReportingError> {
    match status {
        TaskStatus::Open => Ok(()),
        TaskStatus::Closed => Err(ReportingError::TaskClosed),
        TaskStatus::Cancelled => Err(ReportingError::TaskCancelled),
    }
}

/// The names of statuses in storage.
pub fn status_name(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Open => "open",
        TaskStatus::Closed => "closed",
        TaskStatus::Cancelled => "cancelled",
    }
}

pub fn status_of(name: &str) -> Option<TaskStatus> {
    [TaskStatus::Open, TaskStatus::Closed, TaskStatus::Cancelled]
        .into_iter()
        .find(|status| status_name(*status) == name)
}

#[cfg(test)]
mod tests {
    use fupin_contract::{FormId, Period, UnitId};

    use super::*;

    fn form(code: &str) -> FormSummary {
        FormSummary { id: FormId::generate(), code: code.to_owned(), version: 1, title: code.to_owned(), cells: 1 }
    }

    fn issue(forms: &[FormSummary]) -> IssueTask {
        IssueTask {
            title: "11月月报".to_owned(),
            forms: forms.iter().map(|form| form.id).collect(),
            period: Period::parse("2026-11").unwrap(),
            level: Level::Village,
            unit: UnitId(1),
            deadline: "2026-11-25".parse().unwrap(),
            chain: vec![Level::Town, Level::County, Level::Province],
        }
    }

    fn field(wanted: &IssueTask, forms: &[FormSummary], today: &str) -> Option<(&'static str, String)> {
        match check_issue(wanted, forms, today.parse().unwrap()) {
            Ok(()) => None,
            Err(ReportingError::BadTask(field, fault)) => Some((field, fault.code)),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_task_may_be_issued_until_its_deadline_is_over() {
        let forms = [form("a"), form("b")];
        assert_eq!(field(&issue(&forms), &forms, "2026-11-25"), None);
        let past = ("deadline", "reporting.deadline_past".to_owned());
        assert_eq!(field(&issue(&forms), &forms, "2026-11-26"), Some(past));
        let slip = IssueTask { deadline: NaiveDate::MAX, ..issue(&forms) };
        assert_eq!(field(&slip, &forms, "2026-11-25"), Some(("deadline", "range".to_owned())));
    }

    #[test]
    fn a_chain_goes_strictly_up_from_whoever_fills() {
        use Level::{County, Province, Town, Village};
        let good: [(Level, &[Level]); 4] =
            [(Village, &[Town]), (Village, &[Province]), (Town, &[County, Province]), (County, &[Province])];
        let bad: [(Level, &[Level]); 5] = [
            (Village, &[Village]),
            (Village, &[County, Town]),
            (Village, &[Town, Town]),
            (Town, &[Town, County]),
            (Province, &[Province]),
        ];
        assert!(good.iter().all(|(level, chain)| goes_up(*level, chain)));
        assert!(!bad.iter().any(|(level, chain)| goes_up(*level, chain)));
    }

    #[test]
    fn a_form_is_known_and_stands_once() {
        let (a, b) = (form("a"), form("a"));
        let twice = Some(("forms", "reporting.form_twice".to_owned()));
        assert_eq!(field(&issue(&[a.clone(), b.clone()]), &[a.clone(), b], "2026-11-01"), twice);
        assert_eq!(field(&issue(&[a.clone(), a.clone()]), std::slice::from_ref(&a), "2026-11-01"), twice);
        let unknown = Some(("forms", "reporting.unknown_form".to_owned()));
        assert_eq!(field(&issue(&[a]), &[], "2026-11-01"), unknown);
    }

    #[test]
    fn only_an_open_task_ends() {
        assert_eq!(check_end(TaskStatus::Open), Ok(()));
        assert_eq!(check_end(TaskStatus::Closed), Err(ReportingError::TaskClosed));
        assert_eq!(check_end(TaskStatus::Cancelled), Err(ReportingError::TaskCancelled));
        for name in ["open", "closed", "cancelled"] {
            assert_eq!(status_of(name).map(status_name), Some(name));
        }
    }
}
