//! The board: who has submitted, for one unit and those directly below it; by unit and form; and one item over the
//! months.
//!
//! Invariants: units stand as in the task's tree; late and overdue are judged by the server's clock.

mod actions;
mod api;
mod rules;
mod trend;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

/// Register the operations of the board.
pub fn configure(config: &mut ServiceConfig<'_>) {
    api::configure(config);
    trend::configure(config);
}
