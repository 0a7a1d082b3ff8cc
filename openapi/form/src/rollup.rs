//! From many reports to one table of totals.
//! Invariants: integers all the way, 64 bits in a leaf and 128 in a total; adding leaves in any
//! order and any grouping gives the same totals; an overflow is an error and never wraps.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod kept;
mod packed;

pub use kept::{KeptTotals, OneItem};
use packed::Packed;

use crate::evaluate::Place;
use crate::{Cell, CellKey, Cells, Form, Measure, MeasureKind, Sheet, Value};

/// A leaf's item of a blank cell.
pub const BLANK: i64 = i64::MIN;
/// A leaf's item of a cell that is not applicable.
pub const NOT_APPLICABLE: i64 = i64::MIN + 1;

/// What one report brings to the totals: for each measure, in order, a scaled integer.
/// As bytes: one after another, each as many as it needs, since most are small or blank (see [`folded`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf(Box<[i64]>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RollUpFault {
    #[error("a total does not fit")]
    Overflow,
    #[error("{found} items where the form has {expected}")]
    WrongLength { expected: usize, found: usize },
}

impl RollUpFault {
    pub fn code(self) -> &'static str {
        match self {
            Self::Overflow => "form.total_overflow",
            Self::WrongLength { .. } => "form.leaf_mismatch",
        }
    }
}

/// The report's leaf.
pub fn leaf(form: &Form, cells: &Cells) -> Leaf {
    Sheet::new(form, cells).leaf(form)
}

impl Leaf {
    pub fn items(&self) -> &[i64] {
        &self.0
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 * self.0.len());
        self.0.iter().for_each(|item| packed::pack(folded(*item), &mut bytes));
        bytes
    }

    /// As many items as there are; whether they are as many as the form has, is found when they are added.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Packed(bytes).map(unfolded).collect()
    }
}

impl FromIterator<i64> for Leaf {
    fn from_iter<I: IntoIterator<Item = i64>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

/// An item as the number that is packed. Small ones of either sign are near zero: not applicable is 0, the largest number 1,
/// blank 2, zero 3, minus one 4, one 5, and so on.
fn folded(item: i64) -> u128 {
    let folded = (item << 1) ^ (item >> 63);
    folded.cast_unsigned().wrapping_add(3).into()
}

/// The item of a number that [`folded`] made; of any other some item, which totals refuse or count as they count others.
fn unfolded(number: u128) -> i64 {
    let folded = (number as u64).wrapping_sub(3);
    (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
}

impl Sheet {
    /// The report's leaf. Dynamic rows are rolled up first.
    pub fn leaf(&self, form: &Form) -> Leaf {
        let item = |measure: &Measure| {
            let spec = &form.cells[measure.cell];
            let section = &form.sections[spec.section];
            if section.is_dynamic() {
                item_of_column(measure, self.column_values(spec.section, section.column_of(spec.index)))
            } else {
                item_of(measure, self.fixed_value(measure.cell))
            }
        };
        form.measures.iter().map(item).collect()
    }
}

fn item_of(measure: &Measure, value: &Value) -> i64 {
    match value {
        Value::Blank => BLANK,
        Value::NotApplicable => NOT_APPLICABLE,
        Value::Number(_) | Value::Date(_) | Value::Text(_) if measure.kind == MeasureKind::Count => 1,
        // Cells are kept at the scale of their type, and their size is limited when they are read.
        Value::Number(number) => i64::try_from(number.mantissa()).unwrap_or(BLANK),
        Value::Date(date) => i64::from(date.num_days_from_ce()),
        Value::Text(_) => BLANK,
    }
}

fn item_of_column<'v>(measure: &Measure, values: impl Iterator<Item = &'v Value>) -> i64 {
    let mut all_not_applicable = true;
    let mut rolled: Option<i64> = None;
    for item in values.map(|value| item_of(measure, value)) {
        all_not_applicable &= item == NOT_APPLICABLE;
        if item == BLANK || item == NOT_APPLICABLE {
            continue;
        }
        rolled = Some(match (measure.kind, rolled) {
            (_, None) | (MeasureKind::Last, Some(_)) => item,
            (MeasureKind::Min, Some(so_far)) => so_far.min(item),
            (MeasureKind::Max, Some(so_far)) => so_far.max(item),
            // 512 rows of 53 bits fit in 64.
            (
                MeasureKind::Sum | MeasureKind::Count | MeasureKind::Average { .. } | MeasureKind::Formula,
                Some(so_far),
            ) => so_far.saturating_add(item),
        });
    }
    rolled.unwrap_or(if all_not_applicable { NOT_APPLICABLE } else { BLANK })
}

/// Totals of any number of reports of one form. After an error they must be thrown away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    kinds: Vec<MeasureKind>,
    items: Vec<ItemTotal>,
}

