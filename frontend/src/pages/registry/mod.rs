//! Households and people: found, read, changed, reviewed; codes and lines that the province keeps; who looked.

mod catalog;
mod change_lines;
mod changes;
mod fact;
mod fact_field;
mod gaps;
mod household;
mod households;
mod lines;
mod people;
mod person;
mod reveal;
mod sightings;
mod tables;

use change_lines::change_kind;
pub use changes::ChangesPage;
pub use gaps::CodeGapsPage;
pub use household::HouseholdPage;
pub use households::HouseholdsPage;
pub use lines::IncomeLinesPage;
pub use people::PeoplePage;
pub use person::PersonPage;
use reveal::purpose_word;
pub use sightings::SightingsPage;
pub use tables::{TableImportPage, TableImportsPage};
