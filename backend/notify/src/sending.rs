//! One message on its way out, and the carrier's word on its way back.
//!
//! Invariant: the gateway is called after `sending` is committed, once for each time that it is. Whatever happens
//! between that and the commit of the answer leaves a message that nobody sends again by itself.

use std::time::Duration;

use chrono::Utc;
use fupin_contract::{
    AccountId, MessageId, Phone,
    notify::{GatewaySettings, MessageState, Receipt, ReceiptOutcome},
};
use fupin_kernel::{App, Error, Result, Tx, keys::Keys, seal};
use uuid::Uuid;

use crate::{
    drain::accounts,
    gateway::{self, PostOffice},
    hook::Letter,
    jobs::{AskCarrier, SendMessage},
    limits, receipts,
    rules::{self, Claim, Outcome},
    store::{self, MessageRow, Step},
};

/// A message that has been sending for so long was left by somebody who died; in seconds. Longer than a gateway's
/// patience and all pauses of [`PAUSES`] together.
const ABANDONED: i32 = 300;
/// A message that has been queued for so long has lost its job; in seconds. Longer than the longest pause between tries.
const FORGOTTEN: i32 = 7200;
/// Looked after at once.
const BATCH: i64 = 1000;
/// While no gateway is configured.
const NO_GATEWAY: Duration = Duration::from_secs(60);
/// Between tries to write down what the gateway answered, which must not be lost to a short outage.
const PAUSES: [u64; 5] = [100, 300, 1000, 3000, 10_000];

/// A message that this job, and no other, is to hand over.
struct Claimed {
    letter: Letter,
    gateway: GatewaySettings,
}

