//! Which items of a form roll up, and how.
//! Invariants: a weight is an item that is summed; a formula is applied to totals only where
//! everything it reads is a sum, so that the totals of a table agree with each other.

use crate::depend::reads;
use crate::evaluate::{Aggregate, Arithmetic, Expression, Formula, Operand, Reference};
use crate::resolve::{Resolver, Scope};
use crate::{CellKind, CellSpec, DefinitionCode, DefinitionFault, Measure, MeasureKind, RollUp, Section};

/// What the definition says of a cell's roll-up, and where.
#[derive(Debug, Clone)]
pub(crate) struct RollUpWish {
    pub said: Option<(RollUp, String)>,
    pub scope: Scope,
}

pub(crate) fn measures_of(
    sections: &[Section],
    cells: &[CellSpec],
    formulas: &[Option<Formula>],
    order: &[u32],
    wishes: &[&RollUpWish],
) -> (Vec<Measure>, Vec<DefinitionFault>) {
    let mut chooser = Chooser { sections, cells, kinds: vec![None; cells.len()], faults: Vec::new() };
    // Computed cells last, in their order: whether a formula suits totals depends on what it reads.
    let typed = cells.iter().filter(|cell| !matches!(cell.kind, CellKind::Computed { .. })).map(|cell| cell.index);
    for index in typed.chain(order.iter().map(|index| *index as usize)) {
        chooser.choose(&cells[index], formulas[index].as_ref(), wishes[index]);
    }
    chooser.weigh(wishes);
    let mut measures = Vec::new();
    let place_of: Vec<Option<usize>> = chooser
        .kinds
        .iter()
        .scan(0, |next, kind| {
            *next += usize::from(kind.is_some());
            Some(kind.is_some().then(|| *next - 1))
        })
        .collect();
    for (cell, kind) in cells.iter().zip(chooser.kinds) {
        let Some(kind) = kind else { continue };
        let kind = match kind {
            MeasureKind::Average { weight } => MeasureKind::Average { weight: place_of[weight].unwrap_or(0) },
            MeasureKind::Sum
            | MeasureKind::Min
            | MeasureKind::Max
            | MeasureKind::Count
            | MeasureKind::Last
            | MeasureKind::Formula => kind,
        };
        let is_count = kind == MeasureKind::Count;
        measures.push(Measure {
            index: measures.len(),
            key: cell.key.clone(),
            cell: cell.index,
            kind,
            scale: if is_count { 0 } else { cell.kind.scale().unwrap_or(0) },
            is_date: cell.kind == CellKind::Date && !is_count,
        });
    }
    (measures, chooser.faults)
}

struct Chooser<'a> {
    sections: &'a [Section],
    cells: &'a [CellSpec],
    /// An average names the cell of its weight here, its measure only when all are known.
    kinds: Vec<Option<MeasureKind>>,
    faults: Vec<DefinitionFault>,
}

