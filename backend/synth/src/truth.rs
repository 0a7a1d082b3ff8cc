//! What was planted, written down: one line for each error, so that whoever looks for errors can be marked.
//!
//! Invariant: a line is written for every planted error and for nothing else.

use std::io::Write;

use serde::Serialize;

use crate::{Error, errors::Kind};

/// One planted error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planted {
    pub kind: Kind,
    /// person, household or income.
    pub table: &'static str,
    pub year: i32,
    pub household_number: String,
    /// Empty where the error is the household's.
    pub person_number: String,
    /// Key of the catalog.
    pub column: &'static str,
    /// What stood there before, or whom it concerns besides.
    pub detail: String,
}

/// Writes the lines.
#[derive(Debug)]
pub struct Truth<W: Write>(csv::Writer<W>);

impl<W: Write> Truth<W> {
    /// The header is written at once.
    pub fn new(into: W) -> Result<Self, Error> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(into);
        writer.write_record(["kind", "table", "year", "household_number", "person_number", "column", "detail"])?;
        Ok(Self(writer))
    }

    pub fn write(&mut self, planted: &Planted) -> Result<(), Error> {
        self.0.serialize(planted).map_err(Error::from)
    }

    /// Hand back what was written into.
    pub fn finish(self) -> Result<W, Error> {
        self.0.into_inner().map_err(|failure| Error::Write(failure.into_error()))
    }
}
