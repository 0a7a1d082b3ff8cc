//! Households and people: which attributes they have, what holds of them year by year, how that is changed, who saw it.
//!
//! Values of attributes travel as text in one canonical form ([`catalog::Field::read`]), so that what a person types, what a
//! file says and what the registry keeps are read by the same code in the browser and on the server.

pub mod catalog;
mod changes;
mod dictionaries;
mod duplicates;
mod exchange;
mod households;
mod income;
mod reading;
mod searching;
mod secret;
mod seeing;

pub use changes::{
    Applied, Change, ChangeDecision, ChangeFilter, ChangeHousehold, ChangeKind, ChangeState, HouseholdAct, NewMember,
    RegisterHousehold, Relations, Written,
};
pub use dictionaries::{CodeGap, CodeGapFilter, IncomeLine, IncomeLinePlace, LineKind, MapCode, SetIncomeLine};
pub use duplicates::{
    DecideDuplicate, Duplicate, DuplicateAct, DuplicateFilter, DuplicateSide, DuplicateState, Likeness,
};
pub use exchange::{
    CSV_MEDIA_TYPE, ExportTable, GZIP_MEDIA_TYPE, MOST_CSV_ROWS, MOST_IMPORT_BYTES, MOST_WORKBOOK_ROWS, TableColumns,
    TableCounts, TableFailure, TableFault, TableFaultFilter, TableImport, TableImportFilter, TableImportState,
    TableKind, UploadTable, ZIP_MEDIA_TYPE,
};
pub use households::{
    Fact, FactOrigin, FactWarning, Household, HouseholdEvent, HouseholdFilter, HouseholdLine, Income, IncomeMeasure,
    Member, Person, PersonYear, YearQuery,
};
pub use income::{IncomeSum, NoMembers, sum_income};
pub use reading::{Misread, narrow, read_date};
pub use searching::{FindPeople, FoundPerson, MOST_FOUND};
pub use secret::Secret;
pub use seeing::{
    FindSubject, Purpose, Reveal, RevealedValue, SeenAct, Sighting, SightingFilter, SightingOf, SightingSubject,
    mask_name,
};
