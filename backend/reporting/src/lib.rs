//! Forms, tasks, reports, review, board, totals and export.
//!
//! Words: a *form* is a table to fill; a *task* issues forms for a period to units; a *report* is one unit's filled
//! form within a task; its *chain* names the levels that review it; *totals* are what reports add up to.
//!
//! Who does what: the province designs a form ([`designs`]), an officer issues a task ([`tasks`]), a clerk fills and submits ([`fill`]), with what the last period
//! suggests ([`prefill`]), and a town's clerk for many villages side by side ([`fill_many`]); the reviewers of the chain
//! approve or return ([`review`]), one by one or many at once ([`bulk`]), and talk with the clerk about single cells
//! and files beside them ([`notes`]); whoever may read looks at reports ([`report`]) and at what changed in them ([`differences`]), the board
//! ([`board`]) and the totals ([`totals`]), and takes them home ([`export`]). Who would rather fill in Excel takes a
//! report home and brings it back ([`sheets`]); who needs all of them orders a file ([`exports`]).
//!
//! Invariants:
//! - A version of a form never changes; a report stays with the version that it was issued with.
//! - A task's expected set and its tree are frozen; what a person may see follows today's tree.
//! - A submitted report is never edited; a reviewer returns it, or the clerk takes it back before anybody reviewed it.
//! - Every change of a report is an update of exactly the version that was judged, so that of two who act at once one wins.
//! - Totals are summed when they are read, so that they are right for whoever reads after a write returned.

mod board;
mod bulk;
mod designs;
mod differences;
mod discipline;
mod error;
mod export;
mod exports;
mod fill;
mod fill_many;
mod forms;
mod notes;
mod place;
mod prefill;
mod report;
mod review;
mod sheets;
mod tasks;
mod totals;

use fupin_kernel::App;

pub use exports::{FOLDER as EXPORTS, define_jobs, make as make_export, sweep as sweep_exports};
pub use forms::load_forms;
pub use notes::{FOLDER as ATTACHMENTS, sweep as sweep_attachments};
pub use tasks::{
    policy::load_policy,
    reminders::remind,
    schedules::{issue_due, load_holidays},
};

/// What runs beside the requests for as long as the process lives. Dropping the future at any moment loses nothing.
pub async fn run(app: App) {
    tokio::join!(tasks::reminders::run(&app), tasks::schedules::run(&app));
}

/// Register the operations of this crate.
pub fn configure(service: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    // Paths are compared one after another: what a whole province calls in one evening comes first.
    fill::configure(service);
    forms::configure(service);
    designs::configure(service);
    tasks::configure(service);
    report::configure(service);
    fill_many::configure(service);
    notes::configure(service);
    review::configure(service);
    bulk::configure(service);
    differences::configure(service);
    board::configure(service);
    discipline::configure(service);
    totals::configure(service);
    export::configure(service);
    sheets::configure(service);
    exports::configure(service);
}
