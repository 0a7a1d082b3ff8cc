//! Telling people: what domains left in the outbox becomes notices and messages, and a job for each message.
//!
//! Invariants:
//! - A line leaves the outbox in the transaction that writes what it gives rise to: none is lost, none counts twice.
//! - Who is told, and of what, is decided by how things stand when the line is read: a report that was taken back
//!   meanwhile is told to nobody.
//! - Lines that are read together make one message for each person, with a count; so do lines that come too fast.

pub mod accounts;
mod pace;
mod people;
pub mod store;
mod telling;
mod urging;
mod watching;
mod ways;
mod wording;

use std::time::Duration;

use fupin_contract::{ReportId, TaskId, notify::TemplateChannel};
use fupin_kernel::{App, Result, Settings, Tx, jobs};
use serde::Deserialize;
use tokio::time::Instant;
use uuid::Uuid;

use crate::jobs::SendMessage;
use store::{OutboxRow, QueuedRow};
use telling::{Occasion, Telling};
pub use telling::{budget_words, paced_names};
use ways::Ways;
use wording::Words;
pub use wording::{MAIL_FOOT, with_foot};

/// Lines read at once.
const BATCH: i64 = 5000;
/// How long lines may gather, so that what happens together is told together.
const GATHER: Duration = Duration::from_millis(500);
/// A line that nobody woke us for is read after this.
const POLL: Duration = Duration::from_secs(1);
/// For each second that the reading took, so many pass before the next: it costs about the same whether it tells of one line
/// or of a thousand, and on the evening of a deadline those who submit need the machine.
const REST: u32 = 10;
/// But nobody waits longer than this for lines to be read.
const MOST_REST: Duration = Duration::from_secs(4);

#[derive(Deserialize)]
struct OfTask {
    task_id: TaskId,
}

#[derive(Deserialize)]
struct OfReport {
    report_id: ReportId,
}

/// What was read, by occasion.
#[derive(Debug, Default)]
struct Heard {
    tasks: Vec<Uuid>,
    submitted: Vec<Uuid>,
    returned: Vec<Uuid>,
    approved: Vec<Uuid>,
    urged: urging::Urged,
    concerned: people::Concerned,
    own: accounts::Own,
    watched: watching::Watched,
    /// The last line: it names what was told together.
    last: i64,
}

