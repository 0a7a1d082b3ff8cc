//! What bounds a message on its way out, and what an administrator changes of it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use fupin_access::{
    Permit,
    permit::{ManageGateways, ReadMessages},
};
use fupin_contract::{
    Email, Fault, MessageId,
    notify::{GatewayKind, HoldReason, MessageCosts, MessageHold, MessageLimits},
};
use fupin_kernel::{Error, Result, Tx, audit::Event, keys::Keys, seal};
use validator::Validate;

use super::{rules, store};
use crate::{
    drain::{budget_words, facts_of},
    hook::Letter,
    jobs::SendMessage,
    replies,
};

/// Let go at once.
const BATCH: i64 = 5000;

/// Put the limits of a province's `limits.json` in force.
pub async fn load(tx: &mut Tx, json: &str) -> Result<()> {
    let limits: MessageLimits = serde_json::from_str(json)?;
    limits.validate().map_err(Error::internal)?;
    store::save_limits(tx, &limits).await
}

/// In a demonstration one person plays everybody, at any hour: the budget and the prices stay.
pub async fn lift(tx: &mut Tx) -> Result<()> {
    let limits = store::find_limits(tx).await?;
    let lifted =
        MessageLimits { quiet: None, per_minute: None, per_hour: None, per_day: None, mail_per_day: None, ..limits };
    store::save_limits(tx, &lifted).await
}

/// Until when an event is not to ring a phone; `None` when it may at once.
pub async fn quiet_until(tx: &mut Tx, event: &str) -> Result<Option<DateTime<Utc>>> {
    let limits = store::find_limits(tx).await?;
    Ok(quiet_end(&limits, event, tx.now()))
}

fn quiet_end(limits: &MessageLimits, event: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let hours = limits.quiet.as_ref().filter(|_| !rules::is_urgent(limits, event))?;
    rules::quiet_end(hours, now)
}

/// Count a letter as handed over, or let it wait; says whether it may go.
pub async fn admit(tx: &mut Tx, keys: &Keys, letter: &Letter, segments: i32, gateway: GatewayKind) -> Result<bool> {
    let (limits, now) = (store::find_limits(tx).await?, tx.now());
    let number_mac = seal::index(keys, "message.number", letter.phone.reveal())?;
    let quiet = quiet_end(&limits, &letter.event, now);
    let mut hold = quiet.map(|until| MessageHold { until, reason: HoldReason::Quiet });
    if hold.is_none() {
        let sent = store::lock_sent_to(tx, &number_mac).await?;
        hold = rules::number_hold(&limits, &sent, now);
    }
    if hold.is_none() && limits.monthly_segments.is_some() {
        let spent = store::lock_spent(tx, rules::month_of(now)).await?;
        hold = rules::budget_hold(&limits, spent, segments, now);
    }
    let Some(hold) = hold else {
        store::spend(tx, letter.id, rules::month_of(now), gateway.name(), &number_mac).await?;
        return Ok(true);
    };
    store::update_held(tx, letter.id, &hold).await?;
    if hold.reason == HoldReason::Budget {
        tell_administrators(tx, &limits).await?;
    }
    Ok(false)
}

/// Count a mail as handed over, or let it wait; says whether it may go. It wakes nobody and costs nothing, so that only
/// the address counts.
pub async fn admit_mail(tx: &mut Tx, keys: &Keys, id: MessageId, to: &Email) -> Result<bool> {
    let (limits, now) = (store::find_limits(tx).await?, tx.now());
    let address_mac = seal::index(keys, "message.address", &to.reveal().to_ascii_lowercase())?;
    let sent = store::lock_sent_to(tx, &address_mac).await?;
    let cap = MessageLimits { per_day: limits.mail_per_day, ..MessageLimits::default() };
    match rules::number_hold(&cap, &sent, now) {
        None => store::count_mail(tx, id, &address_mac).await.map(|()| true),
        Some(hold) => store::update_held(tx, id, &hold).await.map(|()| false),
    }
}

async fn tell_administrators(tx: &mut Tx, limits: &MessageLimits) -> Result<()> {
    let month = rules::month_of(tx.now());
    match budget_words(tx, month, limits.monthly_segments.unwrap_or_default()).await? {
        Some(body) => store::insert_budget_notices(tx, month, &body).await,
        None => Ok(()),
    }
}

/// Let go what has waited long enough.
pub async fn release(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    let released = store::release_held(tx, Some(now), BATCH).await?;
    enqueue(tx, &released).await
}

/// Let go all that waits, to be judged by other limits than before.
async fn release_all(tx: &mut Tx) -> Result<()> {
    loop {
        let released = store::release_held(tx, None, BATCH).await?;
        if released.is_empty() {
            return Ok(());
        }
        enqueue(tx, &released).await?;
    }
}

async fn enqueue(tx: &mut Tx, released: &[MessageId]) -> Result<()> {
    let jobs: Vec<SendMessage> = released.iter().map(|id| SendMessage::of(*id)).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    fupin_kernel::jobs::enqueue_all(tx, SendMessage::TASK, &jobs).await
}

pub async fn get_limits(permit: &Permit<ManageGateways>) -> Result<MessageLimits> {
    crate::check_whole(permit.scope())?;
    permit.read(async |tx| store::find_limits(tx).await).await
}

/// Change the limits. Whatever waits is judged anew by them.
pub async fn set_limits(permit: &Permit<ManageGateways>, limits: MessageLimits) -> Result<MessageLimits> {
    crate::check_whole(permit.scope())?;
    if let Some(unknown) = limits.urgent.iter().find(|event| facts_of(event).is_none()) {
        return Err(Error::invalid_field("urgent", Fault::new("template.no_event").with("name", unknown.clone())));
    }
    let mut priced = HashSet::new();
    if let Some(again) = limits.prices.iter().find(|price| !priced.insert(price.gateway)) {
        return Err(Error::invalid_field("prices", Fault::new("template.twice").with("name", again.gateway.name())));
    }
    let event = Event::new("notify.limits_set").with("limits", serde_json::to_value(&limits)?);
    permit
        .write_noting(event, async |tx, event| {
            let before = store::find_limits(tx).await?;
            event.detail.insert("before".to_owned(), serde_json::to_value(before)?);
            store::save_limits(tx, &limits).await?;
            release_all(tx).await
        })
        .await?;
    Ok(limits)
}

pub async fn get_costs(permit: &Permit<ReadMessages>) -> Result<MessageCosts> {
    crate::check_whole(permit.scope())?;
    permit
        .read(async |tx| {
            let limits = store::find_limits(tx).await?;
            let month = rules::month_of(tx.now());
            Ok(MessageCosts {
                items: store::list_costs(tx).await?,
                segments_this_month: store::count_spent(tx, month).await?,
                monthly_segments: limits.monthly_segments,
                held_for_budget: store::count_held_for_budget(tx).await?,
                replies: replies::store::count_replies(tx).await?,
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use fupin_contract::notify::MessageLimits;
    use validator::Validate;

    use crate::drain::facts_of;

    #[test]
    fn shipped_limits_can_be_put_in_force() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/provinces");
        let mut provinces = 0;
        for province in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("limits.json")) {
            if province.exists() {
                let limits: MessageLimits = serde_json::from_str(&std::fs::read_to_string(&province).unwrap()).unwrap();
                assert!(limits.validate().is_ok() && limits.urgent.iter().all(|event| facts_of(event).is_some()));
                provinces += 1;
            }
        }
        assert!(provinces > 0);
    }
}
