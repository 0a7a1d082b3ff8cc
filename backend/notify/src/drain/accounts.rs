//! Telling people what concerns their own account: how to set the first password, how to confirm an e-mail address, and
//! that another number or address is kept for them now.
//!
//! Invariants: a link that lets somebody in, or confirms an address, lies nowhere: its place in the message is blank
//! until the message leaves ([`seal_in`]); who needs it no more by then is told nothing; of another number or address
//! the one before is told, and nobody chooses by which way.

mod store;

use std::collections::HashMap;

use chrono::Datelike;
use fupin_kernel::{Result, Tx};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    store::OutboxRow,
    telling::Telling,
    ways::Reach,
    wording::{Said, Words},
};
use crate::words::Facts;
use store::PersonRow;

/// Somebody is to set the first password.
pub const INVITED: &str = "access.person_invited";
const PHONE_CHANGED: &str = "access.phone_changed";
/// Somebody is to confirm an e-mail address.
pub const EMAIL_ASKED: &str = "access.email_asked";
const EMAIL_CHANGED: &str = "access.email_changed";

/// What domains write into the outbox.
pub const TOPICS: &[&str] = &[INVITED, PHONE_CHANGED, EMAIL_ASKED, EMAIL_CHANGED];

pub const EVENTS: [&str; 4] = [INVITED, PHONE_CHANGED, EMAIL_ASKED, EMAIL_CHANGED];

/// What the templates may ask for.
const FACTS_OF_INVITATION: [&str; 3] = ["name", "username", "link"];
const FACTS_OF_CHANGE: [&str; 4] = ["name", "phone", "month", "day"];
const FACTS_OF_ASKING: [&str; 3] = ["name", "username", "link"];
const FACTS_OF_END: [&str; 4] = ["name", "username", "month", "day"];

const LINK: &str = "/activate#";
const LINK_OF_ADDRESS: &str = "/confirm-email#";
/// Stands where the token goes, and is as long, so that the texts are counted right.
const BLANK: &str = "*******************************************";

