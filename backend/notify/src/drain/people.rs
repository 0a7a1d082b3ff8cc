//! Telling people what concerns their accounts: whose work they do, and who does theirs.
//!
//! Invariant: either of the two hears once that it begins to be so and once that it ended, whatever is read twice.

mod store;

use chrono::{Datelike, NaiveDate};
use fupin_kernel::{Error, Result, Tx};
use serde::Deserialize;
use uuid::Uuid;

use super::{store::OutboxRow, telling::Telling, ways::Ways, wording::Words};
use crate::words::{Facts, shorten};
use store::DelegationRow;

const DELEGATION_MADE: &str = "access.delegation_made";
const DELEGATION_ENDED: &str = "access.delegation_ended";

/// What domains write into the outbox.
pub const TOPICS: &[&str] = &[DELEGATION_MADE, DELEGATION_ENDED];

pub const EVENTS: [&str; 4] = [
    "access.delegation_made.to_delegate",
    "access.delegation_made.to_principal",
    "access.delegation_ended.to_delegate",
    "access.delegation_ended.to_principal",
];

/// What a template of any of these events may ask for.
pub const FACTS: [&str; 9] =
    ["name", "principal", "delegate", "first_month", "first_day", "last_month", "last_day", "reason", "link"];

/// The longest reason that a message repeats; the page shows all of it.
const MOST_REASON: usize = 40;
const LINK: &str = "/delegations";

#[derive(Deserialize)]
struct OfDelegation {
    delegation_id: Uuid,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Concerned {
    made: Vec<Uuid>,
    ended: Vec<Uuid>,
}

impl Concerned {
    /// Take a line in; says whether it is one of these.
    pub fn hear(&mut self, row: &OutboxRow) -> bool {
        let heard = match row.topic.as_str() {
            DELEGATION_MADE => &mut self.made,
            DELEGATION_ENDED => &mut self.ended,
            _ => return false,
        };
        match serde_json::from_value::<OfDelegation>(row.payload.clone()) {
            Ok(of) => heard.push(of.delegation_id),
            Err(error) => {
                tracing::error!(topic = row.topic, outbox_id = row.outbox_id, %error, "a line of the outbox is unreadable");
            }
        }
        true
    }
}

/// Put into words what each person is told.
pub async fn write(tx: &mut Tx, words: &Words, concerned: &Concerned) -> Result<Vec<Telling>> {
    let mut tellings = Vec::new();
    // What has ended by now is not told as beginning.
    for (topic, ids, ended) in [(DELEGATION_MADE, &concerned.made, false), (DELEGATION_ENDED, &concerned.ended, true)] {
        let rows = store::list_delegations(tx, ids).await?;
        let ways = Ways::load(tx, topic, rows.iter().map(|row| row.account_id)).await?;
        for row in rows.into_iter().filter(|row| row.ended == ended) {
            tellings.push(write_one(words, &ways, topic, row)?);
        }
    }
    Ok(tellings)
}

fn write_one(words: &Words, ways: &Ways, topic: &'static str, row: DelegationRow) -> Result<Telling> {
    let said = format!("{topic}.to_{}", row.side);
    let event = EVENTS.into_iter().find(|event| *event == said).ok_or(Error::NotFound)?;
    let facts = facts(&row, words.address(LINK));
    let said = words.say(event, &facts, ways.to(row.account_id, row.phone_sealed.as_deref()))?;
    Ok(Telling {
        intent: format!("{event}:{}", row.delegation_id),
        account_id: row.account_id,
        unit_id: row.home_unit_id,
        name: row.name,
        link: LINK.to_owned(),
        notice: said.notice,
        messages: said.messages,
        occasion: topic,
        event,
        facts,
        reports: 1,
    })
}

fn facts(row: &DelegationRow, link: String) -> Facts {
    let (month, day) = (|date: NaiveDate| date.month().to_string(), |date: NaiveDate| date.day().to_string());
    let values = [
        row.name.clone(),
        row.principal_name.clone(),
        row.delegate_name.clone(),
        month(row.first_day),
        day(row.first_day),
        month(row.last_day),
        day(row.last_day),
        shorten(&row.reason, MOST_REASON),
        link,
    ];
    FACTS.into_iter().zip(values).collect()
}
