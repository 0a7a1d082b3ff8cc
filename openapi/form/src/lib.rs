//! The form engine: cells, formulas, rules and roll-up; pure, the same in browser and server.
//!
//! A [`FormDefinition`] is what a designer writes; [`Form::compile`] turns it into a [`Form`] or
//! names everything that is wrong with it. [`Cells`] are the content of a report. A [`Sheet`] is
//! the content read by type, with all that is computed: servers make one for a request
//! ([`check`], [`compute`], [`leaf`], [`ready_to_submit`] do it in one call), a grid keeps one and
//! calls [`Sheet::set`], which looks again only at what depends on the cell. [`Totals`] adds
//! up the [`Leaf`] of each report.
//!
//! Invariants: no I/O, no clock, no floats; nothing panics whatever the input; what the browser
//! computes and refuses, the server computes and refuses.
//!
//! # References and functions
//!
//! `column` is the cell of the same row; `row.column` of the same section; `section.row.column` of
//! any. `@` is the row or column of the cell that the formula stands in (`sum(r1:r9.@)` is the
//! total of a column), `*` all, `a:b` from a to b. A reference to many cells stands only in `sum`,
//! `avg`, `min`, `max` and `count`. In a section of dynamic rows, `column` is the same row
//! and `*.column` all rows; other sections see it as `section.*.column`.
//! Besides: `+ - * /`, `= <> < <= > >=`, `and or not`, `if(condition, then, else)`, `blank(x)`,
//! `na(x)`, `abs(x)`, `round(x, digits)`, numbers, `'text'`, which beside a date is a date and
//! beside a choice a code. The difference of two dates is a number of days.
//!
//! `"prefill": "last"` suggests what stood in the same cell of the last period's report, `{"formula": …}` what an
//! expression makes of that report; see [`Form::suggest`].
//!
//! # Blank, not applicable, zero
//!
//! - Zero is a value like any other. Blank is no answer yet. Not applicable is an answer without a
//!   value. A blocked cell is not applicable.
//! - `sum`, `avg`, `min`, `max` pass over blank and not applicable cells. Over nothing but
//!   not applicable cells the result is not applicable; over no value at all, blank. `count`
//!   counts values and always answers.
//! - `+ - * /` need both sides: a blank side makes the result blank, else a not applicable side
//!   makes it not applicable. Division by zero and overflow make it blank.
//! - A comparison with a side that is blank or not applicable cannot be judged. `and` is settled
//!   by one false part, `or` by one true part, whatever the rest. A rule that cannot be judged
//!   is not broken; `blank(x)` and `na(x)` can always be judged.
//! - A computed cell is rounded half away from zero; one that comes to no value is blank.
//! - In totals, blank and not applicable reports are counted apart and bring nothing.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod cell;
mod change;
mod check;
mod compile;
mod definition;
mod depend;
mod entry;
mod evaluate;
mod fault;
mod form;
mod layers;
mod layout;
mod measure;
mod parse;
mod resolve;
mod rollup;
mod rules;
mod sheet;
mod value;

pub use cell::{Cell, CellKey, Cells};
pub use change::Change;
pub use check::{MIN_EXPLANATION, check, compute, ready_to_submit, unresolved};
pub use definition::{
    CellOverride, CellTraits, CellType, ChoiceOption, ChoiceSource, ColumnDefinition, ColumnGroup, ColumnNode,
    Dictionaries, FormDefinition, Prefill, RollUp, RowDefinition, RowsDefinition, RuleDefinition, SectionDefinition,
    Severity,
};
pub use entry::{canonical_cell, canonical_cells, check_cell, display_cell, parse_entry};
pub use fault::{CellFault, DefinitionCode, DefinitionFault, FaultCode, Finding, Params, RuleId};
pub use form::{
    Addresses, AskedTwice, CellKind, CellSpec, Column, Form, HeaderCell, Item, MAX_CELLS, MAX_DYNAMIC_ROWS, MAX_SCALED,
    Measure, MeasureKind, NOT_APPLICABLE_WORD, Row, Rows, Section, asked_twice, is_row_id, items,
};
pub use rollup::{BLANK, ItemTotal, KeptTotals, Leaf, NOT_APPLICABLE, OneItem, RollUpFault, Total, Totals, leaf};
pub use sheet::Sheet;
pub use value::Value;
