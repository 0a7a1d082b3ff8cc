//! From the definition to the compiled form, naming every fault on the way.
//! Invariant: a form comes out only when nothing was found wrong; what one fault hides (a formula
//! of a section without columns) is not reported beside it.

pub(crate) mod prefill;

use std::collections::BTreeSet;

use crate::depend::{order_of, readers_of, reads};
use crate::evaluate::{Expression, Formula};
use crate::measure::{RollUpWish, measures_of};
use crate::resolve::{ResolveFault, Resolver, Scope};
use crate::{
    CellKind, CellSpec, DefinitionCode, DefinitionFault, Dictionaries, Form, FormDefinition, MAX_CELLS, Measure,
    Prefill, Section,
};

/// The most cells that all formulas and rules of a form read, each time counted.
const MAX_REFERENCES: usize = 200_000;

impl Form {
    /// Compiles a form that refers to no dictionary.
    pub fn compile(definition: FormDefinition) -> Result<Self, Vec<DefinitionFault>> {
        Self::compile_with(definition, &Dictionaries::new())
    }

    /// Compiles a form; its choices may name these dictionaries.
    pub fn compile_with(definition: FormDefinition, dictionaries: &Dictionaries) -> Result<Self, Vec<DefinitionFault>> {
        let mut compiler = Compiler {
            dictionaries,
            faults: Vec::new(),
            sections: Vec::new(),
            cells: Vec::new(),
            sources: Vec::new(),
            references: 0,
        };
        compiler.texts(&definition);
        compiler.sections(&definition);
        if compiler.cells.len() > MAX_CELLS {
            return Err(vec![DefinitionFault::new("/sections", DefinitionCode::TooManyCells).with("max", MAX_CELLS)]);
        }
        let formulas = compiler.formulas();
        let rules = compiler.rules(&definition.rules);
        let prefills = compiler.prefills();
        if compiler.references > MAX_REFERENCES {
            let fault = DefinitionFault::new("/sections", DefinitionCode::TooManyReferences);
            return Err(vec![fault.with("max", MAX_REFERENCES)]);
        }
        let (order, measures) = compiler.order_and_measures(&formulas);
        if !compiler.faults.is_empty() {
            let unique: BTreeSet<DefinitionFault> = compiler.faults.into_iter().collect();
            return Err(unique.into_iter().collect());
        }
        let readers = readers_of(&formulas, &order, &rules, &compiler.sections);
        let Compiler { sections, cells, .. } = compiler;
        let mut by_key: Vec<u32> =
            (0..cells.len() as u32).filter(|index| !sections[cells[*index as usize].section].is_dynamic()).collect();
        by_key.sort_by(|a, b| cells[*a as usize].key.cmp(&cells[*b as usize].key));
        Ok(Self { definition, sections, cells, by_key, measures, formulas, order, rules, readers, prefills })
    }
}

pub(crate) struct Compiler<'a> {
    pub dictionaries: &'a Dictionaries,
    pub faults: Vec<DefinitionFault>,
    pub sections: Vec<Section>,
    pub cells: Vec<CellSpec>,
    /// For each cell what is still to be compiled.
    pub sources: Vec<Source>,
    /// How many cells all formulas and rules read.
    pub references: usize,
}

pub(crate) struct Source {
    pub formula: Option<(String, String)>,
    pub roll_up: RollUpWish,
    pub prefill: Option<(Prefill, String)>,
    pub scope: Scope,
}

impl Compiler<'_> {
    pub(crate) fn resolver(&self, scope: Scope) -> Resolver<'_> {
        Resolver { sections: &self.sections, cells: &self.cells, scope }
    }

    /// Counts what an expression reads, and answers whether there is room for more.
    pub(crate) fn count_references(&mut self, expression: &Expression) -> bool {
        let mut read = 0;
        reads(expression, &self.sections, &mut |_| read += 1);
        self.references += read;
        self.references <= MAX_REFERENCES
    }

    /// Nothing where a formula is faulty: what follows from it would be reported beside it.
    fn order_and_measures(&mut self, formulas: &[Option<Formula>]) -> (Vec<u32>, Vec<Measure>) {
        let mut sources = self.sources.iter().zip(formulas);
        if sources.any(|(source, formula)| source.formula.is_some() != formula.is_some()) {
            return Default::default();
        }
        let order = match order_of(formulas, &self.sections) {
            Ok(order) => order,
            Err(in_cycles) => {
                self.cycles(&in_cycles);
                return Default::default();
            }
        };
        let wishes: Vec<&RollUpWish> = self.sources.iter().map(|source| &source.roll_up).collect();
        let (measures, faults) = measures_of(&self.sections, &self.cells, formulas, &order, &wishes);
        self.faults.extend(faults);
        (order, measures)
    }

    fn formulas(&mut self) -> Vec<Option<Formula>> {
        let mut formulas = Vec::with_capacity(self.cells.len());
        for index in 0..self.cells.len() {
            let source = &self.sources[index];
            let (Some((text, path)), CellKind::Computed { scale }) = (&source.formula, &self.cells[index].kind) else {
                formulas.push(None);
                continue;
            };
            let (path, scale) = (path.clone(), *scale);
            match self.resolver(source.scope).formula(text) {
                Ok(expression) => {
                    if !self.count_references(&expression) {
                        return formulas;
                    }
                    formulas.push(Some(Formula { expression, scale }));
                }
                Err(fault) => {
                    self.faults.push(located(&path, fault));
                    formulas.push(None);
                }
            }
        }
        formulas
    }

    /// Reports each place of a formula that a cycle runs through.
    fn cycles(&mut self, in_cycles: &[u32]) {
        let names: Vec<&str> = in_cycles.iter().take(5).map(|index| self.cells[*index as usize].key.as_str()).collect();
        let names = names.join(", ");
        for index in in_cycles {
            if let Some((_, path)) = &self.sources[*index as usize].formula {
                self.faults.push(DefinitionFault::new(path.as_str(), DefinitionCode::Cycle).with("cells", &names));
            }
        }
    }
}

pub(crate) fn located(path: &str, fault: ResolveFault) -> DefinitionFault {
    let params = fault.params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    DefinitionFault { path: path.to_owned(), code: fault.code, params }
}
