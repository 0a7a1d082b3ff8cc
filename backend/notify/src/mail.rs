//! Mail as a second way by which people are told: the server that takes it, and one mail on its way out.
//!
//! Who does what: the system administrator says which server ([`MailServer`]); [`letter`] writes a mail as servers read
//! it; [`smtp`] hands it over once and says what that means for the message.
//!
//! Invariants:
//! - The server's name is resolved once for a conversation, which goes to the very addresses that were vetted; nothing
//!   goes out in clear, but to this machine.
//! - A conversation that breaks after the text was handed over leaves a doubt: the mail is never sent again by itself,
//!   and nobody can be asked. What a server has taken is `accepted`, for good: mail has no receipts.

pub mod letter;
pub mod smtp;

mod actions;
mod api;
mod store;

use fupin_contract::{
    Fault,
    notify::{MailSecurity, MailServer},
};
use fupin_kernel::{Error, Result, Tx, error::Refusal, keys::Keys, seal};

pub(crate) use api::configure;
pub use letter::Mail;

const PLACE: &str = "mail_server.settings";
/// What stands for the gateway in the log of messages.
pub const GATEWAY: &str = "mail";

/// The server in force, password and all; none where no mail is sent.
pub async fn load(tx: &mut Tx, keys: &Keys) -> Result<Option<MailServer>> {
    let Some(sealed) = store::find_server(tx).await? else { return Ok(None) };
    Ok(Some(serde_json::from_str(&seal::open(keys, PLACE, &sealed)?)?))
}

/// Whether there is a server.
pub async fn is_offered(tx: &mut Tx) -> Result<bool> {
    Ok(store::find_server(tx).await?.is_some())
}

/// Put a server in force, or none. An empty password keeps the one before, where it is for the same user of the same
/// host: nobody sends a secret that he may not read to another one.
pub async fn install(tx: &mut Tx, keys: &Keys, server: Option<MailServer>) -> Result<Option<MailServer>> {
    let Some(mut server) = server else {
        store::delete_server(tx).await?;
        return Ok(None);
    };
    if server.password.is_empty()
        && let Some(before) = load(tx, keys).await?
        && (&before.host, &before.user) == (&server.host, &server.user)
    {
        server.password = before.password;
    }
    store::save_server(tx, &seal::seal(keys, PLACE, &serde_json::to_string(&server)?)?).await?;
    Ok(Some(server))
}

/// Refuse settings that cannot work, by field.
fn check(server: &MailServer) -> Result<()> {
    let mut refusal = Refusal::new("request.invalid");
    let field = |name: &str| format!("server.{name}");
    if server.security == MailSecurity::None && !smtp::is_this_machine(&server.host) {
        refusal = refusal.fault(&field("security"), Fault::new("plain_remote"));
    }
    if !server.authority.is_empty() && !smtp::is_certificate(&server.authority) {
        refusal = refusal.fault(&field("authority"), Fault::new("certificate"));
    }
    if refusal.faults.is_empty() { Ok(()) } else { Err(Error::Invalid(refusal)) }
}

/// The server as an administrator reads it: without the password.
fn without_password(mut server: MailServer) -> MailServer {
    server.password.clear();
    server
}
