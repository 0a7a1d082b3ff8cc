//! Telling people what concerns their own account: how to set the first password, and that another phone number is
//! kept for them now.
//!
//! Invariants: a link that lets somebody in lies nowhere: its place in the message is blank until the message leaves
//! ([`seal_in`]); who has a password by then is told nothing; of another number the one before is told.

mod store;

use std::collections::HashMap;

use chrono::Datelike;
use fupin_kernel::{Result, Tx};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    store::OutboxRow,
    telling::{Telling, Words},
};
use crate::{hook::Letter, words::Facts};
use store::PersonRow;

/// Somebody is to set the first password.
pub const INVITED: &str = "access.person_invited";
const PHONE_CHANGED: &str = "access.phone_changed";

/// What domains write into the outbox.
pub const TOPICS: &[&str] = &[INVITED, PHONE_CHANGED];

pub const EVENTS: [&str; 2] = [INVITED, PHONE_CHANGED];

/// What the templates may ask for.
const FACTS_OF_INVITATION: [&str; 3] = ["name", "username", "link"];
const FACTS_OF_CHANGE: [&str; 4] = ["name", "phone", "month", "day"];

const LINK: &str = "/activate#";
/// Stands where the token goes, and is as long, so that the texts are counted right.
const BLANK: &str = "*******************************************";

/// What a template of an event may ask for; none where the event is not one of these.
pub fn facts_of(event: &str) -> Option<&'static [&'static str]> {
    match event {
        INVITED => Some(&FACTS_OF_INVITATION),
        PHONE_CHANGED => Some(&FACTS_OF_CHANGE),
        _ => None,
    }
}

#[derive(Debug, Deserialize)]
struct OfInvitation {
    account_id: Uuid,
    account_import_id: Uuid,
    round: i32,
}

#[derive(Debug, Deserialize)]
struct OfChange {
    change_id: Uuid,
    account_id: Uuid,
    before: String,
    now: String,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Own {
    invited: Vec<OfInvitation>,
    changed: Vec<OfChange>,
}

impl Own {
    /// Take a line in; says whether it is one of these.
    pub fn hear(&mut self, row: &OutboxRow) -> bool {
        let read = match row.topic.as_str() {
            INVITED => serde_json::from_value(row.payload.clone()).map(|of| self.invited.push(of)),
            PHONE_CHANGED => serde_json::from_value(row.payload.clone()).map(|of| self.changed.push(of)),
            _ => return false,
        };
        if let Err(error) = read {
            tracing::error!(topic = row.topic, outbox_id = row.outbox_id, %error, "a line of the outbox is unreadable");
        }
        true
    }
}

/// Put into words what each person is told.
pub async fn write(tx: &mut Tx, words: &Words, own: &Own) -> Result<Vec<Telling>> {
    let invited = own.invited.iter().map(|of| of.account_id);
    let ids: Vec<Uuid> = invited.chain(own.changed.iter().map(|of| of.account_id)).collect();
    let people: HashMap<Uuid, PersonRow> =
        store::list_people(tx, &ids).await?.into_iter().map(|row| (row.account_id, row)).collect();
    let mut tellings = Vec::new();
    for of in &own.invited {
        if let Some(person) = people.get(&of.account_id).filter(|person| person.pending) {
            let link = words.address(&format!("{LINK}{BLANK}"));
            let values = [person.name.clone(), person.username.clone(), link];
            let facts: Facts = FACTS_OF_INVITATION.into_iter().zip(values).collect();
            let intent = format!("{INVITED}:{}:{}:{}", of.account_import_id, of.account_id, of.round);
            tellings.push(telling(words, person, INVITED, intent, facts)?);
        }
    }
    let today = tx.today();
    for of in &own.changed {
        if let (Some(person), Ok(before)) = (people.get(&of.account_id), hex::decode(&of.before)) {
            let values = [person.name.clone(), of.now.clone(), today.month().to_string(), today.day().to_string()];
            let facts: Facts = FACTS_OF_CHANGE.into_iter().zip(values).collect();
            let intent = format!("{PHONE_CHANGED}:{}", of.change_id);
            let told = telling(words, person, PHONE_CHANGED, intent, facts)?;
            tellings.push(Telling { phone_sealed: Some(before), ..told });
        }
    }
    Ok(tellings)
}

fn telling(words: &Words, person: &PersonRow, event: &'static str, intent: String, facts: Facts) -> Result<Telling> {
    let (notice, message) = words.say_both(event, &facts)?;
    Ok(Telling {
        intent,
        account_id: person.account_id,
        unit_id: person.home_unit_id,
        name: person.name.clone(),
        phone_sealed: person.phone_sealed.clone(),
        link: "/me".to_owned(),
        notice,
        message,
        occasion: event,
        event,
        facts,
        reports: 1,
        waits_until: None,
    })
}

/// Put the token where a letter has been left blank for it.
pub fn seal_in(letter: &mut Letter, token: &str) {
    letter.text = letter.text.replace(BLANK, token);
    for fact in letter.facts.values_mut() {
        *fact = fact.replace(BLANK, token);
    }
}

#[cfg(test)]
mod tests {
    use fupin_kernel::keys::random_token;

    use super::BLANK;

    #[test]
    fn the_blank_is_as_long_as_a_token() {
        assert_eq!(BLANK.len(), random_token().len());
    }
}
