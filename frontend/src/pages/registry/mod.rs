//! Households and people: found, read, changed, reviewed; codes and lines that the province keeps; who looked.

mod catalog;
mod change_lines;
mod changes;
mod duplicates;
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
pub use duplicates::DuplicatesPage;
pub use gaps::CodeGapsPage;
pub use household::HouseholdPage;
pub use households::HouseholdsPage;
pub use lines::IncomeLinesPage;
pub use people::{PeoplePage, Sought};
pub use person::PersonPage;
use reveal::purpose_word;
pub use sightings::SightingsPage;
pub use tables::{TableImportPage, TableImportsPage};
