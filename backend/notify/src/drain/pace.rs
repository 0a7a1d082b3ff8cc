//! Not too many messages to one phone: whoever has had several within a short while is told the rest together, by one
//! message that waits and is joined by what else happens. Notices in the application are never held back.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use fupin_contract::MessageId;
use fupin_kernel::{Result, Settings, Tx};
use uuid::Uuid;

use super::{
    store::{self, Joined, ToldRow},
    telling::{self, Occasion, Telling, Words},
};
use crate::limits;

/// Over which messages to one phone are counted, and for which the rest is held back.
const WINDOW: Duration = Duration::minutes(10);
/// How many go out at once within it.
const BURST: i64 = 3;
/// In a demonstration one person plays everybody, and wants to see each message.
const BURST_OF_DEMONSTRATION: i64 = 20;

/// What is to be told now, and what joins messages that wait.
#[derive(Debug, Default)]
pub struct Paced {
    pub tellings: Vec<Telling>,
    pub joined: Vec<Joined>,
}

/// How many messages a phone may get within the window.
pub fn burst(settings: &Settings) -> i64 {
    if settings.demo { BURST_OF_DEMONSTRATION } else { BURST }
}

/// Put into words what people are told of an occasion, holding back what would be too much for a phone.
pub async fn pace(
    tx: &mut Tx,
    words: &Words,
    occasion: Occasion,
    last: i64,
    told: Vec<ToldRow>,
    burst: i64,
) -> Result<Paced> {
    if !occasion.is_paced() || told.is_empty() {
        return Ok(Paced { tellings: telling::write(words, occasion, last, told)?, joined: Vec::new() });
    }
    let accounts: Vec<Uuid> = told.iter().map(|told| told.account_id).collect();
    let waiting: HashMap<Uuid, (MessageId, i64)> = store::lock_waiting(tx, occasion.name(), &accounts).await?;
    let since = tx.now() - WINDOW;
    let crowded: HashSet<Uuid> = store::list_crowded(tx, &accounts, since, burst).await?;
    // By night all wait for the morning, and are told together then.
    let quiet = limits::quiet_until(tx, occasion.name()).await?;
    let pause = quiet.map_or(WINDOW, |end| (end - tx.now()).max(WINDOW));
    // Jobs run by the real clock.
    let until: DateTime<Utc> = Utc::now() + pause;
    let mut paced = Paced::default();
    for told in told {
        let account = told.account_id;
        let mut telling = telling::write_one(words, occasion, last, told.clone())?;
        if let Some((id, reports)) = waiting.get(&account) {
            let together = ToldRow { reports: told.reports + reports, ..told };
            let reports = together.reports;
            let together = telling::write_one(words, occasion, last, together)?;
            if let Some(body) = together.message {
                paced.joined.push(Joined { id: *id, body, event: together.event, facts: together.facts, reports });
                telling.message = None;
            }
        } else if quiet.is_some() || crowded.contains(&account) {
            telling.waits_until = Some(until);
        }
        paced.tellings.push(telling);
    }
    Ok(paced)
}
