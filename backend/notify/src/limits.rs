//! How much may be sent, and when: quiet hours, how many messages a number may get, the budget of a month; and how
//! many mails an address may get, which is all that bounds mail.
//!
//! Who does what: the system administrator edits the limits; a sending job asks [`admit`] in the transaction that
//! would commit `sending`, so that what is allowed and what is sent are decided together; [`release`] lets go what has
//! waited long enough.
//!
//! Invariants:
//! - A message that is not admitted stays queued, with the reason and until when; none is dropped.
//! - Spending is counted with `sending` and taken back with a refusal: two senders cannot both spend the last segment.
//! - Hours and months are those of the platform's clock, in China.

pub mod rules;
pub mod store;

mod actions;
mod api;

pub use actions::{admit, admit_mail, lift, load, quiet_until, release};
pub(crate) use api::configure;
