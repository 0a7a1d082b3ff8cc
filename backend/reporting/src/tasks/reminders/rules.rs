//! Which days of reminding are told, and which have passed. Pure.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use fupin_contract::{TaskId, units::Level};

use crate::tasks::policy::Policy;

/// A day that was missed for longer than this is not made up for.
const STALE: Duration = Duration::days(7);

/// An open task with its days of reminding.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    pub task: TaskId,
    /// Who fills.
    pub level: Level,
    pub deadline: NaiveDate,
    /// When the deadline was set: days before that are nobody's.
    pub set_at: DateTime<Utc>,
    pub days: Vec<i16>,
    /// Days that have been dealt with.
    pub done: Vec<i16>,
}

/// A day of reminding that has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub task: TaskId,
    pub deadline: NaiveDate,
    pub day: i16,
    /// Whether people are told; a day that has passed over is only noted.
    pub told: bool,
    /// Whose reviewers hear of it as well.
    pub levels: Vec<Level>,
}

/// The days of a task that have come and have not been dealt with. The last of them is told, unless it passed before the
/// deadline was set, or too long ago.
pub fn due(calendar: &Calendar, policy: &Policy, now: DateTime<Utc>) -> Vec<Step> {
    let mut days: Vec<i16> = calendar
        .days
        .iter()
        .copied()
        .filter(|day| !calendar.done.contains(day) && policy.moment(calendar.deadline, *day) <= now)
        .collect();
    days.sort_unstable();
    days.dedup();
    let last = days.last().copied();
    // A later day that was dealt with covers what came before it.
    let covered = calendar.done.iter().copied().max();
    let step = |day: i16| {
        let at = policy.moment(calendar.deadline, day);
        let told = last == Some(day) && covered < Some(day) && at >= calendar.set_at && now - at <= STALE;
        let levels = if told { policy.climbs_to(day, calendar.level) } else { Vec::new() };
        Step { task: calendar.task, deadline: calendar.deadline, day, told, levels }
    };
    days.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        discipline::rules::Points,
        tasks::policy::{Room, Rung},
    };

    fn policy() -> Policy {
        Policy {
            reminder_days: vec![],
            reminder_hour: 9,
            escalation: vec![Rung { days: 1, level: Level::Town }, Rung { days: 3, level: Level::County }],
            dunning_rest_minutes: 240,
            dunnings_per_day: 20,
            discipline: Points { late_day: 5.into(), returned: 3.into(), error: 1.into() },
            attachments: Room { files: 50, mib: 100 },
        }
    }

    fn calendar(done: &[i16]) -> Calendar {
        Calendar {
            task: TaskId(uuid::Uuid::nil()),
            level: Level::Village,
            deadline: "2026-11-25".parse().unwrap(),
            set_at: "2026-11-01T00:00:00Z".parse().unwrap(),
            days: vec![3, -3, -1, 0, 1],
            done: done.to_vec(),
        }
    }

    fn told(calendar: &Calendar, now: &str) -> Vec<(i16, bool)> {
        due(calendar, &policy(), now.parse().unwrap()).iter().map(|step| (step.day, step.told)).collect()
    }

    #[test]
    fn a_day_is_told_from_its_hour_on_and_once() {
        assert_eq!(told(&calendar(&[]), "2026-11-22T00:59:59Z"), []);
        assert_eq!(told(&calendar(&[]), "2026-11-22T01:00:00Z"), [(-3, true)]);
        assert_eq!(told(&calendar(&[-3]), "2026-11-23T23:00:00Z"), []);
        assert_eq!(told(&calendar(&[-3]), "2026-11-24T01:00:00Z"), [(-1, true)]);
    }

    #[test]
    fn of_several_missed_days_the_last_is_made_up_for() {
        assert_eq!(told(&calendar(&[-3]), "2026-11-26T05:00:00Z"), [(-1, false), (0, false), (1, true)]);
        assert_eq!(told(&calendar(&[]), "2026-12-20T05:00:00Z").iter().filter(|(_, told)| *told).count(), 0);
    }

    #[test]
    fn days_before_the_deadline_was_set_pass_over() {
        let late = Calendar { set_at: "2026-11-24T03:00:00Z".parse().unwrap(), ..calendar(&[]) };
        assert_eq!(told(&late, "2026-11-24T04:00:00Z"), [(-3, false), (-1, false)]);
        assert_eq!(told(&late, "2026-11-25T04:00:00Z"), [(-3, false), (-1, false), (0, true)]);
    }

    #[test]
    fn a_day_that_is_added_later_and_has_been_overtaken_is_not_told() {
        let added = Calendar { days: vec![-2, -1, 0], ..calendar(&[-1]) };
        assert_eq!(told(&added, "2026-11-24T05:00:00Z"), [(-2, false)]);
    }

    #[test]
    fn lateness_climbs_with_the_days() {
        let levels = |done: &[i16], now: &str| {
            due(&calendar(done), &policy(), now.parse().unwrap()).pop().map(|step| step.levels).unwrap()
        };
        assert_eq!(levels(&[-3, -1], "2026-11-25T04:00:00Z"), []);
        assert_eq!(levels(&[-3, -1, 0], "2026-11-26T04:00:00Z"), [Level::Town]);
        assert_eq!(levels(&[-3, -1, 0, 1], "2026-11-28T04:00:00Z"), [Level::Town, Level::County]);
    }
}
