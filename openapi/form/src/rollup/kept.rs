//! Totals kept as bytes, out of which one item is read at a time: for whoever looks at an item over many units and months.

use super::{
    ItemTotal, RollUpFault, Totals,
    packed::{self, Packed},
};
use crate::measure::is_additive;
use crate::{Cell, Form, Leaf, Measure, MeasureKind};

/// Totals of any number of reports of one form, every item a sum of its own, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTotals(Box<[u8]>);

impl KeptTotals {
    /// Of the bytes of leaves, each with when it was submitted.
    pub fn of<'l>(form: &Form, leaves: impl IntoIterator<Item = (&'l [u8], i64)>) -> Result<Self, RollUpFault> {
        let kind = |measure: &Measure| kind_alone(form, measure).unwrap_or(MeasureKind::Formula);
        let mut totals = Totals { kinds: form.measures.iter().map(kind).collect(), ..Totals::new(form) };
        for (leaf, submitted_at_micros) in leaves {
            totals.add(&Leaf::from_bytes(leaf), submitted_at_micros)?;
        }
        let mut bytes = Vec::new();
        totals.kinds.iter().zip(&totals.items).for_each(|(kind, item)| item.pack(*kind, &mut bytes));
        Ok(Self(bytes.into_boxed_slice()))
    }

    /// How much of the memory they take.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One item alone: how it adds up. Invariant: what it comes to is what [`Totals`] over the same leaves says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneItem {
    measure: Measure,
    kinds: Box<[MeasureKind]>,
}

impl OneItem {
    /// None for an item that is made of other totals, and is no sum of its own.
    pub fn of(form: &Form, measure: &Measure) -> Option<Self> {
        let measure = Measure { kind: kind_alone(form, measure)?, ..measure.clone() };
        let kind = |measure: &Measure| kind_alone(form, measure).unwrap_or(MeasureKind::Formula);
        let kinds = form.measures.iter().take(measure.index + 1).map(kind).collect();
        Some(Self { measure, kinds })
    }

    /// Its total out of kept totals of the same form.
    pub fn read(&self, kept: &KeptTotals) -> Result<ItemTotal, RollUpFault> {
        let mut numbers = Packed(&kept.0).map(unfolded);
        let mut total = None;
        for kind in &self.kinds {
            total = ItemTotal::unpack(*kind, &mut numbers);
        }
        total.ok_or(RollUpFault::WrongLength { expected: self.kinds.len(), found: 0 })
    }

    pub fn merge(&self, total: &mut ItemTotal, other: &ItemTotal) -> Result<(), RollUpFault> {
        total.merge(self.measure.kind, other)
    }

    pub fn value(&self, total: &ItemTotal) -> Result<Cell, RollUpFault> {
        Ok(total.value(&self.measure)?.to_cell())
    }
}

/// How an item adds up when nothing stands beside it: where the results of a formula may be added, their sum is the
/// result of the sums. None where they may not.
fn kind_alone(form: &Form, measure: &Measure) -> Option<MeasureKind> {
    if measure.kind != MeasureKind::Formula {
        return Some(measure.kind);
    }
    let formula = form.formulas[measure.cell].as_ref()?;
    is_additive(&formula.expression).then_some(MeasureKind::Sum)
}

impl ItemTotal {
    /// What its kind needs of it, and no more.
    fn pack(&self, kind: MeasureKind, into: &mut Vec<u8>) {
        let mut put = |number: i128| packed::pack(folded(number), into);
        put(self.counted.into());
        put(self.blank.into());
        put(self.not_applicable.into());
        if self.counted == 0 {
            return;
        }
        match kind {
            MeasureKind::Sum | MeasureKind::Count => put(self.sum),
            MeasureKind::Average { .. } => {
                put(self.sum);
                put(self.weight);
            }
            MeasureKind::Min | MeasureKind::Max => put(self.chosen.into()),
            MeasureKind::Last => {
                put(self.chosen.into());
                put(self.chosen_at.into());
            }
            MeasureKind::Formula => {}
        }
    }

    fn unpack(kind: MeasureKind, numbers: &mut impl Iterator<Item = i128>) -> Option<Self> {
        let mut count = || numbers.next().and_then(|number| u64::try_from(number).ok());
        let (counted, blank, not_applicable) = (count()?, count()?, count()?);
        let mut item = Self { counted, blank, not_applicable, ..Self::default() };
        if counted == 0 {
            return Some(item);
        }
        match kind {
            MeasureKind::Sum | MeasureKind::Count => (item.sum, item.weight) = (numbers.next()?, counted.into()),
            MeasureKind::Average { .. } => (item.sum, item.weight) = (numbers.next()?, numbers.next()?),
            MeasureKind::Min | MeasureKind::Max => item.chosen = i64::try_from(numbers.next()?).ok()?,
            MeasureKind::Last => {
                item.chosen = i64::try_from(numbers.next()?).ok()?;
                item.chosen_at = i64::try_from(numbers.next()?).ok()?;
            }
            MeasureKind::Formula => {}
        }
        Some(item)
    }
}

/// A number as the one that is packed: small ones of either sign are near zero.
fn folded(number: i128) -> u128 {
    ((number << 1) ^ (number >> 127)).cast_unsigned()
}

fn unfolded(number: u128) -> i128 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::{folded, unfolded};

    #[test]
    fn a_number_comes_back_as_it_went() {
        for number in [0, 1, -1, 63, -64, 64, i64::MAX.into(), i64::MIN.into(), i128::MAX, i128::MIN] {
            assert_eq!(unfolded(folded(number)), number);
        }
    }
}
