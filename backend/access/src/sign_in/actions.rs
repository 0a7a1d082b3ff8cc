//! What a person does to get in, stay in and get out.

use chrono::{DateTime, Utc};
use fupin_contract::{
    AccountId, Page, SessionId,
    access::{
        ChangePassword, ChangePhone, CheckLink, LinkOwner, OwnPhone, Session, SignIn, SignedIn as SignedInAnswer,
        UseLink,
    },
    mask_phone,
};
use fupin_kernel::{Error, Result, audit::Event, outbox, seal};
use serde::Serialize;
use uuid::Uuid;

use super::{
    password,
    store::{self, Lock},
};
use crate::{
    accounts::store::phone_place,
    caller,
    permit::{Anyone, Permit, SignedIn},
    token::{self, Bearer},
};

/// What a sign-in hands out: the answer for the page, and the cookie's content.
pub(super) struct Opened {
    pub answer: SignedInAnswer,
    pub refresh_token: String,
}

pub(super) async fn sign_in(permit: &Permit<Anyone>, input: SignIn) -> Result<Opened> {
    let event = Event::new("access.signed_in");
    permit.facts().trace.set_event(&event);
    let account_id = check_password(permit, input).await?;
    open_session(permit, event, account_id).await
}

/// Count the attempt first, in a transaction of its own: a refusal must not give it back.
async fn check_password(permit: &Permit<Anyone>, input: SignIn) -> Result<AccountId> {
    let limits = permit.app().settings.limits.clone();
    let (attempt, _) = permit
        .app()
        .db
        .write(async |tx| {
            let locked_until = tx.now() + limits.locked_for;
            store::take_attempt(tx, &input.username, limits.wrong_passwords, locked_until).await
        })
        .await?;
    if let Some(attempt) = &attempt {
        permit.facts().trace.set_actor(attempt.account_id, None);
    }
    let hash = attempt.as_ref().and_then(|attempt| attempt.password_hash.clone());
    let right = password::matches(input.password, hash).await?;
    match attempt {
        Some(attempt) if right => Ok(AccountId(attempt.account_id)),
        Some(_) | None => Err(Error::unauthenticated("access.wrong_credentials")),
    }
}

async fn open_session(permit: &Permit<Anyone>, event: Event, account_id: AccountId) -> Result<Opened> {
    let session_id = SessionId::generate();
    permit.facts().trace.set_actor(account_id.0, Some(session_id.0));
    let facts = permit.facts();
    permit
        .write(event, async |tx| {
            store::reset_attempts(tx, account_id).await?;
            store::insert_session(tx, session_id, account_id, &facts.address, &facts.user_agent).await?;
            hand_out(permit, tx, Bearer { account_id, session_id }).await
        })
        .await
}

/// A fresh access token and the next refresh token of a session.
async fn hand_out(permit: &Permit<Anyone>, tx: &mut fupin_kernel::Tx, bearer: Bearer) -> Result<Opened> {
    let app = permit.app();
    let caller = caller::load(tx, app, bearer.session_id).await?;
    let refresh_token = store::insert_refresh_token(tx, bearer.session_id).await?;
    // Tokens are judged by this machine's clock; only what is stored follows the database's.
    let now = Utc::now();
    let expires_at: DateTime<Utc> = now + app.settings.limits.access_token;
    let access_token = token::issue(&app.keys, bearer, now, expires_at)?;
    Ok(Opened { answer: SignedInAnswer { access_token, expires_at, me: caller.me() }, refresh_token })
}

/// What came of a refresh, to be committed either way.
enum Refreshed {
    Opened(Box<Opened>),
    Over,
}

pub(super) async fn refresh(permit: &Permit<Anyone>, refresh_token: &str) -> Result<Opened> {
    let refreshed = permit
        .write(Event::new("access.session_refreshed"), async |tx| {
            let Some(found) = store::use_refresh_token(tx, refresh_token).await? else {
                return Err(Error::unauthenticated("access.session_over"));
            };
            let session_id = SessionId(found.session_id);
            if !found.first_use {
                // Somebody holds a copy of this cookie; nobody can tell who is who, so both are out.
                store::revoke_family(tx, session_id).await?;
                return Ok(Refreshed::Over);
            }
            let caller = caller::load(tx, permit.app(), session_id).await?;
            permit.facts().trace.set_actor(caller.account_id.0, Some(session_id.0));
            store::touch_session(tx, session_id).await?;
            let bearer = Bearer { account_id: caller.account_id, session_id };
            hand_out(permit, tx, bearer).await.map(|opened| Refreshed::Opened(Box::new(opened)))
        })
        .await?;
    match refreshed {
        Refreshed::Opened(opened) => Ok(*opened),
        Refreshed::Over => Err(Error::unauthenticated("access.session_over")),
    }
}

pub(super) async fn sign_out(permit: &Permit<SignedIn>) -> Result<()> {
    let (account_id, session_id) = (permit.account_id()?, permit.session_id()?);
    permit
        .write(Event::on("access.signed_out", session_id), async |tx| {
            store::end_session(tx, account_id, session_id, "signed_out").await.map(|_| ())
        })
        .await
}

