//! Not too many messages to one address: whoever has had several within a short while is told the rest together, by one
//! message that waits and is joined by what else happens; phones and mailboxes are counted apart. Notices in the
//! application are never held back.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use fupin_contract::{MessageId, notify::MessageChannel};
use fupin_kernel::{Result, Settings, Tx};
use uuid::Uuid;

use super::{
    store::{self, Joined, ToldRow},
    telling::{self, Occasion, Telling},
    ways::Ways,
    wording::{Words, Written},
};
use crate::limits;

/// Over which messages to one address are counted, and for which the rest is held back.
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

/// How many messages an address may get within the window.
pub fn burst(settings: &Settings) -> i64 {
    if settings.demo { BURST_OF_DEMONSTRATION } else { BURST }
}

/// How much there is to tell, and how.
#[derive(Clone, Copy, Debug)]
pub struct Pace<'a> {
    pub words: &'a Words,
    pub ways: &'a Ways,
    pub occasion: Occasion,
    /// The last line that was read.
    pub last: i64,
    pub burst: i64,
}

impl Pace<'_> {
    /// Put into words what people are told of an occasion, holding back what would be too much for an address.
    pub async fn write(self, tx: &mut Tx, told: Vec<ToldRow>) -> Result<Paced> {
        let Self { words, ways, occasion, last, burst } = self;
        if !occasion.is_paced() || told.is_empty() {
            return Ok(Paced { tellings: telling::write(words, ways, occasion, last, told)?, joined: Vec::new() });
        }
        let accounts: Vec<Uuid> = told.iter().map(|told| told.account_id).collect();
        let since = tx.now() - WINDOW;
        let crowd = Crowd {
            waiting: store::lock_waiting(tx, occasion.name(), &accounts).await?,
            crowded: store::list_crowded(tx, &accounts, since, burst).await?,
            // By night all phones wait for the morning, and are told together then. Mail wakes nobody.
            quiet: limits::quiet_until(tx, occasion.name()).await?.map(|end| (end - tx.now()).max(WINDOW)),
        };
        let mut paced = Paced::default();
        for told in told {
            let mut telling = telling::write_one(words, ways, occasion, last, told.clone())?;
            for message in std::mem::take(&mut telling.messages) {
                match self.join(&crowd, &told, &message)? {
                    Some(joined) => paced.joined.push(joined),
                    None => telling.messages.push(crowd.hold(told.account_id, message)),
                }
            }
            paced.tellings.push(telling);
        }
        Ok(paced)
    }

    /// The message that waits for the same address, telling of this as well; none where none waits.
    fn join(self, crowd: &Crowd, told: &ToldRow, message: &Written) -> Result<Option<Joined>> {
        let Some((id, reports)) = crowd.waiting.get(&(told.account_id, message.channel)) else { return Ok(None) };
        let reports = told.reports + reports;
        let together = ToldRow { reports, ..told.clone() };
        let together = telling::write_one(self.words, self.ways, self.occasion, self.last, together)?;
        let (event, facts) = (together.event, together.facts);
        let same = together.messages.into_iter().find(|other| other.channel == message.channel);
        Ok(same.map(|Written { subject, body, .. }| Joined { id: *id, subject, body, event, facts, reports }))
    }
}

/// What holds messages back.
struct Crowd {
    waiting: HashMap<(Uuid, MessageChannel), (MessageId, i64)>,
    crowded: HashSet<(Uuid, MessageChannel)>,
    /// How long it is night.
    quiet: Option<Duration>,
}

impl Crowd {
    fn hold(&self, account_id: Uuid, message: Written) -> Written {
        let quiet = self.quiet.filter(|_| message.channel == MessageChannel::Sms);
        let crowded = self.crowded.contains(&(account_id, message.channel));
        let pause = quiet.or_else(|| crowded.then_some(WINDOW));
        // Jobs run by the real clock.
        let waits_until: Option<DateTime<Utc>> = pause.map(|pause| Utc::now() + pause);
        Written { waits_until, ..message }
    }
}
