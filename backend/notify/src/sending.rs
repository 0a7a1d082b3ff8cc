//! One message on its way out, and the carrier's word on its way back.
//!
//! A mail takes the same way, to the mail server instead of the gateway; but no word ever comes back of it.
//!
//! Invariant: the gateway is called after `sending` is committed, once for each time that it is. Whatever happens
//! between that and the commit of the answer leaves a message that nobody sends again by itself.

use std::time::Duration;

use chrono::Utc;
use fupin_contract::{
    AccountId, Email, MessageId, Phone,
    notify::{GatewaySettings, MailServer, MessageChannel, MessageState, Receipt, ReceiptOutcome},
};
use fupin_kernel::{App, Error, Result, Tx, keys::Keys, seal};

use crate::{
    drain::accounts,
    gateway::{self, PostOffice},
    hook::Letter,
    jobs::{AskCarrier, SendMessage},
    limits,
    mail::{self, Mail, smtp},
    receipts,
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
/// While no gateway, or no mail server, is configured.
const NO_GATEWAY: Duration = Duration::from_secs(60);
/// Between tries to write down what the gateway answered, which must not be lost to a short outage.
const PAUSES: [u64; 5] = [100, 300, 1000, 3000, 10_000];

/// A message that this job, and no other, is to hand over.
enum Claimed {
    Text { letter: Letter, gateway: Box<GatewaySettings> },
    Mail { mail: Mail, server: MailServer },
}

impl Claimed {
    /// Who takes it, as the log names it.
    fn gateway(&self) -> &'static str {
        match self {
            Self::Text { gateway, .. } => gateway.kind.name(),
            Self::Mail { .. } => mail::GATEWAY,
        }
    }

    fn fill_in(&mut self, token: &str) {
        match self {
            Self::Text { letter, .. } => {
                accounts::seal_in(&mut letter.text, token);
                letter.facts.values_mut().for_each(|fact| accounts::seal_in(fact, token));
            }
            Self::Mail { mail, .. } => accounts::seal_in(&mut mail.text, token),
        }
    }
}

/// Why a message is not handed over now.
enum Held {
    /// There is nobody to take it yet.
    Unserved,
    /// It never can be.
    Lost(&'static str),
    /// The limits let it wait.
    Limited,
}

/// Send a message if it is to be sent.
pub async fn send(office: &PostOffice, id: MessageId) -> Result<()> {
    let (claimed, _) = office.app.db.write(async |tx| claim(tx, &office.app, id).await).await?;
    let outcome = match &claimed {
        None => return Ok(()),
        Some(Claimed::Text { letter, gateway }) => office.hand_over(gateway, letter).await,
        Some(Claimed::Mail { mail, server }) => smtp::send(server, mail, office.patience).await,
    };
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
    let Some(row) = store::lock_message(tx, id).await? else { return Ok(None) };
    match rules::claim(row.state()?) {
        Claim::Leave => Ok(None),
        Claim::Doubt => doubt(tx, &row).await.map(|()| None),
        Claim::Send => {
            let admitted = match row.channel()? {
                MessageChannel::Sms => admit_text(tx, &app.keys, &row).await?,
                MessageChannel::Mail => admit_mail(tx, &app.keys, &row).await?,
            };
            let mut claimed = match admitted {
                Ok(claimed) => claimed,
                Err(Held::Limited) => return Ok(None),
                Err(Held::Unserved) => {
                    SendMessage::of(id).enqueue(tx, Some(Utc::now() + NO_GATEWAY)).await?;
                    return Ok(None);
                }
                Err(Held::Lost(code)) => return give_up(tx, id, code).await.map(|()| None),
            };
            if let Some(link) = link_of(&row.event) {
                let Some(token) = make_token(tx, app, &row, link).await? else {
                    limits::store::take_back(tx, id).await?;
                    return give_up(tx, id, link.spent()).await.map(|()| None);
                };
                claimed.fill_in(&token);
            }
            store::update_sending(tx, id, claimed.gateway()).await?;
            store::insert_step(tx, id, Step { state: MessageState::Sending, code: None, decided: None }).await?;
            Ok(Some(claimed))
        }
    }
}

async fn admit_text(tx: &mut Tx, keys: &Keys, row: &MessageRow) -> Result<Result<Claimed, Held>> {
    let Some(gateway) = gateway::load(tx, keys).await? else { return Ok(Err(Held::Unserved)) };
    let Ok(letter) = letter_of(keys, row) else { return Ok(Err(Held::Lost("the phone number does not open"))) };
    let admitted = limits::admit(tx, keys, &letter, row.segments, gateway.kind).await?;
    Ok(if admitted { Ok(Claimed::Text { letter, gateway: Box::new(gateway) }) } else { Err(Held::Limited) })
}

async fn admit_mail(tx: &mut Tx, keys: &Keys, row: &MessageRow) -> Result<Result<Claimed, Held>> {
    let Some(server) = mail::load(tx, keys).await? else { return Ok(Err(Held::Unserved)) };
    let Ok(to) = email_of(keys, row) else { return Ok(Err(Held::Lost("the address does not open"))) };
    if !limits::admit_mail(tx, keys, MessageId(row.message_id), &to).await? {
        return Ok(Err(Held::Limited));
    }
    let (id, name) = (MessageId(row.message_id), row.recipient_name.clone());
    let mail = Mail { id, to, name, subject: row.subject.clone(), text: row.body.clone() };
    Ok(Ok(Claimed::Mail { mail, server }))
}

/// A link that is made when its message leaves.
#[derive(Clone, Copy)]
enum Link {
    /// Sets the first password.
    Activation,
    /// Confirms an e-mail address.
    Address,
}

impl Link {
    /// Why the message has nothing to say any more.
    fn spent(self) -> &'static str {
        match self {
            Self::Activation => "the account waits for no password any more",
            Self::Address => "the address is confirmed, or is kept no more",
        }
    }
}

