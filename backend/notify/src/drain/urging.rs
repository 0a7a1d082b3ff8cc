//! Telling people what they owe a second time: by the calendar, by an officer, up the tree, and when the deadline moves.
//!
//! Invariant: a person is told once of all that a run of lines speaks of, however many tasks and reports it names.

mod store;

use fupin_kernel::{Result, Tx};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    store::{OutboxRow, ToldRow},
    telling::Occasion,
};

const REMINDER_DUE: &str = "reporting.reminder_due";
const REPORTS_DUNNED: &str = "reporting.reports_dunned";
const DEADLINE_SET: &str = "reporting.deadline_set";

/// What domains write into the outbox.
pub const TOPICS: &[&str] = &[REMINDER_DUE, REPORTS_DUNNED, DEADLINE_SET];

#[derive(Deserialize)]
struct OfReminder {
    task_id: Uuid,
    levels: Vec<i16>,
}

#[derive(Deserialize)]
struct OfTask {
    task_id: Uuid,
}

#[derive(Deserialize)]
struct OfDunning {
    dunning_id: Uuid,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Urged {
    reminded: Vec<Uuid>,
    /// Tasks, and the levels whose reviewers hear that they are late.
    escalated: Vec<(Uuid, i16)>,
    dunnings: Vec<Uuid>,
    /// Tasks that have another deadline.
    moved: Vec<Uuid>,
}

impl Urged {
    /// Take a line in; says whether it is one of these.
    pub fn hear(&mut self, row: &OutboxRow) -> bool {
        let read = match row.topic.as_str() {
            REMINDER_DUE => serde_json::from_value::<OfReminder>(row.payload.clone()).map(|of| {
                self.reminded.push(of.task_id);
                self.escalated.extend(of.levels.into_iter().map(|level| (of.task_id, level)));
            }),
            REPORTS_DUNNED => {
                serde_json::from_value::<OfDunning>(row.payload.clone()).map(|of| self.dunnings.push(of.dunning_id))
            }
            DEADLINE_SET => serde_json::from_value::<OfTask>(row.payload.clone()).map(|of| self.moved.push(of.task_id)),
            _ => return false,
        };
        if let Err(error) = read {
            tracing::error!(topic = row.topic, outbox_id = row.outbox_id, %error, "a line of the outbox is unreadable");
        }
        true
    }
}

/// Who is told of what.
pub async fn list_told(tx: &mut Tx, urged: &Urged) -> Result<Vec<(Occasion, Vec<ToldRow>)>> {
    let today = tx.today();
    let reminded = store::list_reminded(tx, &urged.reminded).await?;
    // Whoever owes both is told of both, in the words for what is late.
    let (overdue, due_soon) = reminded.into_iter().partition(|told: &ToldRow| told.deadline < today);
    Ok(vec![
        (Occasion::DueSoon, due_soon),
        (Occasion::Overdue, overdue),
        (Occasion::Dunned, store::list_dunned(tx, &urged.dunnings).await?),
        (Occasion::Escalated, store::list_escalated(tx, &urged.escalated).await?),
        (Occasion::DeadlineSet, store::list_reminded(tx, &urged.moved).await?),
    ])
}
