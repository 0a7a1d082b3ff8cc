//! What people say of single cells: short threads between whoever fills and whoever reviews, flags to follow up, and files
//! beside them ([`attachments`]).
//!
//! Invariants: notes never change what a report holds nor its version; they are seen by whoever may read the report and
//! written by whoever fills or reviews it, as long as its task is open; nothing that was said is changed, and what was
//! taken back stays in the history as taken back.

mod actions;
mod api;
mod attachments;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use actions::history;
pub use attachments::{FOLDER, sweep};

pub fn configure(config: &mut ServiceConfig<'_>) {
    api::configure(config);
    attachments::configure(config);
}
