//! A synthetic province: registered poor households through five years, the national tables about them, errors that are
//! known because they were planted, and the people who work with it all. For tests, demonstrations and measurements.
//!
//! Who does what: [`Plan`] says how large and of which seed; [`Units`] reads the villages; [`households`] makes those of
//! one village; [`Catalog`] says what the tables ask; [`Sheets`] writes a year of them; [`Planter`] plants errors and
//! [`Truth`] keeps the list; [`accounts`] and [`helpers`] are the people.
//!
//! Invariants: the same plan gives the same bytes, and a village can be made without any other; nothing larger than a
//! village's birthdays is held at any time. Nobody is meant: numbers of identity begin with 469999, which no county has;
//! phones are 1xx 0000 xxxx, which passes our checks and which no carrier gives out; cards begin with 999999.

mod accounts;
mod catalog;
mod chance;
mod errors;
mod household;
mod identity;
mod kin;
mod life;
mod names;
mod pairing;
mod phone;
mod plan;
mod sheets;
mod tables;
mod truth;
mod units;
mod year;

pub use accounts::{Account, accounts};
pub use catalog::{Catalog, Column, Form, Forms};
pub use errors::{Kind as ErrorKind, Planter};
pub use household::{Change, Household, Person, Reason, Registration};
pub use identity::PREFIX;
pub use kin::Relation;
pub use life::{Households, households};
pub use names::{People, Sex};
pub use pairing::{Helper, helpers};
pub use plan::{ACCOUNTS, HELPERS, PERSONS, Plan, YEARS};
pub use sheets::{Counts, Sheets, write_village};
pub use tables::Rows;
pub use truth::{Planted, Truth};
pub use units::{Unit, Units, Village};
pub use year::{Disability, Health, Home, HouseholdYear, IncomeLine, Learning, Member, Post, Security, Standing, Work};

/// Why a province cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("rows: {0}")]
    Csv(#[from] csv::Error),
    #[error("the catalog: {0}")]
    Json(#[from] serde_json::Error),
    #[error("unit {0} lies in no unit of the list")]
    Orphan(String),
    #[error("the catalog has no table {0}")]
    NoTable(String),
    #[error("column {0} is not known on both sides")]
    NoColumn(String),
    #[error("the catalog has no dictionary {0}")]
    NoDictionary(String),
    #[error("column {column} has no code {code} in this year")]
    NoCode { column: String, code: String },
    #[error("writing: {0}")]
    Write(#[from] std::io::Error),
}