fn link_of(event: &str) -> Option<Link> {
    match event {
        accounts::INVITED => Some(Link::Activation),
        accounts::EMAIL_ASKED => Some(Link::Address),
        _ => None,
    }
}

/// Make the token that a message is to carry; none where its reader needs it no more. What was sent before stops working.
async fn make_token(tx: &mut Tx, app: &App, row: &MessageRow, link: Link) -> Result<Option<String>> {
    let (account_id, limits) = (AccountId(row.account_id), &app.settings.limits);
    match link {
        Link::Activation => {
            let expires_at = tx.now() + limits.invitation;
            fupin_access::imports::activation_token(tx, account_id, expires_at).await
        }
        Link::Address => {
            let expires_at = tx.now() + limits.one_time_link;
            fupin_access::email::confirmation_token(tx, account_id, &row.address_sealed, expires_at).await
        }
    }
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

/// The recipient's number, for the gateway.
fn phone_of(keys: &Keys, row: &MessageRow) -> Result<Phone> {
    // The number stays sealed for its place in the account: it is copied, never opened, on its way into a message.
    let digits = seal::open(keys, &format!("account.phone:{}", row.account_id), &row.address_sealed)?;
    Phone::parse(&digits).map_err(Error::internal)
}

/// The recipient's mail address, for the mail server.
fn email_of(keys: &Keys, row: &MessageRow) -> Result<Email> {
    let address = seal::open(keys, &fupin_access::email::place(AccountId(row.account_id)), &row.address_sealed)?;
    Email::parse(&address).map_err(Error::internal)
}

/// Where a message goes, as the log shows it, and as whoever looks for a number knows it.
pub(crate) fn address_of(keys: &Keys, row: &MessageRow) -> Result<Shown> {
    match row.channel()? {
        MessageChannel::Sms => {
            phone_of(keys, row).map(|phone| Shown { masked: phone.masked(), clear: phone.reveal().to_owned() })
        }
        MessageChannel::Mail => {
            email_of(keys, row).map(|email| Shown { masked: email.masked(), clear: email.reveal().to_owned() })
        }
    }
}

/// An address, masked for whoever reads it.
pub(crate) struct Shown {
    pub masked: String,
    /// To look something up in; it leaves the house in the call to the gateway alone.
    pub clear: String,
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
    // No carrier of texts has anything to say of a mail.
    if row.channel()? != MessageChannel::Sms {
        return Ok(false);
    }
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
