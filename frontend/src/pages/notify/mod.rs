//! Messages to phones and mailboxes, what carries them, limits and words, and the sandbox that shows them.

mod carrier_fields;
mod gateway;
mod gateway_form;
mod limits;
mod mail_server;
mod messages;
mod sandbox;
mod templates;

pub use gateway::GatewayPage;
pub use gateway_form::{GatewayDraft, GatewayForm};
pub use limits::LimitsPage;
pub use messages::MessagesPage;
pub use sandbox::{SandboxPage, open_sandbox};
pub use templates::TemplatesPage;