pub(super) async fn list_sessions(permit: &Permit<SignedIn>) -> Result<Page<Session>> {
    let (account_id, current) = (permit.account_id()?, permit.session_id()?);
    let idle = permit.app().settings.limits.idle;
    let rows = permit.read(async |tx| store::list_sessions(tx, account_id, tx.now() - idle).await).await?;
    let items = rows.into_iter().map(|row| Session {
        id: SessionId(row.session_id),
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        address: row.address,
        user_agent: row.user_agent,
        current: row.session_id == current.0,
    });
    Ok(Page { items: items.collect(), next: None })
}

pub(super) async fn end_session(permit: &Permit<SignedIn>, session_id: SessionId) -> Result<()> {
    let account_id = permit.account_id()?;
    permit
        .write(Event::on("access.session_ended", session_id), async |tx| {
            if store::end_session(tx, account_id, session_id, "ended_by_owner").await? {
                Ok(())
            } else {
                Err(Error::NotFound)
            }
        })
        .await
}

pub(super) async fn change_password(permit: &Permit<SignedIn>, input: ChangePassword) -> Result<()> {
    let (account_id, session_id) = (permit.account_id()?, permit.session_id()?);
    permit.facts().trace.set_event(&Event::on("access.password_changed", account_id));
    prove(permit, input.current).await?;
    let new = password::hash(input.new).await?;
    permit
        .write(Event::on("access.password_changed", account_id), async |tx| {
            store::update_password(tx, account_id, &new).await?;
            store::end_sessions(tx, account_id, Some(session_id), "password_changed").await
        })
        .await
}

/// It is the account's owner who asks. A stolen session must not become a place to guess the password: these attempts
/// count as well.
pub(crate) async fn prove(permit: &Permit<SignedIn>, own_password: String) -> Result<()> {
    let limits = permit.app().settings.limits.clone();
    let username = permit.caller().map(|caller| caller.username.clone()).unwrap_or_default();
    let (attempt, _) = permit
        .app()
        .db
        .write(async |tx| {
            store::take_attempt(tx, &username, limits.wrong_passwords, tx.now() + limits.locked_for).await
        })
        .await?;
    let hash = attempt.and_then(|attempt| attempt.password_hash);
    if password::matches(own_password, hash).await? { Ok(()) } else { Err(Error::conflict("access.wrong_password")) }
}

pub(super) async fn get_own_phone(permit: &Permit<SignedIn>) -> Result<OwnPhone> {
    let account_id = permit.account_id()?;
    let sealed = permit.read(async |tx| store::find_phone(tx, account_id).await).await?;
    let open = |sealed: Vec<u8>| seal::open(&permit.app().keys, &phone_place(account_id), &sealed);
    Ok(OwnPhone { phone: sealed.map(open).transpose()?.map(|digits| mask_phone(&digits)) })
}

/// The number before is told of the one that takes its place.
#[derive(Serialize)]
struct PhoneChanged {
    change_id: Uuid,
    account_id: AccountId,
    /// Sealed for its place in the account, as hexadecimal digits.
    before: String,
    /// Masked.
    now: String,
}

pub(super) async fn change_phone(permit: &Permit<SignedIn>, input: ChangePhone) -> Result<()> {
    let account_id = permit.account_id()?;
    permit.facts().trace.set_event(&Event::on("access.phone_changed", account_id));
    prove(permit, input.password).await?;
    let (keys, place) = (&permit.app().keys, phone_place(account_id));
    let sealed = seal::seal(keys, &place, input.phone.reveal())?;
    permit
        .write(Event::on("access.phone_changed", account_id), async |tx| {
            let before = store::lock_phone(tx, account_id).await?;
            store::update_phone(tx, account_id, &sealed).await?;
            let Some(before) = before else { return Ok(()) };
            if seal::open(keys, &place, &before)? == input.phone.reveal() {
                return Ok(());
            }
            let (before, now) = (hex::encode(before), input.phone.masked());
            let changed = PhoneChanged { change_id: Uuid::now_v7(), account_id, before, now };
            outbox::push(tx, "access.phone_changed", &changed)
        })
        .await
}

pub(super) async fn check_link(permit: &Permit<Anyone>, input: CheckLink) -> Result<LinkOwner> {
    permit
        .write(Event::new("access.link_checked"), async |tx| {
            let link = store::find_link(tx, &input.token, Lock::No).await?.ok_or_else(spent)?;
            Ok(LinkOwner { username: link.username, name: link.name, expires_at: link.expires_at })
        })
        .await
}

pub(super) async fn use_link(permit: &Permit<Anyone>, input: UseLink) -> Result<()> {
    permit.facts().trace.set_event(&Event::new("access.link_used"));
    // Hashing is dear: only for a link that is there.
    permit.read(async |tx| store::find_link(tx, &input.token, Lock::No).await?.ok_or_else(spent)).await?;
    let hash = password::hash(input.password).await?;
    permit
        .write(Event::new("access.link_used"), async |tx| {
            let link = store::find_link(tx, &input.token, Lock::ForUse).await?.ok_or_else(spent)?;
            let account_id = AccountId(link.account_id);
            store::use_links(tx, account_id).await?;
            store::update_password(tx, account_id, &hash).await?;
            store::end_sessions(tx, account_id, None, "password_reset").await?;
            permit.facts().trace.set_actor(account_id.0, None);
            Ok(())
        })
        .await
}

fn spent() -> Error {
    Error::conflict("access.link_spent")
}
