//! Households and people: the one truth about them, year by year; how it is changed; who saw it.
//!
//! Words: a *household* has members, one of whom is its *head*; a *year* is the page on which the values of that year stand;
//! the *catalogue* says which attributes there are; an *origin* is the act by which values came in; a *change* is what
//! somebody wants changed; a *sighting* is the trace of a look.
//!
//! Who does what: the province declares attributes and code lists ([`catalog`]); clerks and reviewers read households
//! ([`households`]) and people ([`people`]) and look for them ([`searching`]); a clerk changes what is wrong or has happened,
//! and the town reviews it ([`changes`]); a reviewer says which records are of one person ([`duplicates`]); who needs a number in clear says why ([`revealing`]); an officer says what a
//! foreign code means ([`gaps`]), which income lines hold ([`lines`]), brings whole tables in ([`imports`]) and takes them
//! out ([`exports`]); the audit administrator sees who looked at whom
//! ([`sightings`]).
//!
//! Invariants:
//! - A value of one year is never changed by writing another year's.
//! - Nothing is deleted: a person leaves with a date and a reason, a record made in error is voided.
//! - Numbers by which a person can be called or paid lie sealed, are shown masked, and leave in clear one by one.
//! - Nothing of a person goes out of which no sighting is kept.

mod catalog;
mod changes;
mod duplicates;
mod error;
mod exports;
mod gaps;
mod households;
pub mod imports;
mod lines;
mod names;
mod numbers;
mod origins;
mod people;
mod place;
mod policy;
mod revealing;
mod searching;
pub mod sightings;

pub use catalog::load as load_catalog;
pub use lines::load as load_lines;
pub use policy::load as load_policy;

/// Register the operations of this crate.
pub fn configure(service: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    catalog::configure(service);
    households::configure(service);
    people::configure(service);
    searching::configure(service);
    changes::configure(service);
    duplicates::configure(service);
    revealing::configure(service);
    gaps::configure(service);
    lines::configure(service);
    sightings::configure(service);
    imports::configure(service);
    exports::configure(service);
}
