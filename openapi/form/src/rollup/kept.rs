//! Totals kept as bytes, out of which one item is read at a time: for whoever looks at an item over many units and months.

use super::{Item, RollUpFault, Totals};
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

/// The total of one item alone. Invariant: it is what [`Totals`] over the same leaves says of the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTotal {
    measure: Measure,
    kinds: Box<[MeasureKind]>,
    item: Item,
}

impl ItemTotal {
    /// Of nothing yet. None for an item that is made of other totals, and is no sum of its own.
    pub fn new(form: &Form, measure: &Measure) -> Option<Self> {
        let measure = Measure { kind: kind_alone(form, measure)?, ..measure.clone() };
        let kind = |measure: &Measure| kind_alone(form, measure).unwrap_or(MeasureKind::Formula);
        let kinds = form.measures.iter().take(measure.index + 1).map(kind).collect();
        Some(Self { measure, kinds, item: Item::default() })
    }

    /// The item out of kept totals of the same form.
    pub fn read(&self, kept: &KeptTotals) -> Result<Self, RollUpFault> {
        let mut numbers = Numbers(&kept.0);
        let mut item = None;
        for kind in &self.kinds {
            item = Item::unpack(*kind, &mut numbers);
        }
        let missing = RollUpFault::WrongLength { expected: self.kinds.len(), found: 0 };
        Ok(Self { item: item.ok_or(missing)?, ..self.clone() })
    }

    pub fn merge(&mut self, other: &Self) -> Result<(), RollUpFault> {
        self.item.merge(self.measure.kind, &other.item)
    }

    pub fn value(&self) -> Result<Cell, RollUpFault> {
        Ok(self.item.value(&self.measure)?.to_cell())
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

impl Item {
    /// What its kind needs of it, and no more.
    fn pack(&self, kind: MeasureKind, into: &mut Vec<u8>) {
        let mut put = |number: i128| pack(number, into);
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

    fn unpack(kind: MeasureKind, numbers: &mut Numbers<'_>) -> Option<Self> {
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

/// A number in seven bits a byte, the lowest first, the high bit set on all but the last; small ones of either sign are
/// near zero.
fn pack(number: i128, into: &mut Vec<u8>) {
    let mut rest = ((number << 1) ^ (number >> 127)).cast_unsigned();
    while rest > 0x7f {
        into.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    into.push(rest as u8);
}

/// Packed numbers, read as they are asked for.
struct Numbers<'b>(&'b [u8]);

impl Iterator for Numbers<'_> {
    type Item = i128;

    fn next(&mut self) -> Option<i128> {
        let length = self.0.iter().position(|byte| byte & 0x80 == 0)? + 1;
        let (number, rest) = self.0.split_at(length);
        self.0 = rest;
        let folded = number.iter().rev().fold(0, |folded: u128, byte| folded << 7 | u128::from(byte & 0x7f));
        Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, pack};

    #[test]
    fn a_number_comes_back_as_it_went() {
        let numbers = [0, 1, -1, 63, -64, 64, i64::MAX.into(), i64::MIN.into(), i128::MAX, i128::MIN];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| pack(*number, &mut bytes));
        assert_eq!(Numbers(&bytes).collect::<Vec<_>>(), numbers);
    }
}
