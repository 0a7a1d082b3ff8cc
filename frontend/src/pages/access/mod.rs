//! Signing in, setting up, accounts, delegations, roles, units, the audit trail.

mod account;
mod account_acts;
mod accounts;
mod audit;
mod contact;
mod delegations;
mod entrance;
mod import_units;
mod imports;
mod me;
mod password_fields;
mod proposals;
mod roles;
mod set_up;
mod sign_in;
mod unit_acts;
mod units;
mod use_link;

pub use account::AccountPage;
pub use accounts::AccountsPage;
pub use audit::AuditPage;
pub use contact::ConfirmEmailPage;
pub use delegations::DelegationsPage;
pub use imports::{AccountImportPage, AccountImportsPage};
pub use me::MyAccountPage;
pub use proposals::{ProposalBatchPage, ProposalsPage};
pub use roles::RolesPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
pub use units::UnitsPage;
pub use use_link::UseLinkPage;
