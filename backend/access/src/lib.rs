//! Accounts, roles, the dated tree of units, sessions and the audit trail; home of [`Permit`] and [`Scope`].
//!
//! Words: an *account* holds *grants*, each a *role* at a *unit*; a *permit* proves that the caller holds a
//! permission, and its *scope* says over which units.
//!
//! Invariants: a connection comes only from a permit; what a caller may see is decided in SQL by the scope; a grant
//! never gives more than its giver may give; no account holds two of the three administrators; whoever does another's
//! delegated work holds no more than that one does, and says in whose place he acts.

pub mod permit;
pub mod policy;
pub mod scope;
pub mod stack;

mod accounts;
mod audit_trail;
mod caller;
mod delegations;
pub mod email;
pub mod founding;
pub mod imports;
mod limits;
mod proposals;
mod refusals;
pub mod sign_in;
mod token;
pub mod units;

pub use accounts::issue_reset_link_at_host;
pub use caller::Caller;
pub use permit::{Permit, Right};
pub use refusals::audit_refusals;
pub use scope::{Held, Principal, Scope};

/// Register the operations of this crate.
pub fn configure(service: &mut utoipa_actix_web::service_config::ServiceConfig) {
    sign_in::configure(service);
    email::configure(service);
    accounts::configure(service);
    imports::configure(service);
    proposals::configure(service);
    delegations::configure(service);
    audit_trail::configure(service);
    units::configure(service);
}
