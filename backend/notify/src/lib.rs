//! Messages: from the outbox to a person's phone and mailbox, and the receipt back; and notices in the application.
//!
//! Words: a *message* is one text to one phone, or one mail to one address, a *notice* one line in the application, a *gateway* carries texts,
//! a *receipt* is the carrier's word on one; an *intent* says whom to tell of what, and has at most one message.
//!
//! Who does what: domains append to the outbox within their own transaction and never call this crate; [`drain`]
//! turns what they left into notices, messages and jobs, by the ways that each person has chosen (`choices`);
//! [`sending`] hands each message to the gateway in force ([`gateway`]: [`hook`], a carrier, or the sandbox) or to the
//! server of [`mail`]; [`receipts`] takes what carriers say of them.
//!
//! [`limits`] say how much may go out and when, and what comes back from phones is for [`replies`].
//!
//! Invariants:
//! - No gateway accepts two messages of one intent, whatever breaks: `sending` is committed before the call, and a
//!   message whose fate nobody knows is sent again only when a person says so.
//! - No intent is lost: a line leaves the outbox only with what it gives rise to.
//! - Phone numbers, e-mail addresses and the settings of gateway and mail server lie sealed, and leave the house in the
//!   call to the gateway, or in the conversation with the mail server, alone.

pub mod address;
pub mod drain;
pub mod gateway;
pub mod hook;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod receipts;
pub mod replies;
pub mod rules;
pub mod sending;
pub mod signature;
pub mod words;

mod actions;
mod api;
mod choices;
mod store;
mod templates;

use std::time::Duration;

use fupin_access::Scope;
use fupin_kernel::{App, Error, Result};

pub use api::configure;
pub use limits::load as load_limits;
pub use templates::load as load_templates;

const SWEEP: Duration = Duration::from_secs(60);

/// What runs beside the requests for as long as the process lives: reading the outbox, looking after messages whose
/// sender died. Dropping the future at any moment loses nothing.
pub async fn run(app: App) {
    let sweeping = async {
        loop {
            if let Err(error) = sending::sweep(&app).await {
                tracing::error!(%error, "abandoned messages could not be looked after");
            }
            tokio::time::sleep(SWEEP).await;
        }
    };
    tokio::join!(drain::run(app.clone()), sweeping);
}

/// Gateway, words and limits are everybody's: they belong to whoever administers all units.
fn check_whole(scope: &Scope) -> Result<()> {
    if scope.covers(0) { Ok(()) } else { Err(Error::NotFound) }
}