/// The total of one item; [`OneItem`] says what it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ItemTotal {
    /// Sum of the values; of an average, of value × weight.
    sum: i128,
    weight: i128,
    counted: u64,
    blank: u64,
    not_applicable: u64,
    /// Smallest, largest or last value, when anything is counted.
    chosen: i64,
    /// When the last value was submitted.
    chosen_at: i64,
}

/// One figure of a table of totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Total {
    /// The cell's key; `<section>.*.<column>` for a column of dynamic rows.
    pub key: CellKey,
    /// Blank when there is no figure; not applicable when it is so in every report.
    pub value: Cell,
    /// Reports that brought a value.
    pub counted: u64,
    pub blank: u64,
    pub not_applicable: u64,
}

impl Totals {
    pub fn new(form: &Form) -> Self {
        let kinds: Vec<MeasureKind> = form.measures.iter().map(|measure| measure.kind).collect();
        Self { items: vec![ItemTotal::default(); kinds.len()], kinds }
    }

    /// As [`Self::add`], from the bytes of a leaf.
    pub fn add_bytes(&mut self, leaf: &[u8], submitted_at_micros: i64) -> Result<(), RollUpFault> {
        self.add(&Leaf::from_bytes(leaf), submitted_at_micros)
    }

    pub fn add(&mut self, leaf: &Leaf, submitted_at_micros: i64) -> Result<(), RollUpFault> {
        if leaf.0.len() != self.kinds.len() {
            return Err(RollUpFault::WrongLength { expected: self.kinds.len(), found: leaf.0.len() });
        }
        for (kind, (item, value)) in self.kinds.iter().zip(self.items.iter_mut().zip(&leaf.0)) {
            let weight = match kind {
                MeasureKind::Average { weight } => Some(leaf.0[*weight]),
                MeasureKind::Sum
                | MeasureKind::Min
                | MeasureKind::Max
                | MeasureKind::Count
                | MeasureKind::Last
                | MeasureKind::Formula => None,
            };
            item.add(*kind, *value, weight, submitted_at_micros)?;
        }
        Ok(())
    }

    pub fn merge(&mut self, other: &Self) -> Result<(), RollUpFault> {
        if self.kinds != other.kinds {
            return Err(RollUpFault::WrongLength { expected: self.kinds.len(), found: other.kinds.len() });
        }
        for (kind, (item, other)) in self.kinds.iter().zip(self.items.iter_mut().zip(&other.items)) {
            item.merge(*kind, other)?;
        }
        Ok(())
    }

    /// The figures, in the order of the measures.
    pub fn figures(&self, form: &Form) -> Result<Vec<Total>, RollUpFault> {
        if self.items.len() != form.measures.len() {
            return Err(RollUpFault::WrongLength { expected: form.measures.len(), found: self.items.len() });
        }
        let mut sheet = Sheet::empty(form);
        let mut is_formula = vec![false; form.cells.len()];
        for (measure, item) in form.measures.iter().zip(&self.items) {
            is_formula[measure.cell] = measure.kind == MeasureKind::Formula;
            sheet.put_total(form, measure.cell, item.value(measure)?);
        }
        for index in form.order.iter().map(|index| *index as usize).filter(|index| is_formula[*index]) {
            if let Some(formula) = &form.formulas[index] {
                let value = formula.value(Place { sheet: &sheet, row: 0 });
                sheet.put_total(form, index, value);
            }
        }
        let total = |(measure, item): (&Measure, &ItemTotal)| {
            let value = sheet.value_at(form, measure.cell, 0).to_cell();
            Total {
                key: measure.key.clone(),
                value,
                counted: item.counted,
                blank: item.blank,
                not_applicable: item.not_applicable,
            }
        };
        Ok(form.measures.iter().zip(&self.items).map(total).collect())
    }
}

