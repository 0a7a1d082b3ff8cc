//! What is kept, and how it follows changes. Pure.

use chrono::{DateTime, Utc};
use fupin_contract::{
    FormId, ReportId, UnitId,
    reporting::{Progress, ReportStatus},
};

/// A living report, as far as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: ReportId,
    pub unit: UnitId,
    pub form: FormId,
    pub status: ReportStatus,
    /// How many levels of the chain have approved it.
    pub stage: i16,
    pub version: i32,
    pub submitted_at: Option<DateTime<Utc>>,
}

/// Put reports as they stand now in the place of what was kept of them; all are in the order of their ids.
pub fn follow(kept: &mut Vec<Standing>, changed: Vec<Standing>) {
    for standing in changed {
        match kept.binary_search_by_key(&standing.id.0, |known| known.id.0) {
            Ok(index) => kept[index] = standing,
            Err(index) => kept.insert(index, standing),
        }
    }
}

/// Count one more report of a task that is due at a time.
pub fn note(progress: &mut Progress, standing: &Standing, due_at: DateTime<Utc>, now: DateTime<Utc>) {
    progress.expected += 1;
    match standing.status {
        ReportStatus::Draft if standing.version == 0 => progress.untouched += 1,
        ReportStatus::Draft => progress.drafts += 1,
        ReportStatus::Returned => progress.returned += 1,
        ReportStatus::Submitted => progress.submitted += 1,
        ReportStatus::Approved => progress.approved += 1,
    }
    if is_in(standing) {
        progress.late += i64::from(standing.submitted_at.is_some_and(|at| at >= due_at));
    } else {
        progress.overdue += i64::from(due_at <= now);
    }
}

/// Whether it has been handed over.
pub fn is_in(standing: &Standing) -> bool {
    matches!(standing.status, ReportStatus::Submitted | ReportStatus::Approved)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn standing(id: u128, status: ReportStatus, version: i32) -> Standing {
        let submitted_at = (version > 1).then_some(DateTime::UNIX_EPOCH);
        let (id, form) = (ReportId(Uuid::from_u128(id)), FormId(Uuid::nil()));
        Standing { id, unit: UnitId(1), form, status, stage: 0, version, submitted_at }
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_kept_and_leaves_the_rest() {
        let mut kept: Vec<_> = [1, 3, 5].map(|id| standing(id, Draft, 0)).into();
        follow(&mut kept, vec![standing(3, Submitted, 2), standing(4, Draft, 1)]);
        let left: Vec<_> = kept.iter().map(|one| (one.id.0.as_u128(), one.status, one.version)).collect();
        use ReportStatus::{Draft, Submitted};
        assert_eq!(left, [(1, Draft, 0), (3, Submitted, 2), (4, Draft, 1), (5, Draft, 0)]);
    }

    #[test]
    fn a_report_counts_once_and_is_late_or_overdue_by_the_clock() {
        let due_at = DateTime::UNIX_EPOCH;
        let mut progress = Progress::default();
        let states = [
            (ReportStatus::Draft, 0),
            (ReportStatus::Draft, 1),
            (ReportStatus::Returned, 3),
            (ReportStatus::Submitted, 2),
            (ReportStatus::Approved, 3),
        ];
        for (status, version) in states {
            note(&mut progress, &standing(1, status, version), due_at, due_at);
        }
        let expected = Progress {
            expected: 5,
            untouched: 1,
            drafts: 1,
            returned: 1,
            submitted: 1,
            approved: 1,
            late: 2,
            overdue: 3,
        };
        assert_eq!(progress, expected);
    }
}
