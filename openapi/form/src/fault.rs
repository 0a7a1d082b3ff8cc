//! What can be wrong, with a stable code and the values that its sentence needs.
//! Invariants: a code is never renamed; the sentence is made by whoever shows it, except the
//! sentence of a form's own rule, which the form brings along.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CellKey, Severity};

/// Names and values for the sentence of a fault.
pub type Params = BTreeMap<String, String>;

/// A rule of the form; where a rule is judged for each row: `<id>/<row>`.
pub type RuleId = String;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant,)*
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        // By hand, because the derived one would name the variants: it cannot see the text of a macro.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some([$($text),*])).into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// What can be wrong with the cells of a report.
    FaultCode {
        UnknownCell = "form.unknown_cell",
        BlockedCell = "form.blocked_cell",
        WrongType = "form.wrong_type",
        NotANumber = "form.not_a_number",
        NotWhole = "form.not_whole",
        TooManyDecimals = "form.too_many_decimals",
        TooLarge = "form.too_large",
        BelowMin = "form.below_min",
        AboveMax = "form.above_max",
        TooLong = "form.too_long",
        BadCharacter = "form.bad_character",
        NotADate = "form.not_a_date",
        NotAnOption = "form.not_an_option",
        MustApply = "form.must_apply",
        RequiredMissing = "form.required_missing",
        TooFewRows = "form.too_few_rows",
        TooManyRows = "form.too_many_rows",
        RuleBroken = "form.rule_broken",
        PrefillUnconfirmed = "form.prefill_unconfirmed",
    }
}

codes! {
    /// What can be wrong with the definition of a form.
    DefinitionCode {
        Empty = "form.definition.empty",
        TooLong = "form.definition.too_long",
        TooManyCells = "form.definition.too_many_cells",
        TooManyReferences = "form.definition.too_many_references",
        InvalidKey = "form.definition.invalid_key",
        DuplicateKey = "form.definition.duplicate_key",
        UnknownDictionary = "form.definition.unknown_dictionary",
        MissingType = "form.definition.missing_type",
        ScaleTooLarge = "form.definition.scale_too_large",
        RowLimits = "form.definition.row_limits",
        CellsOfDynamicRows = "form.definition.cells_of_dynamic_rows",
        BoundMismatch = "form.definition.bound_mismatch",
        BoundsReversed = "form.definition.bounds_reversed",
        RollUpMismatch = "form.definition.roll_up_mismatch",
        PrefillMismatch = "form.definition.prefill_mismatch",
        WeightNotSummed = "form.definition.weight_not_summed",
        FormulaNeedsSums = "form.definition.formula_needs_sums",
        Syntax = "form.definition.syntax",
        TooDeep = "form.definition.too_deep",
        UnknownFunction = "form.definition.unknown_function",
        WrongArguments = "form.definition.wrong_arguments",
        UnknownReference = "form.definition.unknown_reference",
        NoCurrentCell = "form.definition.no_current_cell",
        RangeNotAllowed = "form.definition.range_not_allowed",
        EmptyRange = "form.definition.empty_range",
        TypeMismatch = "form.definition.type_mismatch",
        Cycle = "form.definition.cycle",
    }
}

/// Why a cell cannot hold what was put into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("{code} {params:?}")]
pub struct CellFault {
    pub code: FaultCode,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub params: Params,
}

impl CellFault {
    pub(crate) fn new(code: FaultCode) -> Self {
        Self { code, params: Params::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// One thing found by checking a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    pub code: FaultCode,
    pub severity: Severity,
    /// The cells to mark; none when it concerns a whole section (`params.section`).
    pub cells: Vec<CellKey>,
    /// The broken rule: an explanation is kept under this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// The form's own sentence, for a broken rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub params: Params,
}

impl Finding {
    pub(crate) fn of_cell(key: CellKey, fault: CellFault) -> Self {
        Self {
            code: fault.code,
            severity: Severity::Hard,
            cells: vec![key],
            rule: None,
            message: None,
            params: fault.params,
        }
    }
}

/// One fault of a form's definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("{path}: {code} {params:?}")]
pub struct DefinitionFault {
    /// JSON pointer into the definition, as `/sections/0/columns/2/cell/type`.
    pub path: String,
    pub code: DefinitionCode,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub params: Params,
}

impl DefinitionFault {
    pub(crate) fn new(path: impl Into<String>, code: DefinitionCode) -> Self {
        Self { path: path.into(), code, params: Params::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}
