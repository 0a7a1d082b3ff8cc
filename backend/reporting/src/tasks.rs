//! Tasks: an officer issues forms for a period to all units of a level below one unit; issuing again adds what is
//! missing; a task is cancelled when it was a mistake, and closed when nothing more is accepted.
//!
//! Invariant: for a form, a unit and a period there is one living report, whatever the number of tasks.

mod actions;
mod amending;
mod api;
mod dunning;
mod log;
pub mod policy;
pub mod reminders;
pub mod rules;
pub mod schedules;
pub mod standings;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// Register the operations on tasks.
pub fn configure(config: &mut ServiceConfig<'_>) {
    api::configure(config);
    amending::configure(config);
    dunning::configure(config);
    reminders::configure(config);
    schedules::configure(config);
    log::configure(config);
}
