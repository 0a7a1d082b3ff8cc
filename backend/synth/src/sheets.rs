//! A year of the three tables, written village by village into whatever the caller gives.
//!
//! Invariants: rows come in the order in which villages are given, households in the order of their serials; the head is
//! the first of its members. What is planted in a village does not depend on the villages before it.

use std::io::Write;

use crate::{
    Error,
    catalog::Forms,
    errors::{Planter, Remembered},
    life::households,
    plan::Plan,
    tables::Rows,
    truth::Truth,
    units::Village,
};

/// The tables of one year while they are written.
#[derive(Debug)]
pub struct Sheets<W: Write> {
    pub forms: Forms,
    person: csv::Writer<W>,
    household: csv::Writer<W>,
    income: csv::Writer<W>,
    truth: Truth<W>,
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub persons: u64,
    pub households: u64,
    pub errors: u64,
}

impl<W: Write> Sheets<W> {
    /// Write the headers; the caller's four are for persons, households, income and the truth about planted errors.
    pub fn begin(forms: Forms, [person, household, income, truth]: [W; 4]) -> Result<Self, Error> {
        let mut person = csv::Writer::from_writer(person);
        let mut household = csv::Writer::from_writer(household);
        let mut income = csv::Writer::from_writer(income);
        person.write_record(forms.person.titles())?;
        household.write_record(forms.household.titles())?;
        income.write_record(forms.income.titles())?;
        Ok(Self { forms, person, household, income, truth: Truth::new(truth)? })
    }

    pub fn write(&mut self, rows: &Rows) -> Result<(), Error> {
        for row in &rows.person {
            self.person.write_record(row)?;
        }
        self.household.write_record(&rows.household)?;
        self.income.write_record(&rows.income)?;
        Ok(())
    }

    /// Flush, and hand back the four.
    pub fn finish(self) -> Result<[W; 4], Error> {
        let inner = |writer: csv::Writer<W>| writer.into_inner().map_err(|failure| Error::Write(failure.into_error()));
        Ok([inner(self.person)?, inner(self.household)?, inner(self.income)?, self.truth.finish()?])
    }
}

/// Write a village into the sheets of one year or more; no errors without a planter.
pub fn write_village<W: Write>(
    plan: &Plan,
    village: &Village,
    planter: Option<&Planter>,
    years: &mut [Sheets<W>],
) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    let mut remembered: Vec<Remembered> = years.iter().map(|_| Remembered::default()).collect();
    for household in households(plan, village) {
        for (sheets, remembered) in years.iter_mut().zip(&mut remembered) {
            let Some(told) = household.in_year(sheets.forms.year) else { continue };
            let mut rows = Rows::of(&told, &sheets.forms)?;
            if let Some(planted) =
                planter.and_then(|planter| planter.plant(&told, &sheets.forms, &mut rows, remembered))
            {
                sheets.truth.write(&planted)?;
                counts.errors += 1;
            }
            sheets.write(&rows)?;
            counts.households += 1;
            counts.persons += rows.person.len() as u64;
        }
    }
    Ok(counts)
}
