//! Having each person of an import sent a link to set the first password. The link itself is made when the message leaves,
//! so that it is as young as can be and lies nowhere.

pub(super) mod store;

use chrono::{DateTime, Duration, Utc};
use fupin_contract::{AccountId, AccountImportId};
use fupin_kernel::{App, Result, Tx, outbox};
use serde::Serialize;

use super::jobs::InvitePeople;
use crate::sign_in;

/// People at a time; others' messages go between.
const HANDFUL: i64 = 1000;
const PAUSE: Duration = Duration::seconds(10);

/// Somebody to be sent a link.
#[derive(Serialize)]
struct Invitation {
    account_id: AccountId,
    account_import_id: AccountImportId,
    /// The first time, or one of the times after it.
    round: i32,
}

/// Hand the next people of an import to the messages, and come again if there are more.
pub async fn invite(app: &App, id: AccountImportId) -> Result<()> {
    let (_, wrote_outbox) = app
        .db
        .write(async |tx| {
            let people = store::take_uninvited(tx, id, HANDFUL).await?;
            let more = people.len() as i64 == HANDFUL;
            let invitations: Vec<Invitation> = people
                .into_iter()
                .map(|(account_id, round)| Invitation { account_id, account_import_id: id, round })
                .collect();
            invitations.iter().try_for_each(|line| outbox::push(tx, "access.person_invited", line))?;
            if more {
                InvitePeople::of(id).enqueue(tx, Some(Utc::now() + PAUSE)).await?;
            }
            Ok(())
        })
        .await?;
    if wrote_outbox {
        app.outbox_wake.notify_one();
    }
    Ok(())
}

/// A new token by which an account that waits for its first password gets one; earlier ones stop working. None where the
/// account waits for nothing any more.
pub async fn activation_token(tx: &mut Tx, id: AccountId, expires_at: DateTime<Utc>) -> Result<Option<String>> {
    if !store::lock_pending(tx, id).await? {
        return Ok(None);
    }
    sign_in::new_link(tx, id, "activation", expires_at).await.map(Some)
}