impl ItemTotal {
    fn add(&mut self, kind: MeasureKind, item: i64, weight: Option<i64>, at: i64) -> Result<(), RollUpFault> {
        match item {
            NOT_APPLICABLE => self.not_applicable += 1,
            BLANK => self.blank += 1,
            // A value without its weight cannot be averaged.
            _ if weight.is_some_and(|weight| weight < 0) => self.blank += 1,
            value => {
                let weight = i128::from(weight.unwrap_or(1));
                let new = Self {
                    sum: i128::from(value) * weight,
                    weight,
                    counted: 1,
                    chosen: value,
                    chosen_at: at,
                    ..Self::default()
                };
                self.merge(kind, &new)?;
            }
        }
        Ok(())
    }

    fn merge(&mut self, kind: MeasureKind, other: &Self) -> Result<(), RollUpFault> {
        self.blank += other.blank;
        self.not_applicable += other.not_applicable;
        if other.counted == 0 {
            return Ok(());
        }
        let takes_other = self.counted == 0
            || match kind {
                MeasureKind::Min => other.chosen < self.chosen,
                MeasureKind::Max => other.chosen > self.chosen,
                // Of two submitted at the same moment the larger, so that the order of adding does not matter.
                MeasureKind::Last => (other.chosen_at, other.chosen) > (self.chosen_at, self.chosen),
                MeasureKind::Sum | MeasureKind::Average { .. } | MeasureKind::Count | MeasureKind::Formula => false,
            };
        if takes_other {
            (self.chosen, self.chosen_at) = (other.chosen, other.chosen_at);
        }
        self.counted += other.counted;
        match kind {
            MeasureKind::Sum | MeasureKind::Average { .. } | MeasureKind::Count => {
                self.sum = self.sum.checked_add(other.sum).ok_or(RollUpFault::Overflow)?;
                self.weight = self.weight.checked_add(other.weight).ok_or(RollUpFault::Overflow)?;
            }
            MeasureKind::Min | MeasureKind::Max | MeasureKind::Last | MeasureKind::Formula => {}
        }
        Ok(())
    }

    fn value(&self, measure: &Measure) -> Result<Value, RollUpFault> {
        if self.counted == 0 {
            let nowhere = self.not_applicable > 0 && self.blank == 0;
            return Ok(if nowhere { Value::NotApplicable } else { Value::Blank });
        }
        match measure.kind {
            MeasureKind::Sum | MeasureKind::Count => figure(self.sum, measure.scale).map(Value::Number),
            MeasureKind::Average { .. } if self.weight == 0 => Ok(Value::Blank),
            MeasureKind::Average { .. } => {
                let scale = measure.scale.max(AVERAGE_SCALE);
                let raised = self.sum.checked_mul(10_i128.pow(scale - measure.scale)).ok_or(RollUpFault::Overflow)?;
                figure(divide(raised, self.weight), scale).map(Value::Number)
            }
            MeasureKind::Min | MeasureKind::Max | MeasureKind::Last if measure.is_date => {
                let days = i32::try_from(self.chosen).ok();
                days.and_then(NaiveDate::from_num_days_from_ce_opt).map(Value::Date).ok_or(RollUpFault::Overflow)
            }
            MeasureKind::Min | MeasureKind::Max | MeasureKind::Last => {
                figure(self.chosen.into(), measure.scale).map(Value::Number)
            }
            MeasureKind::Formula => Ok(Value::Blank),
        }
    }
}

/// Decimals that an average has at least.
const AVERAGE_SCALE: u32 = 2;

fn figure(scaled: i128, scale: u32) -> Result<Decimal, RollUpFault> {
    Decimal::try_from_i128_with_scale(scaled, scale).map_err(|_| RollUpFault::Overflow)
}

/// Half away from zero; the divisor is positive.
fn divide(sum: i128, by: i128) -> i128 {
    let (quotient, rest) = (sum / by, sum % by);
    if rest.abs() >= by - rest.abs() { quotient + sum.signum() } else { quotient }
}