impl Chooser<'_> {
    fn choose(&mut self, cell: &CellSpec, formula: Option<&Formula>, wish: &RollUpWish) {
        let is_dynamic = self.sections[cell.section].is_dynamic();
        let Some((said, path)) = &wish.said else {
            self.kinds[cell.index] = self.unsaid(cell, formula, is_dynamic);
            return;
        };
        let mismatch = || DefinitionFault::new(path.as_str(), DefinitionCode::RollUpMismatch);
        self.kinds[cell.index] = match said {
            RollUp::None => None,
            RollUp::Sum => Some(MeasureKind::Sum),
            RollUp::Min => Some(MeasureKind::Min),
            RollUp::Max => Some(MeasureKind::Max),
            RollUp::Count => Some(MeasureKind::Count),
            RollUp::Last => Some(MeasureKind::Last),
            RollUp::Average { .. } | RollUp::Formula if is_dynamic => {
                self.faults.push(mismatch());
                None
            }
            RollUp::Average { weight } => {
                let resolver = Resolver { sections: self.sections, cells: self.cells, scope: wish.scope };
                match resolver.single(weight) {
                    Ok(Reference::Cell(weight)) => Some(MeasureKind::Average { weight: weight as usize }),
                    Ok(Reference::InRow { .. }) | Err(_) => {
                        let fault =
                            DefinitionFault::new(format!("{path}/average/weight"), DefinitionCode::UnknownReference);
                        self.faults.push(fault.with("reference", weight));
                        None
                    }
                }
            }
            RollUp::Formula => {
                if let Some(unfit) = formula.and_then(|formula| self.unfit(&formula.expression)) {
                    let fault = DefinitionFault::new(path.as_str(), DefinitionCode::FormulaNeedsSums);
                    self.faults.push(fault.with("reference", unfit));
                }
                Some(MeasureKind::Formula)
            }
        };
    }

    fn unsaid(&self, cell: &CellSpec, formula: Option<&Formula>, is_dynamic: bool) -> Option<MeasureKind> {
        match cell.kind {
            CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money => Some(MeasureKind::Sum),
            CellKind::Text { .. } | CellKind::Date | CellKind::Choice { .. } | CellKind::Blocked => None,
            CellKind::Computed { .. } => {
                let formula = formula.filter(|formula| is_additive(&formula.expression))?;
                let suits_totals = !is_dynamic && self.unfit(&formula.expression).is_none();
                Some(if suits_totals { MeasureKind::Formula } else { MeasureKind::Sum })
            }
        }
    }

    /// The first thing that an expression reads and that is no sum.
    fn unfit(&self, expression: &Expression) -> Option<String> {
        let mut unfit = None;
        reads(expression, self.sections, &mut |index| {
            let is_sum = matches!(self.kinds[index], Some(MeasureKind::Sum | MeasureKind::Formula));
            if !is_sum && self.cells[index].kind != CellKind::Blocked && unfit.is_none() {
                unfit = Some(self.cells[index].key.as_str().to_owned());
            }
        });
        unfit.or_else(|| self.unsummed_column(expression))
    }

    /// A column of dynamic rows that is not summed: its rows are one figure among totals.
    fn unsummed_column(&self, expression: &Expression) -> Option<String> {
        let within = |parts: &[Expression]| parts.iter().find_map(|part| self.unsummed_column(part));
        match expression {
            Expression::Number(_) | Expression::Text(_) | Expression::Date(_) | Expression::Cell(_) => None,
            Expression::Aggregate(aggregate, operands) => operands.iter().find_map(|operand| match operand {
                Operand::Column { section, column } if *aggregate != Aggregate::Sum => {
                    Some(self.cells[self.sections[*section as usize].first + *column as usize].key.as_str().to_owned())
                }
                Operand::One(inner) => self.unsummed_column(inner),
                Operand::Column { .. } | Operand::Cells(_) => None,
            }),
            Expression::Negate(inner)
            | Expression::Not(inner)
            | Expression::IsBlank(inner)
            | Expression::IsNotApplicable(inner)
            | Expression::Absolute(inner)
            | Expression::Round(inner, _) => self.unsummed_column(inner),
            Expression::Arithmetic(_, sides) | Expression::Compare(_, sides) => within(sides.as_slice()),
            Expression::All(parts) | Expression::Any(parts) => within(parts),
            Expression::If(parts) => within(parts.as_slice()),
        }
    }

    /// Holds every average to a weight that is summed.
    fn weigh(&mut self, wishes: &[&RollUpWish]) {
        for (kind, wish) in self.kinds.iter().zip(wishes) {
            let Some(MeasureKind::Average { weight }) = *kind else {
                continue;
            };
            let is_summed = matches!(self.kinds[weight], Some(MeasureKind::Sum | MeasureKind::Formula));
            if let (false, Some((_, path))) = (is_summed, &wish.said) {
                let fault = DefinitionFault::new(format!("{path}/average/weight"), DefinitionCode::WeightNotSummed);
                self.faults.push(fault.with("reference", self.cells[weight].key.as_str()));
            }
        }
    }
}

/// Whether the sum of the results is the result of the sums.
pub(crate) fn is_additive(expression: &Expression) -> bool {
    match expression {
        Expression::Cell(_) => true,
        Expression::Negate(inner) => is_additive(inner),
        Expression::Aggregate(Aggregate::Sum, operands) => operands.iter().all(|operand| match operand {
            Operand::One(inner) => is_additive(inner),
            Operand::Cells(_) | Operand::Column { .. } => true,
        }),
        Expression::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, sides) => sides.iter().all(is_additive),
        Expression::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, sides) => {
            is_additive(&sides[0]) && matches!(sides[1], Expression::Number(_))
        }
        Expression::Number(_)
        | Expression::Text(_)
        | Expression::Date(_)
        | Expression::Aggregate(Aggregate::Average | Aggregate::Min | Aggregate::Max | Aggregate::Count, _)
        | Expression::Compare(..)
        | Expression::All(_)
        | Expression::Any(_)
        | Expression::Not(_)
        | Expression::If(_)
        | Expression::IsBlank(_)
        | Expression::IsNotApplicable(_)
        | Expression::Absolute(_)
        | Expression::Round(..) => false,
    }
}
