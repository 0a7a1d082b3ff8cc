//! One's own e-mail address: kept by its owner alone, and confirmed by a link that is sent to it.
//!
//! Invariants:
//! - Before an address is confirmed nothing is sent to it but that link; a link confirms only the address that it was
//!   sent to, once, and lies nowhere: it is made when the mail leaves.
//! - Whoever changes the address knows the password; a confirmed address is told of its end.
//! - A link is asked for at most [`actions::MOST_A_DAY`] times a day: nobody's mailbox is flooded through us.

mod actions;
mod api;
mod store;

pub(crate) use api::configure;

use chrono::{DateTime, Utc};
use fupin_contract::AccountId;
use fupin_kernel::{
    Result, Tx,
    keys::{random_token, token_digest},
};

/// What a sealed address is bound to.
#[must_use]
pub fn place(account_id: AccountId) -> String {
    format!("account.email:{account_id}")
}

/// A new token by which the address that is sealed so is confirmed; earlier ones stop working. None where the account
/// keeps another address by now, or has confirmed this one.
pub async fn confirmation_token(
    tx: &mut Tx,
    account_id: AccountId,
    email_sealed: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<Option<String>> {
    let kept = store::lock_email(tx, account_id).await?;
    let waits = kept.confirmed_at.is_none() && !kept.disabled && kept.sealed.as_deref() == Some(email_sealed);
    if !waits {
        return Ok(None);
    }
    let token = random_token();
    let made = store::update_token(tx, account_id, &token_digest(&token), expires_at).await?;
    Ok(made.then_some(token))
}
