//! What holds for one cell, from what its column, its row and the cell itself say.
//! Invariant: the nearer word wins; the exceptions stand at [`CellTraits`](crate::CellTraits).

use std::sync::Arc;

use chrono::NaiveDate;

use crate::cell::MAX_TEXT;
use crate::entry::is_less;
use crate::{
    Cell, CellKind, CellTraits, CellType, ChoiceSource, DefinitionCode, DefinitionFault, Dictionaries, Prefill, RollUp,
    Value,
};

pub(crate) const MAX_SCALE: u32 = 6;

/// The words of column, row and cell, farthest first, each with its place in the definition.
pub(crate) struct Layers<'a> {
    pub traits: [Option<(&'a CellTraits, &'a str)>; 3],
    pub dictionaries: &'a Dictionaries,
}

/// What the layers come to.
pub(crate) struct Settled {
    pub kind: CellKind,
    /// The text of the formula and its place.
    pub formula: Option<(String, String)>,
    pub unit: Option<String>,
    pub hint: Option<String>,
    pub required: bool,
    pub always_applies: bool,
    pub min: Option<Value>,
    pub max: Option<Value>,
    /// What is said about rolling up, if it fits, and its place.
    pub roll_up: Option<(RollUp, String)>,
    /// What is said about a suggestion, if it fits, and its place.
    pub prefill: Option<(Prefill, String)>,
}

const COLUMN: usize = 0;

