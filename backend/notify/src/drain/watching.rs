//! Telling those who watch that somebody walks through the households of a county: the security and the audit
//! administrators. They are told of an account, never of whom it saw.

mod store;

use std::collections::HashMap;

use chrono::Datelike;
use fupin_kernel::{Result, Tx};
use serde::Deserialize;
use uuid::Uuid;

use super::{store::OutboxRow, telling::Telling, ways::Reach, wording::Words};
use crate::words::Facts;

/// What the registry writes into the outbox.
const WALKED: &str = "registry.walked";
pub const TOPICS: &[&str] = &[WALKED];
pub const EVENTS: [&str; 1] = [WALKED];

/// What the templates may ask for.
pub const FACTS: [&str; 6] = ["name", "person", "count", "month", "day", "link"];

#[derive(Debug, Deserialize)]
struct OfWalk {
    account_id: Uuid,
    households: i64,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Watched {
    walks: Vec<(i64, OfWalk)>,
}

impl Watched {
    /// Take a line in; says whether it is one of these.
    pub fn hear(&mut self, row: &OutboxRow) -> bool {
        if row.topic != WALKED {
            return false;
        }
        match serde_json::from_value(row.payload.clone()) {
            Ok(walk) => self.walks.push((row.outbox_id, walk)),
            Err(error) => tracing::error!(outbox_id = row.outbox_id, %error, "a line of the outbox is unreadable"),
        }
        true
    }
}

/// Put into words what each of those who watch is told.
pub async fn write(tx: &mut Tx, words: &Words, watched: &Watched) -> Result<Vec<Telling>> {
    if watched.walks.is_empty() {
        return Ok(Vec::new());
    }
    let walkers: Vec<Uuid> = watched.walks.iter().map(|(_, walk)| walk.account_id).collect();
    let names: HashMap<Uuid, String> = store::list_names(tx, &walkers).await?.into_iter().collect();
    let watchers = store::list_watchers(tx).await?;
    let (month, day) = (tx.today().month().to_string(), tx.today().day().to_string());
    let mut tellings = Vec::new();
    for (line, walk) in &watched.walks {
        let Some(person) = names.get(&walk.account_id) else { continue };
        for watcher in &watchers {
            let link = format!("/sightings?account_id={}", walk.account_id);
            let values = [
                watcher.name.clone(),
                person.clone(),
                walk.households.to_string(),
                month.clone(),
                day.clone(),
                words.address(&link),
            ];
            let facts: Facts = FACTS.into_iter().zip(values).collect();
            let said = words.say(WALKED, &facts, Reach::phone(watcher.phone_sealed.as_deref()))?;
            tellings.push(Telling {
                intent: format!("{WALKED}:{line}:{}", watcher.account_id),
                account_id: watcher.account_id,
                unit_id: watcher.home_unit_id,
                name: watcher.name.clone(),
                link,
                notice: said.notice,
                messages: said.messages,
                occasion: WALKED,
                event: WALKED,
                facts,
                reports: 1,
            });
        }
    }
    Ok(tellings)
}