/// Send a message if it is to be sent.
pub async fn send(office: &PostOffice, id: MessageId) -> Result<()> {
    let (claimed, _) = office.app.db.write(async |tx| claim(tx, &office.app, id).await).await?;
    let Some(claimed) = claimed else { return Ok(()) };
    let outcome = office.hand_over(&claimed.gateway, &claimed.letter).await;
    let mut pauses = PAUSES.into_iter();
    loop {
        let written = office.app.db.write(async |tx| take_answer(tx, id, &outcome).await).await;
        match (written, pauses.next()) {
            (Ok(_), _) => return Ok(()),
            (Err(error), Some(pause)) => {
                tracing::warn!(%error, message_id = %id, "a gateway's answer could not be written yet");
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            // The job comes again, finds the message sending and leaves it to a person.
            (Err(error), None) => return Err(error),
        }
    }
}

async fn claim(tx: &mut Tx, app: &App, id: MessageId) -> Result<Option<Claimed>> {
    let keys = &app.keys;
    let Some(row) = store::lock_message(tx, id).await? else { return Ok(None) };
    match rules::claim(row.state()?) {
        Claim::Leave => Ok(None),
        Claim::Doubt => doubt(tx, &row).await.map(|()| None),
        Claim::Send => {
            let Some(gateway) = gateway::load(tx, keys).await? else {
                SendMessage::of(id).enqueue(tx, Some(Utc::now() + NO_GATEWAY)).await?;
                return Ok(None);
            };
            let Ok(mut letter) = letter_of(keys, &row) else {
                give_up(tx, id, "the phone number does not open").await?;
                return Ok(None);
            };
            if !limits::admit(tx, keys, &letter, row.segments, gateway.kind).await? {
                return Ok(None);
            }
            if row.event == accounts::INVITED && !let_in(tx, app, &row, &mut letter).await? {
                limits::store::take_back(tx, id).await?;
                give_up(tx, id, "the account waits for no password any more").await?;
                return Ok(None);
            }
            store::update_sending(tx, id, gateway.kind.name()).await?;
            store::insert_step(tx, id, Step { state: MessageState::Sending, code: None, decided: None }).await?;
            Ok(Some(Claimed { letter, gateway }))
        }
    }
}

/// Make the link that a letter is to carry, and put it in; false where its reader needs none any more. What was sent
/// before stops working.
async fn let_in(tx: &mut Tx, app: &App, row: &MessageRow, letter: &mut Letter) -> Result<bool> {
    let expires_at = tx.now() + app.settings.limits.invitation;
    let token = fupin_access::imports::activation_token(tx, AccountId(row.account_id), expires_at).await?;
    if let Some(token) = &token {
        accounts::seal_in(letter, token);
    }
    Ok(token.is_some())
}

fn letter_of(keys: &Keys, row: &MessageRow) -> Result<Letter> {
    Ok(Letter {
        id: MessageId(row.message_id),
        phone: phone_of(keys, row)?,
        text: row.body.clone(),
        event: row.event.clone(),
        facts: serde_json::from_value(row.facts.clone())?,
    })
}

/// The recipient's number, for the gateway and to be masked.
pub fn phone_of(keys: &Keys, row: &MessageRow) -> Result<Phone> {
    open_phone(keys, row.account_id, &row.phone_sealed)
}

fn open_phone(keys: &Keys, account_id: Uuid, sealed: &[u8]) -> Result<Phone> {
    // The number stays sealed for its place in the account: it is copied, never opened, on its way into a message.
    let digits = seal::open(keys, &format!("account.phone:{account_id}"), sealed)?;
    Phone::parse(&digits).map_err(Error::internal)
}

async fn doubt(tx: &mut Tx, row: &MessageRow) -> Result<()> {
    let (id, code) = (MessageId(row.message_id), "the sender stopped while sending");
    store::update_state(tx, id, MessageState::Unknown, Some(code)).await?;
    store::insert_step(tx, id, Step { state: MessageState::Unknown, code: Some(code), decided: None }).await?;
    ask_later(tx, row, 0).await
}

/// Have the carrier asked what became of a message, if it is one that answers.
async fn ask_later(tx: &mut Tx, row: &MessageRow, asked: usize) -> Result<()> {
    let askable = gateway::kind_of(&row.gateway).is_some_and(gateway::answers_questions);
    let Some(pause) = rules::next_question(asked).filter(|_| askable) else { return Ok(()) };
    AskCarrier::of(MessageId(row.message_id), asked).enqueue(tx, Utc::now() + pause).await
}

/// Ask the carrier what became of a message whose fate is unknown. It never leads to sending again.
pub async fn ask(office: &PostOffice, id: MessageId, asked: usize) -> Result<()> {
    let (db, keys) = (&office.app.db, &office.app.keys);
    let found = db.read(async |tx| Ok((store::find_message(tx, id).await?, gateway::load(tx, keys).await?))).await?;
    let (Some(row), Some(settings)) = found else { return Ok(()) };
    let Some(kind) = gateway::kind_of(&row.gateway).filter(|_| row.state().ok() == Some(MessageState::Unknown)) else {
        return Ok(());
    };
    let sent_at = row.handed_at.unwrap_or(row.created_at);
    let told = office.ask(kind, &settings, &letter_of(keys, &row)?, sent_at).await;
    db.write(async |tx| {
        let Some(told) = &told else { return ask_later(tx, &row, asked + 1).await };
        receive(tx, &Receipt { message_id: id, outcome: told.outcome, code: told.code.clone() }).await?;
        match &told.reference {
            Some(reference) => receipts::take_reference(tx, id, kind, reference).await,
            None => Ok(()),
        }
    })
    .await
    .map(|_| ())
}

async fn give_up(tx: &mut Tx, id: MessageId, code: &str) -> Result<()> {
    store::update_state(tx, id, MessageState::Failed, Some(code)).await?;
    store::insert_step(tx, id, Step { state: MessageState::Failed, code: Some(code), decided: None }).await
}

async fn take_answer(tx: &mut Tx, id: MessageId, outcome: &Outcome) -> Result<()> {
    let Some(row) = store::lock_message(tx, id).await? else { return Ok(()) };
    let state = row.state()?;
    let step = rules::answer(state, outcome, row.attempts, rand::random());
    if let Outcome::Accepted { code, .. } = outcome {
        store::insert_word(tx, id, MessageState::Accepted, code).await?;
    } else if step.state != state {
        store::insert_step(tx, id, Step { state: step.state, code: Some(outcome.code()), decided: None }).await?;
    }
    if step.state != state {
        store::update_state(tx, id, step.state, Some(outcome.code())).await?;
    }
    if let Some(pause) = step.again {
        SendMessage::of(id).enqueue(tx, Some(Utc::now() + pause)).await?;
    }
    if state == MessageState::Sending && matches!(outcome, Outcome::NotNow { .. } | Outcome::Refused { .. }) {
        limits::store::take_back(tx, id).await?;
    }
    if step.state != state && step.state == MessageState::Unknown {
        ask_later(tx, &row, 0).await?;
    }
    if let (Outcome::Accepted { reference: Some(reference), .. }, Some(kind)) =
        (outcome, gateway::kind_of(&row.gateway))
    {
        receipts::take_reference(tx, id, kind, reference).await?;
    }
    Ok(())
}

/// Take the carrier's word on a message; says whether the message is ours.
pub async fn receive(tx: &mut Tx, receipt: &Receipt) -> Result<bool> {
    let id = receipt.message_id;
    let Some(row) = store::lock_message(tx, id).await? else { return Ok(false) };
    let told = match receipt.outcome {
        ReceiptOutcome::Accepted => MessageState::Accepted,
        ReceiptOutcome::Delivered => MessageState::Delivered,
        ReceiptOutcome::Failed => MessageState::Failed,
    };
    store::insert_word(tx, id, told, &receipt.code).await?;
    let state = rules::receive(row.state()?, receipt.outcome);
    if state != row.state()? {
        store::update_state(tx, id, state, Some(&receipt.code)).await?;
    }
    Ok(true)
}

/// A person settles a message of unknown fate; says whether there was anything to settle.
pub async fn settle(
    tx: &mut Tx,
    row: &MessageRow,
    decision: fupin_contract::notify::UnknownDecision,
    by: AccountId,
    reason: &str,
) -> Result<bool> {
    let id = MessageId(row.message_id);
    let Some(state) = rules::settle(row.state()?, decision) else { return Ok(false) };
    store::update_state(tx, id, state, None).await?;
    store::insert_step(tx, id, Step { state, code: None, decided: Some((by, reason)) }).await?;
    if state == MessageState::Queued {
        store::reset_attempts(tx, id).await?;
        SendMessage::of(id).enqueue(tx, None).await?;
    }
    Ok(true)
}

/// Look after messages whose sender died: those left sending become unknown, those left queued get a new job. What has
/// waited long enough for the limits is let go.
pub async fn sweep(app: &App) -> Result<()> {
    app.db
        .write(async |tx| {
            limits::release(tx).await?;
            for id in store::list_idle(tx, MessageState::Sending, ABANDONED, BATCH).await? {
                if let Some(row) = store::lock_message(tx, id).await? {
                    doubt(tx, &row).await?;
                }
            }
            let forgotten = store::list_idle(tx, MessageState::Queued, FORGOTTEN, BATCH).await?;
            store::touch(tx, &forgotten).await?;
            for id in forgotten {
                SendMessage::of(id).enqueue(tx, None).await?;
            }
            Ok(())
        })
        .await
        .map(|_| ())
}