/// Read the outbox for as long as the process lives.
pub async fn run(app: App) {
    loop {
        let began = Instant::now();
        match drain(&app).await {
            // A full batch: there is more.
            Ok(read) if read >= BATCH => {}
            Ok(_) => {
                let rested = Instant::now() + rest_after(began.elapsed());
                let woken = tokio::time::timeout(POLL, app.outbox_wake.notified()).await;
                if woken.is_ok() {
                    tokio::time::sleep_until(rested.max(Instant::now() + GATHER)).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

fn rest_after(reading: Duration) -> Duration {
    (reading * REST).min(MOST_REST)
}

/// Turn what waits in the outbox into notices and messages; says how many lines were read.
pub async fn drain(app: &App) -> Result<i64> {
    let (read, _) = app.db.write(async |tx| drain_in(tx, &app.settings).await).await?;
    Ok(read)
}

async fn drain_in(tx: &mut Tx, settings: &Settings) -> Result<i64> {
    let topics = [Occasion::TOPICS, urging::TOPICS, people::TOPICS, accounts::TOPICS, watching::TOPICS].concat();
    let rows = store::take_lines(tx, &topics, BATCH).await?;
    let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if rows.is_empty() {
        return Ok(0);
    }
    let heard = sort(rows);
    let words = Words::load(tx, &settings.public_url).await?;
    let mut all = vec![
        (Occasion::TaskIssued, store::list_owing(tx, &heard.tasks).await?),
        (Occasion::ReportSubmitted, store::list_reviewers(tx, &heard.submitted).await?),
        (Occasion::ReportReturned, store::list_returned(tx, &heard.returned).await?),
        (Occasion::ReportApproved, store::list_approved(tx, &heard.approved).await?),
    ];
    all.extend(urging::list_told(tx, &heard.urged).await?);
    for (occasion, told) in all {
        let ways = Ways::load(tx, occasion.name(), told.iter().map(|told| told.account_id)).await?;
        let (last, burst) = (heard.last, pace::burst(settings));
        let paced = pace::Pace { words: &words, ways: &ways, occasion, last, burst }.write(tx, told).await?;
        store::update_joined(tx, &paced.joined).await?;
        tell(tx, &paced.tellings).await?;
    }
    let concerning = people::write(tx, &words, &heard.concerned).await?;
    tell(tx, &concerning).await?;
    let own = accounts::write(tx, &words, &heard.own).await?;
    tell(tx, &own).await?;
    let watched = watching::write(tx, &words, &heard.watched).await?;
    tell(tx, &watched).await?;
    Ok(read)
}

async fn tell(tx: &mut Tx, tellings: &[Telling]) -> Result<()> {
    store::insert_notices(tx, tellings).await?;
    let queued = store::insert_messages(tx, tellings).await?;
    enqueue(tx, queued).await
}

/// All that there are words for, in the order of a report's life.
pub fn events() -> impl Iterator<Item = &'static str> {
    telling::events().chain(people::EVENTS).chain(accounts::EVENTS).chain(watching::EVENTS)
}

/// What somebody may choose the ways of, in the order of a report's life.
pub fn occasions() -> impl Iterator<Item = &'static str> {
    telling::occasions().chain(people::TOPICS.iter().copied())
}

/// What words for an event may ask for on a channel; none where there is no such event.
pub fn facts_on(event: &str, channel: TemplateChannel) -> Option<Vec<&'static str>> {
    facts_of(event).map(|facts| wording::fitting(channel, facts))
}

/// What there is to tell of an event; none where there is no such event.
pub fn facts_of(event: &str) -> Option<&'static [&'static str]> {
    if people::EVENTS.contains(&event) {
        return Some(&people::FACTS);
    }
    if watching::EVENTS.contains(&event) {
        return Some(&watching::FACTS);
    }
    if event == MAIL_FOOT {
        return Some(&wording::FACTS_OF_FOOT);
    }
    if let Some(facts) = accounts::facts_of(event) {
        return Some(facts);
    }
    telling::events().any(|known| known == event).then_some(&telling::FACTS)
}

async fn enqueue(tx: &mut Tx, queued: Vec<QueuedRow>) -> Result<()> {
    let (waiting, now): (Vec<_>, Vec<_>) = queued.into_iter().partition(|row| row.waits_until.is_some());
    for row in waiting {
        SendMessage::of(row.id()).enqueue(tx, row.waits_until).await?;
    }
    let now: Vec<SendMessage> = now.into_iter().map(|row| SendMessage::of(row.id())).collect();
    if now.is_empty() {
        return Ok(());
    }
    jobs::enqueue_all(tx, SendMessage::TASK, &now).await
}

fn sort(rows: Vec<OutboxRow>) -> Heard {
    let mut heard = Heard::default();
    for row in rows {
        heard.last = heard.last.max(row.outbox_id);
        let report = || serde_json::from_value::<OfReport>(row.payload.clone()).map(|of| of.report_id.0);
        if heard.urged.hear(&row) || heard.concerned.hear(&row) || heard.own.hear(&row) || heard.watched.hear(&row) {
            continue;
        }
        let read = match Occasion::of_topic(&row.topic) {
            Some(Occasion::TaskIssued) => {
                serde_json::from_value::<OfTask>(row.payload.clone()).map(|of| heard.tasks.push(of.task_id.0))
            }
            Some(Occasion::ReportSubmitted) => report().map(|id| heard.submitted.push(id)),
            Some(Occasion::ReportReturned) => report().map(|id| heard.returned.push(id)),
            Some(Occasion::ReportApproved) => report().map(|id| heard.approved.push(id)),
            Some(
                Occasion::DueSoon | Occasion::Overdue | Occasion::Dunned | Occasion::Escalated | Occasion::DeadlineSet,
            )
            | None => Ok(()),
        };
        if let Err(error) = read {
            // Nobody can be told what does not say of what it speaks; the log keeps that it was there.
            tracing::error!(topic = row.topic, outbox_id = row.outbox_id, %error, "a line of the outbox is unreadable");
        }
    }
    heard
}
