//! How a province urges those who owe, and what it lets be attached: data of its folder, kept in one row.

pub mod store;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use fupin_contract::units::Level;
use fupin_kernel::{Result, Tx, clock};
use serde::Deserialize;

use crate::discipline::rules::Points;

/// What `policy.json` of a province says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Days from the deadline on which whoever still owes is reminded.
    pub reminder_days: Vec<i16>,
    /// The hour of such a day, local time.
    pub reminder_hour: i16,
    /// From which day on whose reviewers hear of it.
    pub escalation: Vec<Rung>,
    pub dunning_rest_minutes: i32,
    pub dunnings_per_day: i32,
    /// What each shortcoming of a unit costs.
    pub discipline: Points,
    /// How much may be attached to one report.
    pub attachments: Room,
}

/// Room for files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    pub files: i16,
    /// All of them together.
    pub mib: i16,
}

/// One rung of the ladder by which lateness climbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Days after the deadline.
    pub days: i16,
    pub level: Level,
}

impl Policy {
    /// The instant at which a day of reminding has come.
    pub fn moment(&self, deadline: NaiveDate, day: i16) -> DateTime<Utc> {
        let eve = deadline.checked_add_signed(Duration::days(i64::from(day) - 1)).unwrap_or(deadline);
        clock::end_of_day(eve) + Duration::hours(i64::from(self.reminder_hour))
    }

    /// The levels that hear of lateness so many days after the deadline, of those above whoever fills.
    pub fn climbs_to(&self, day: i16, filling: Level) -> Vec<Level> {
        let hears = |rung: &&Rung| day > 0 && rung.days <= day && rung.level.rank() < filling.rank();
        self.escalation.iter().filter(hears).map(|rung| rung.level).collect()
    }

    pub fn rest(&self) -> Duration {
        Duration::minutes(i64::from(self.dunning_rest_minutes))
    }
}

/// Put a province's `policy.json` in force.
pub async fn load_policy(tx: &mut Tx, json: &str) -> Result<()> {
    store::save_policy(tx, &serde_json::from_str(json)?).await
}

/// The instant at which a local day begins.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    clock::end_of_day(day) - Duration::days(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy {
            reminder_days: vec![-3, 0, 1],
            reminder_hour: 9,
            escalation: vec![Rung { days: 1, level: Level::Town }, Rung { days: 3, level: Level::County }],
            dunning_rest_minutes: 240,
            dunnings_per_day: 20,
            discipline: Points { late_day: 5.into(), returned: 3.into(), error: 1.into() },
            attachments: Room { files: 50, mib: 100 },
        }
    }

    #[test]
    fn people_are_reminded_at_nine_in_the_morning_in_china() {
        let deadline = "2026-11-25".parse().unwrap();
        assert_eq!(policy().moment(deadline, 0).to_rfc3339(), "2026-11-25T01:00:00+00:00");
        assert_eq!(policy().moment(deadline, -3).to_rfc3339(), "2026-11-22T01:00:00+00:00");
        assert_eq!(policy().moment(deadline, 1).to_rfc3339(), "2026-11-26T01:00:00+00:00");
        assert_eq!(start_of_day(deadline).to_rfc3339(), "2026-11-24T16:00:00+00:00");
    }

    #[test]
    fn lateness_climbs_the_tree_day_by_day() {
        use Level::{County, Town, Village};
        let climbs = |day, filling| policy().climbs_to(day, filling);
        assert_eq!(climbs(0, Village), []);
        assert_eq!(climbs(1, Village), [Town]);
        assert_eq!(climbs(3, Village), [Town, County]);
        assert_eq!(climbs(3, Town), [County], "a town does not hear of itself");
    }
}
