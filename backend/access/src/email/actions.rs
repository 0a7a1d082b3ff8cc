//! What a person does with the own address.

use chrono::Duration;
use fupin_contract::{
    AccountId, Email,
    email::{ChangeEmail, ConfirmEmail, ConfirmedEmail, OwnEmail},
    mask_email,
};
use fupin_kernel::{Error, Result, Tx, audit::Event, error::Refusal, keys::token_digest, outbox, seal};
use serde::Serialize;
use uuid::Uuid;

use super::{place, store};
use crate::{
    permit::{Anyone, Permit, SignedIn},
    sign_in,
};

/// How often a link may be asked for.
pub(super) const MOST_A_DAY: i64 = 5;

/// The address is to be sent its link.
#[derive(Serialize)]
struct EmailAsked {
    ask_id: Uuid,
    account_id: AccountId,
    /// Sealed for its place in the account, as hexadecimal digits.
    address: String,
}

/// The address before is told that it is kept no more.
#[derive(Serialize)]
struct EmailChanged {
    change_id: Uuid,
    account_id: AccountId,
    /// As that of [`EmailAsked`].
    before: String,
}

pub(super) async fn get_own_email(permit: &Permit<SignedIn>) -> Result<OwnEmail> {
    let account_id = permit.account_id()?;
    let kept = permit.read(async |tx| store::find_email(tx, account_id).await).await?;
    let open = |sealed: Vec<u8>| seal::open(&permit.app().keys, &place(account_id), &sealed);
    let email = kept.sealed.map(open).transpose()?.map(|address| mask_email(&address));
    Ok(OwnEmail { email, confirmed_at: kept.confirmed_at })
}

pub(super) async fn change_email(permit: &Permit<SignedIn>, input: ChangeEmail) -> Result<()> {
    let account_id = permit.account_id()?;
    permit.facts().trace.set_event(&Event::on("access.email_changed", account_id));
    sign_in::prove(permit, input.password).await?;
    let keys = &permit.app().keys;
    let seal = |email: &Email| seal::seal(keys, &place(account_id), email.reveal());
    let sealed = input.email.as_ref().map(seal).transpose()?;
    permit
        .write(Event::on("access.email_changed", account_id), async |tx| {
            sign_in::forgive(tx, account_id).await?;
            let before = store::lock_email(tx, account_id).await?;
            let open = |sealed: &Vec<u8>| seal::open(keys, &place(account_id), sealed);
            let known = before.sealed.as_ref().map(open).transpose()?;
            let same = known.as_deref() == input.email.as_ref().map(Email::reveal);
            if same && (before.confirmed_at.is_some() || sealed.is_none()) {
                return Ok(());
            }
            store::update_email(tx, account_id, sealed.as_deref()).await?;
            if let Some(sealed) = &sealed {
                ask(tx, account_id, sealed).await?;
            }
            let (Some(before), Some(_)) = (before.sealed, before.confirmed_at) else { return Ok(()) };
            let changed = EmailChanged { change_id: Uuid::now_v7(), account_id, before: hex::encode(before) };
            outbox::push(tx, "access.email_changed", &changed)
        })
        .await
}

pub(super) async fn ask_confirmation(permit: &Permit<SignedIn>) -> Result<()> {
    let account_id = permit.account_id()?;
    permit
        .write(Event::on("access.email_asked", account_id), async |tx| {
            let kept = store::lock_email(tx, account_id).await?;
            let (Some(sealed), None) = (kept.sealed, kept.confirmed_at) else {
                return Err(Error::conflict("access.no_email_to_confirm"));
            };
            ask(tx, account_id, &sealed).await
        })
        .await
}

/// Have a link sent, if there were not too many. The account is held.
async fn ask(tx: &mut Tx, account_id: AccountId, sealed: &[u8]) -> Result<()> {
    let since = tx.now() - Duration::days(1);
    if store::count_asked(tx, account_id, since).await? >= MOST_A_DAY {
        return Err(Error::TooMany(Refusal::new("access.email_too_often").with("most", MOST_A_DAY)));
    }
    let ask_id = store::insert_ask(tx, account_id).await?;
    outbox::push(tx, "access.email_asked", &EmailAsked { ask_id, account_id, address: hex::encode(sealed) })
}

pub(super) async fn confirm_email(permit: &Permit<Anyone>, input: ConfirmEmail) -> Result<ConfirmedEmail> {
    let spent = || Error::conflict("access.link_spent");
    let digest = token_digest(&input.token);
    permit
        .write(Event::new("access.email_confirmed"), async |tx| {
            let account_id = store::find_asked(tx, &digest).await?.ok_or_else(spent)?;
            // Held first, as by whoever changes the address, and only then believed.
            let kept = store::lock_email(tx, account_id).await?;
            let (Some(sealed), None, false) = (kept.sealed, kept.confirmed_at, kept.disabled) else {
                return Err(spent());
            };
            if !store::use_token(tx, &digest).await? {
                return Err(spent());
            }
            permit.facts().trace.set_actor(account_id.0, None);
            store::update_confirmed(tx, account_id).await?;
            let address = seal::open(&permit.app().keys, &place(account_id), &sealed)?;
            Ok(ConfirmedEmail { email: mask_email(&address) })
        })
        .await
}