/// What a template of an event may ask for; none where the event is not one of these.
pub fn facts_of(event: &str) -> Option<&'static [&'static str]> {
    match event {
        INVITED => Some(&FACTS_OF_INVITATION),
        PHONE_CHANGED => Some(&FACTS_OF_CHANGE),
        EMAIL_ASKED => Some(&FACTS_OF_ASKING),
        EMAIL_CHANGED => Some(&FACTS_OF_END),
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

#[derive(Debug, Deserialize)]
struct OfAsking {
    ask_id: Uuid,
    account_id: Uuid,
    address: String,
}

#[derive(Debug, Deserialize)]
struct OfEnd {
    change_id: Uuid,
    account_id: Uuid,
    before: String,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Own {
    invited: Vec<OfInvitation>,
    changed: Vec<OfChange>,
    asked: Vec<OfAsking>,
    ended: Vec<OfEnd>,
}

impl Own {
    /// Take a line in; says whether it is one of these.
    pub fn hear(&mut self, row: &OutboxRow) -> bool {
        let read = match row.topic.as_str() {
            INVITED => serde_json::from_value(row.payload.clone()).map(|of| self.invited.push(of)),
            PHONE_CHANGED => serde_json::from_value(row.payload.clone()).map(|of| self.changed.push(of)),
            EMAIL_ASKED => serde_json::from_value(row.payload.clone()).map(|of| self.asked.push(of)),
            EMAIL_CHANGED => serde_json::from_value(row.payload.clone()).map(|of| self.ended.push(of)),
            _ => return false,
        };
        if let Err(error) = read {
            tracing::error!(topic = row.topic, outbox_id = row.outbox_id, %error, "a line of the outbox is unreadable");
        }
        true
    }

    fn accounts(&self) -> Vec<Uuid> {
        let invited = self.invited.iter().map(|of| of.account_id);
        let changed = self.changed.iter().map(|of| of.account_id);
        let asked = self.asked.iter().map(|of| of.account_id);
        invited.chain(changed).chain(asked).chain(self.ended.iter().map(|of| of.account_id)).collect()
    }
}

/// Put into words what each person is told.
pub async fn write(tx: &mut Tx, words: &Words, own: &Own) -> Result<Vec<Telling>> {
    let rows = store::list_people(tx, &own.accounts()).await?;
    let people: HashMap<Uuid, PersonRow> = rows.into_iter().map(|row| (row.account_id, row)).collect();
    let mut tellings = Vec::new();
    for of in &own.invited {
        if let Some(person) = people.get(&of.account_id).filter(|person| person.pending) {
            let link = words.address(&format!("{LINK}{BLANK}"));
            let facts = facts(FACTS_OF_INVITATION, [person.name.clone(), person.username.clone(), link]);
            let intent = format!("{INVITED}:{}:{}:{}", of.account_import_id, of.account_id, of.round);
            let said = words.say(INVITED, &facts, Reach::phone(person.phone_sealed.as_deref()))?;
            tellings.push(telling(person, INVITED, intent, facts, said));
        }
    }
    let (month, day) = (tx.today().month().to_string(), tx.today().day().to_string());
    for of in &own.changed {
        if let (Some(person), Ok(before)) = (people.get(&of.account_id), hex::decode(&of.before)) {
            let facts = facts(FACTS_OF_CHANGE, [person.name.clone(), of.now.clone(), month.clone(), day.clone()]);
            let intent = format!("{PHONE_CHANGED}:{}", of.change_id);
            let said = words.say(PHONE_CHANGED, &facts, Reach::phone(Some(&before)))?;
            tellings.push(telling(person, PHONE_CHANGED, intent, facts, said));
        }
    }
    for of in &own.asked {
        if let (Some(person), Ok(address)) = (people.get(&of.account_id), hex::decode(&of.address)) {
            let link = words.address(&format!("{LINK_OF_ADDRESS}{BLANK}"));
            let facts = facts(FACTS_OF_ASKING, [person.name.clone(), person.username.clone(), link]);
            let intent = format!("{EMAIL_ASKED}:{}", of.ask_id);
            let said = mailed(words, EMAIL_ASKED, &facts, &address)?;
            tellings.push(telling(person, EMAIL_ASKED, intent, facts, said));
        }
    }
    for of in &own.ended {
        if let (Some(person), Ok(before)) = (people.get(&of.account_id), hex::decode(&of.before)) {
            let values = [person.name.clone(), person.username.clone(), month.clone(), day.clone()];
            let facts = facts(FACTS_OF_END, values);
            let intent = format!("{EMAIL_CHANGED}:{}", of.change_id);
            let said = mailed(words, EMAIL_CHANGED, &facts, &before)?;
            tellings.push(telling(person, EMAIL_CHANGED, intent, facts, said));
        }
    }
    Ok(tellings)
}

fn facts<const N: usize>(names: [&'static str; N], values: [String; N]) -> Facts {
    names.into_iter().zip(values).collect()
}

/// By mail alone, to an address that may not be confirmed.
fn mailed(words: &Words, event: &str, facts: &Facts, address: &[u8]) -> Result<Said> {
    Ok(Said { notice: None, messages: words.mail(event, facts, address)?.into_iter().collect() })
}

fn telling(person: &PersonRow, event: &'static str, intent: String, facts: Facts, said: Said) -> Telling {
    Telling {
        intent,
        account_id: person.account_id,
        unit_id: person.home_unit_id,
        name: person.name.clone(),
        link: "/me".to_owned(),
        notice: said.notice,
        messages: said.messages,
        occasion: event,
        event,
        facts,
        reports: 1,
    }
}

/// Put the token where a text has been left blank for it.
pub fn seal_in(text: &mut String, token: &str) {
    *text = text.replace(BLANK, token);
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