impl<'a> Layers<'a> {
    /// The nearest word: its layer and what it says.
    fn nearest<T>(&self, pick: impl Fn(&'a CellTraits) -> Option<T>) -> Option<(usize, T)> {
        (0..3).rev().find_map(|layer| self.traits[layer].and_then(|(traits, _)| pick(traits)).map(|said| (layer, said)))
    }

    fn path(&self, layer: usize, field: &str) -> String {
        format!("{}/{field}", self.traits[layer].map_or("", |(_, path)| path))
    }

    pub fn settle(&self, faults: &mut Vec<DefinitionFault>) -> Settled {
        let mut settled = Settled {
            kind: CellKind::Blocked,
            formula: None,
            unit: self.nearest(|traits| traits.unit.clone()).map(|(_, unit)| unit),
            hint: self.nearest(|traits| traits.hint.clone()).map(|(_, hint)| hint),
            required: self.nearest(|traits| traits.required).is_some_and(|(_, required)| required),
            always_applies: self.nearest(|traits| traits.always_applies).is_some_and(|(_, applies)| applies),
            min: None,
            max: None,
            roll_up: None,
            prefill: None,
        };
        if self.nearest(|traits| traits.blocked).is_some_and(|(_, blocked)| blocked) {
            settled.required = false;
            return settled;
        }
        let Some((layer, cell_type)) = self.cell_type() else {
            let path = self.traits[COLUMN].map_or("", |(_, path)| path);
            faults.push(DefinitionFault::new(path, DefinitionCode::MissingType));
            return settled;
        };
        let path = self.path(layer, "type");
        settled.kind = self.kind(cell_type, &path, faults);
        if let CellType::Computed { formula, .. } = cell_type {
            settled.formula = Some((formula.clone(), format!("{path}/computed/formula")));
            settled.required = false;
        }
        settled.min = self.bound(layer, &settled.kind, "min", |traits| traits.min.as_ref(), faults);
        settled.max = self.bound(layer, &settled.kind, "max", |traits| traits.max.as_ref(), faults);
        if let (Some(min), Some(max)) = (&settled.min, &settled.max)
            && is_less(max, min)
        {
            let at = self.nearest(|traits| traits.max.as_ref()).map_or(COLUMN, |(layer, _)| layer);
            faults.push(DefinitionFault::new(self.path(at, "max"), DefinitionCode::BoundsReversed));
        }
        settled.roll_up = self.roll_up(layer, &settled.kind, faults);
        settled.prefill = self.prefill(layer, &settled.kind, faults);
        settled
    }

    fn cell_type(&self) -> Option<(usize, &'a CellType)> {
        let said = |layer: usize| {
            self.traits[layer].and_then(|(traits, _)| traits.cell_type.as_ref()).map(|said| (layer, said))
        };
        let (column, row, cell) = (said(0), said(1), said(2));
        let is_computed = |said: Option<(usize, &CellType)>| matches!(said, Some((_, CellType::Computed { .. })));
        let is_no_number = matches!(column, Some((_, CellType::Text { .. } | CellType::Date | CellType::Choice(_))));
        let column_stands = is_computed(column) || (is_computed(row) && is_no_number);
        cell.or(if column_stands { column } else { None }).or(row).or(column)
    }

    fn kind(&self, cell_type: &CellType, path: &str, faults: &mut Vec<DefinitionFault>) -> CellKind {
        let mut checked_scale = |scale: u32, field: &str| {
            if scale > MAX_SCALE {
                let fault = DefinitionFault::new(format!("{path}/{field}"), DefinitionCode::ScaleTooLarge);
                faults.push(fault.with("max", MAX_SCALE));
            }
            scale.min(MAX_SCALE)
        };
        match cell_type {
            CellType::Integer => CellKind::Integer,
            CellType::Money => CellKind::Money,
            CellType::Date => CellKind::Date,
            CellType::Decimal { scale } => CellKind::Decimal { scale: checked_scale(*scale, "decimal/scale") },
            CellType::Computed { scale: Some(scale), .. } => {
                CellKind::Computed { scale: checked_scale(*scale, "computed/scale") }
            }
            CellType::Computed { scale: None, .. } => CellKind::Computed { scale: self.scale_beside() },
            CellType::Text { max_len } => {
                if !(1..=MAX_TEXT).contains(max_len) {
                    let fault = DefinitionFault::new(format!("{path}/text/max_len"), DefinitionCode::TooLong);
                    faults.push(fault.with("max", MAX_TEXT));
                }
                CellKind::Text { max_len: *max_len }
            }
            CellType::Choice(source) => self.choice(source, path, faults),
        }
    }

    /// Decimals of the column, or else of the row, that a computed cell belongs to.
    fn scale_beside(&self) -> u32 {
        let scale = |layer: usize| match self.traits[layer].and_then(|(traits, _)| traits.cell_type.as_ref())? {
            CellType::Integer => Some(0),
            CellType::Money => Some(2),
            CellType::Decimal { scale } | CellType::Computed { scale: Some(scale), .. } => {
                Some((*scale).min(MAX_SCALE))
            }
            CellType::Computed { scale: None, .. } | CellType::Text { .. } | CellType::Date | CellType::Choice(_) => {
                None
            }
        };
        (0..3).find_map(scale).unwrap_or(0)
    }

    fn choice(&self, source: &ChoiceSource, path: &str, faults: &mut Vec<DefinitionFault>) -> CellKind {
        let options = match source {
            ChoiceSource::Options(options) => options.as_slice(),
            ChoiceSource::Dictionary(name) => self.dictionaries.get(name).map(Vec::as_slice).unwrap_or_else(|| {
                let fault =
                    DefinitionFault::new(format!("{path}/choice/dictionary"), DefinitionCode::UnknownDictionary);
                faults.push(fault.with("name", name));
                &[]
            }),
        };
        if options.is_empty() && matches!(source, ChoiceSource::Options(_)) {
            faults.push(DefinitionFault::new(format!("{path}/choice/options"), DefinitionCode::Empty));
        }
        for (at, option) in options.iter().enumerate() {
            let place = || format!("{path}/choice/options/{at}");
            if option.code.trim().is_empty() || option.label.trim().is_empty() {
                faults.push(DefinitionFault::new(place(), DefinitionCode::Empty));
            }
            if options[..at].iter().any(|other| other.code == option.code) {
                faults.push(DefinitionFault::new(place(), DefinitionCode::DuplicateKey).with("key", &option.code));
            }
        }
        CellKind::Choice { options: Arc::from(options) }
    }

    fn bound(
        &self,
        type_layer: usize,
        kind: &CellKind,
        field: &str,
        pick: impl Fn(&'a CellTraits) -> Option<&'a Cell>,
        faults: &mut Vec<DefinitionFault>,
    ) -> Option<Value> {
        let (layer, bound) = self.nearest(pick)?;
        // A bound of what is typed in a column says nothing of what is computed across it.
        if layer < type_layer && matches!(kind, CellKind::Computed { .. }) {
            return None;
        }
        let value = match (kind, bound) {
            (CellKind::Date, Cell::Text(text)) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Value::Date),
            (kind, bound) => kind.scale().and_then(|_| bound.decimal()).map(Value::Number),
        };
        if value.is_none() && layer >= type_layer {
            faults.push(DefinitionFault::new(self.path(layer, field), DefinitionCode::BoundMismatch));
        }
        value
    }

    fn roll_up(
        &self,
        type_layer: usize,
        kind: &CellKind,
        faults: &mut Vec<DefinitionFault>,
    ) -> Option<(RollUp, String)> {
        let (layer, roll_up) = self.nearest(|traits| traits.roll_up.as_ref())?;
        let path = self.path(layer, "roll_up");
        let fits = match roll_up {
            RollUp::Sum | RollUp::Average { .. } => kind.scale().is_some(),
            RollUp::Min | RollUp::Max | RollUp::Last => kind.scale().is_some() || *kind == CellKind::Date,
            RollUp::Formula => matches!(kind, CellKind::Computed { .. }),
            RollUp::Count | RollUp::None => true,
        };
        if !fits && layer >= type_layer {
            faults.push(DefinitionFault::new(path.as_str(), DefinitionCode::RollUpMismatch));
        }
        fits.then(|| (roll_up.clone(), path))
    }

    fn prefill(
        &self,
        type_layer: usize,
        kind: &CellKind,
        faults: &mut Vec<DefinitionFault>,
    ) -> Option<(Prefill, String)> {
        let (layer, prefill) = self.nearest(|traits| traits.prefill.as_ref())?;
        let path = self.path(layer, "prefill");
        let fits = match prefill {
            Prefill::Last => !matches!(kind, CellKind::Computed { .. } | CellKind::Blocked),
            Prefill::Formula(_) => kind.scale().is_some() && !matches!(kind, CellKind::Computed { .. }),
        };
        if !fits && layer >= type_layer {
            faults.push(DefinitionFault::new(path.as_str(), DefinitionCode::PrefillMismatch));
        }
        fits.then(|| (prefill.clone(), path))
    }
}
