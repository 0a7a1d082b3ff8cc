//! Which cells an expression reads, in which order computed cells follow from another, and who
//! must look again when a cell changes.

use std::collections::BTreeSet;

use crate::Section;
use crate::evaluate::{Expression, Formula, Operand, Reference, Rule};
use crate::form::Readers;

/// Calls `visit` with the index of every cell (dynamic section: column) that the expression reads.
pub(crate) fn reads(expression: &Expression, sections: &[Section], visit: &mut impl FnMut(usize)) {
    match expression {
        Expression::Number(_) | Expression::Text(_) | Expression::Date(_) => {}
        Expression::Cell(reference) => visit(match reference {
            Reference::Cell(index) => *index as usize,
            Reference::InRow { section, column } => sections[*section as usize].first + *column as usize,
        }),
        Expression::Aggregate(_, operands) => {
            for operand in operands {
                match operand {
                    Operand::One(inner) => reads(inner, sections, visit),
                    Operand::Cells(cells) => cells.iter().for_each(|index| visit(*index as usize)),
                    Operand::Column { section, column } => visit(sections[*section as usize].first + *column as usize),
                }
            }
        }
        Expression::Negate(inner)
        | Expression::Not(inner)
        | Expression::IsBlank(inner)
        | Expression::IsNotApplicable(inner)
        | Expression::Absolute(inner)
        | Expression::Round(inner, _) => reads(inner, sections, visit),
        Expression::Arithmetic(_, sides) | Expression::Compare(_, sides) => {
            sides.iter().for_each(|side| reads(side, sections, visit))
        }
        Expression::All(parts) | Expression::Any(parts) => parts.iter().for_each(|part| reads(part, sections, visit)),
        Expression::If(parts) => parts.iter().for_each(|part| reads(part, sections, visit)),
    }
}

/// The computed cells, each after all that it reads; or the cells that lie in cycles.
pub(crate) fn order_of(formulas: &[Option<Formula>], sections: &[Section]) -> Result<Vec<u32>, Vec<u32>> {
    let mut waits_for: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); formulas.len()];
    let mut read_by: Vec<Vec<usize>> = vec![Vec::new(); formulas.len()];
    for (index, formula) in formulas.iter().enumerate() {
        let Some(formula) = formula else { continue };
        reads(&formula.expression, sections, &mut |read| {
            if formulas[read].is_some() && waits_for[index].insert(read) {
                read_by[read].push(index);
            }
        });
    }
    let computed = |index: &usize| formulas[*index].is_some();
    let mut ready: BTreeSet<usize> =
        (0..formulas.len()).filter(computed).filter(|index| waits_for[*index].is_empty()).collect();
    let mut order = Vec::new();
    while let Some(index) = ready.pop_first() {
        order.push(index as u32);
        for reader in &read_by[index] {
            waits_for[*reader].remove(&index);
            if waits_for[*reader].is_empty() {
                ready.insert(*reader);
            }
        }
    }
    let mut stuck: BTreeSet<usize> =
        (0..formulas.len()).filter(computed).filter(|index| !waits_for[*index].is_empty()).collect();
    // What only reads from a cycle is not part of it.
    while let Some(leaf) =
        stuck.iter().copied().find(|index| !read_by[*index].iter().any(|reader| stuck.contains(reader)))
    {
        stuck.remove(&leaf);
    }
    if stuck.is_empty() { Ok(order) } else { Err(stuck.into_iter().map(|index| index as u32).collect()) }
}

/// For each cell who reads it; computed cells by their place in `order`.
pub(crate) fn readers_of(
    formulas: &[Option<Formula>],
    order: &[u32],
    rules: &[Rule],
    sections: &[Section],
) -> Vec<Readers> {
    let mut readers = vec![Readers::default(); formulas.len()];
    for (place, index) in order.iter().enumerate() {
        if let Some(formula) = &formulas[*index as usize] {
            reads(&formula.expression, sections, &mut |read| {
                if readers[read].computed.last() != Some(&(place as u32)) {
                    readers[read].computed.push(place as u32);
                }
            });
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        reads(&rule.expression, sections, &mut |read| {
            if readers[read].rules.last() != Some(&(number as u32)) {
                readers[read].rules.push(number as u32);
            }
        });
    }
    readers
}
