//! Turning names into cells: a tree from the parser becomes an expression over a form's cells,
//! with types checked.
//! Invariants: an expression that comes out refers only to cells that exist, and calculates
//! without type errors; a range stands only where an aggregate takes it.

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;

use crate::evaluate::{Aggregate, Arithmetic, Comparison, Expression, Operand, Reference};
use crate::parse::{Operator, ParseFault, Path, Step, Tree};
use crate::{CellKind, CellSpec, DefinitionCode, Section};

/// From where names are seen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope {
    pub section: Option<usize>,
    /// Place of the row in a fixed section; 0 for the row of a dynamic section.
    pub row: Option<usize>,
    pub column: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolver<'a> {
    pub sections: &'a [Section],
    pub cells: &'a [CellSpec],
    pub scope: Scope,
}

/// What is wrong: a code, and the words for its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResolveFault {
    pub code: DefinitionCode,
    pub params: Vec<(&'static str, String)>,
}

impl ResolveFault {
    pub fn new(code: DefinitionCode, name: &'static str, value: impl ToString) -> Self {
        Self { code, params: vec![(name, value.to_string())] }
    }
}

impl From<ParseFault> for ResolveFault {
    fn from(fault: ParseFault) -> Self {
        Self { code: fault.code, params: vec![("at", fault.at.to_string()), ("found", fault.found)] }
    }
}

type Resolved<T> = Result<T, ResolveFault>;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    One(Reference),
    Cells(Vec<u32>),
    Column { section: u32, column: u32 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Date,
    Text,
    Truth,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::Text => "text",
            Self::Truth => "truth",
        }
    }
}

impl<'a> Resolver<'a> {
    /// A formula: an expression that answers a number.
    pub fn formula(&self, text: &str) -> Resolved<Expression> {
        self.of_kind(&crate::parse::expression(text)?, Kind::Number)
    }

    /// A rule: an expression that answers true or false.
    pub fn rule(&self, text: &str) -> Resolved<Expression> {
        self.of_kind(&crate::parse::expression(text)?, Kind::Truth)
    }

    /// A reference to exactly one cell.
    pub fn single(&self, text: &str) -> Resolved<Reference> {
        let path = crate::parse::reference(text)?;
        match self.target(&path)? {
            Target::One(reference) => Ok(reference),
            Target::Cells(_) | Target::Column { .. } => {
                Err(ResolveFault::new(DefinitionCode::RangeNotAllowed, "reference", path.written))
            }
        }
    }

    /// A reference to one or many cells, but not to all rows of a dynamic section.
    pub fn marks(&self, text: &str) -> Resolved<Vec<Reference>> {
        let path = crate::parse::reference(text)?;
        match self.target(&path)? {
            Target::One(reference) => Ok(vec![reference]),
            Target::Cells(cells) => Ok(cells.into_iter().map(Reference::Cell).collect()),
            Target::Column { .. } => Err(ResolveFault::new(DefinitionCode::RangeNotAllowed, "reference", path.written)),
        }
    }

    fn target(&self, path: &Path) -> Resolved<Target> {
        let unknown = || ResolveFault::new(DefinitionCode::UnknownReference, "reference", &path.written);
        let no_current = || ResolveFault::new(DefinitionCode::NoCurrentCell, "reference", &path.written);
        let number = match &path.section {
            Some(key) => self.sections.iter().position(|section| section.key == *key).ok_or_else(unknown)?,
            None => self.scope.section.ok_or_else(no_current)?,
        };
        let here = self.scope.section == Some(number);
        let section = &self.sections[number];
        let columns = steps(
            &path.column,
            section.columns.iter().map(|column| column.key.as_str()),
            self.scope.column.filter(|_| here),
        );
        let columns = columns.map_err(|missing| if missing { no_current() } else { unknown() })?;
        if section.is_dynamic() {
            let [column] = columns.as_slice() else {
                return Err(ResolveFault::new(DefinitionCode::RangeNotAllowed, "reference", &path.written));
            };
            let (section, column) = (number as u32, *column as u32);
            return match path.row {
                Step::Current if here && self.scope.row.is_some() => {
                    Ok(Target::One(Reference::InRow { section, column }))
                }
                Step::All => Ok(Target::Column { section, column }),
                Step::Current => Err(no_current()),
                Step::Named(_) | Step::Range(..) => Err(unknown()),
            };
        }
        let rows =
            steps(&path.row, section.fixed_rows().iter().map(|row| row.key.as_str()), self.scope.row.filter(|_| here));
        let rows = rows.map_err(|missing| if missing { no_current() } else { unknown() })?;
        let is_one = |step: &Step| matches!(step, Step::Named(_) | Step::Current);
        if let ([row], [column], true) =
            (rows.as_slice(), columns.as_slice(), is_one(&path.row) && is_one(&path.column))
        {
            return Ok(Target::One(Reference::Cell(section.index_at(*row, *column) as u32)));
        }
        let cells = rows.iter().flat_map(|row| columns.iter().map(|column| section.index_at(*row, *column)));
        let cells: Vec<u32> =
            cells.filter(|index| self.cells[*index].kind != CellKind::Blocked).map(|index| index as u32).collect();
        if cells.is_empty() {
            return Err(ResolveFault::new(DefinitionCode::EmptyRange, "reference", &path.written));
        }
        Ok(Target::Cells(cells))
    }

    fn of_kind(&self, tree: &Tree, expected: Kind) -> Resolved<Expression> {
        let (expression, kind) = self.resolve(tree)?;
        // A blocked cell has no type of its own and fits everywhere.
        if kind.is_none_or(|kind| kind == expected) { Ok(expression) } else { Err(mismatch(expected.name(), kind)) }
    }

    fn resolve(&self, tree: &Tree) -> Resolved<(Expression, Option<Kind>)> {
        let number = |expression| Ok((expression, Some(Kind::Number)));
        match tree {
            Tree::Number(value) => number(Expression::Number(*value)),
            Tree::Text(text) => Ok((Expression::Text(text.as_str().into()), Some(Kind::Text))),
            Tree::Path(path) => match self.target(path)? {
                Target::One(reference) => Ok((Expression::Cell(reference), self.kind_of(reference))),
                Target::Cells(_) | Target::Column { .. } => {
                    Err(ResolveFault::new(DefinitionCode::RangeNotAllowed, "reference", &path.written))
                }
            },
            Tree::Negate(inner) => number(Expression::Negate(Box::new(self.of_kind(inner, Kind::Number)?))),
            Tree::Not(inner) => Ok((Expression::Not(Box::new(self.of_kind(inner, Kind::Truth)?)), Some(Kind::Truth))),
            Tree::Call { name, arguments } => self.call(name, arguments),
            Tree::Binary(operator, sides) => self.binary(*operator, sides),
        }
    }

    fn kind_of(&self, reference: Reference) -> Option<Kind> {
        match self.spec(reference).kind {
            CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money | CellKind::Computed { .. } => {
                Some(Kind::Number)
            }
            CellKind::Text { .. } | CellKind::Choice { .. } => Some(Kind::Text),
            CellKind::Date => Some(Kind::Date),
            CellKind::Blocked => None,
        }
    }

    fn spec(&self, reference: Reference) -> &'a CellSpec {
        match reference {
            Reference::Cell(index) => &self.cells[index as usize],
            Reference::InRow { section, column } => {
                &self.cells[self.sections[section as usize].first + column as usize]
            }
        }
    }

    fn binary(&self, operator: Operator, sides: &[Tree; 2]) -> Resolved<(Expression, Option<Kind>)> {
        let arithmetic = match operator {
            Operator::Or | Operator::And => {
                let parts = Box::new([self.of_kind(&sides[0], Kind::Truth)?, self.of_kind(&sides[1], Kind::Truth)?]);
                let joined = if operator == Operator::Or { Expression::Any(parts) } else { Expression::All(parts) };
                return Ok((joined, Some(Kind::Truth)));
            }
            Operator::Equal => return self.compare(Comparison::Equal, sides),
            Operator::NotEqual => return self.compare(Comparison::NotEqual, sides),
            Operator::Less => return self.compare(Comparison::Less, sides),
            Operator::AtMost => return self.compare(Comparison::AtMost, sides),
            Operator::Greater => return self.compare(Comparison::Greater, sides),
            Operator::AtLeast => return self.compare(Comparison::AtLeast, sides),
            Operator::Add => Arithmetic::Add,
            Operator::Subtract => Arithmetic::Subtract,
            Operator::Multiply => Arithmetic::Multiply,
            Operator::Divide => Arithmetic::Divide,
        };
        let ((left, left_kind), (right, right_kind)) = (self.resolve(&sides[0])?, self.resolve(&sides[1])?);
        let are_dates = left_kind == Some(Kind::Date) && right_kind == Some(Kind::Date);
        if !(are_dates && arithmetic == Arithmetic::Subtract) {
            for kind in [left_kind, right_kind].into_iter().flatten() {
                if kind != Kind::Number {
                    return Err(mismatch(Kind::Number.name(), Some(kind)));
                }
            }
        }
        Ok((Expression::Arithmetic(arithmetic, Box::new([left, right])), Some(Kind::Number)))
    }

    fn compare(&self, comparison: Comparison, sides: &[Tree; 2]) -> Resolved<(Expression, Option<Kind>)> {
        let (mut left, mut left_kind) = self.resolve(&sides[0])?;
        let (mut right, mut right_kind) = self.resolve(&sides[1])?;
        self.fit_literal(&mut left, &mut left_kind, &right, right_kind)?;
        self.fit_literal(&mut right, &mut right_kind, &left, left_kind)?;
        if let (Some(left), Some(right)) = (left_kind, right_kind) {
            let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
            if left != right || left == Kind::Truth || (left == Kind::Text && !is_equality) {
                return Err(mismatch(left.name(), Some(right)));
            }
        }
        Ok((Expression::Compare(comparison, Box::new([left, right])), Some(Kind::Truth)))
    }

    /// A quoted text beside a date is a date; beside a choice it must be one of its codes.
    fn fit_literal(
        &self,
        side: &mut Expression,
        kind: &mut Option<Kind>,
        other: &Expression,
        other_kind: Option<Kind>,
    ) -> Resolved<()> {
        let Expression::Text(text) = &*side else {
            return Ok(());
        };
        if other_kind == Some(Kind::Date) {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map_err(|_| mismatch(Kind::Date.name(), Some(Kind::Text)))?;
            *side = Expression::Date(date);
            *kind = Some(Kind::Date);
            return Ok(());
        }
        let Expression::Cell(reference) = other else {
            return Ok(());
        };
        match &self.spec(*reference).kind {
            // Without options the fault is that of the dictionary, and reported there.
            CellKind::Choice { options }
                if !options.is_empty() && !options.iter().any(|option| option.code == **text) =>
            {
                Err(ResolveFault::new(DefinitionCode::UnknownReference, "reference", text))
            }
            CellKind::Choice { .. }
            | CellKind::Integer
            | CellKind::Decimal { .. }
            | CellKind::Money
            | CellKind::Text { .. }
            | CellKind::Date
            | CellKind::Computed { .. }
            | CellKind::Blocked => Ok(()),
        }
    }

    fn call(&self, name: &str, arguments: &[Tree]) -> Resolved<(Expression, Option<Kind>)> {
        let number = |expression| Ok((expression, Some(Kind::Number)));
        let truth = |expression| Ok((expression, Some(Kind::Truth)));
        match (name, arguments) {
            ("sum", _) => number(self.aggregate(name, Aggregate::Sum, arguments)?),
            ("avg", _) => number(self.aggregate(name, Aggregate::Average, arguments)?),
            ("min", _) => number(self.aggregate(name, Aggregate::Min, arguments)?),
            ("max", _) => number(self.aggregate(name, Aggregate::Max, arguments)?),
            ("count", _) => number(self.aggregate(name, Aggregate::Count, arguments)?),
            ("if", [condition, yes, no]) => {
                let condition = self.of_kind(condition, Kind::Truth)?;
                let ((yes, yes_kind), (no, no_kind)) = (self.resolve(yes)?, self.resolve(no)?);
                if let (Some(yes), Some(no)) = (yes_kind, no_kind)
                    && yes != no
                {
                    return Err(mismatch(yes.name(), Some(no)));
                }
                Ok((Expression::If(Box::new([condition, yes, no])), yes_kind.or(no_kind)))
            }
            ("blank", [inner]) => truth(Expression::IsBlank(Box::new(self.resolve(inner)?.0))),
            ("na", [inner]) => truth(Expression::IsNotApplicable(Box::new(self.resolve(inner)?.0))),
            ("abs", [inner]) => number(Expression::Absolute(Box::new(self.of_kind(inner, Kind::Number)?))),
            ("round", [inner, Tree::Number(scale)])
                if scale.is_integer() && scale.to_u32().is_some_and(|scale| scale <= 9) =>
            {
                number(Expression::Round(Box::new(self.of_kind(inner, Kind::Number)?), scale.to_u32().unwrap_or(0)))
            }
            ("if" | "blank" | "na" | "abs" | "round", _) => {
                Err(ResolveFault::new(DefinitionCode::WrongArguments, "function", name))
            }
            (_, _) => Err(ResolveFault::new(DefinitionCode::UnknownFunction, "function", name)),
        }
    }

    fn aggregate(&self, name: &str, aggregate: Aggregate, arguments: &[Tree]) -> Resolved<Expression> {
        if arguments.is_empty() {
            return Err(ResolveFault::new(DefinitionCode::WrongArguments, "function", name));
        }
        let operands = arguments.iter().map(|argument| self.operand(aggregate, argument));
        Ok(Expression::Aggregate(aggregate, operands.collect::<Resolved<_>>()?))
    }

    fn operand(&self, aggregate: Aggregate, argument: &Tree) -> Resolved<Operand> {
        let target = match argument {
            Tree::Path(path) => Some(self.target(path)?),
            Tree::Number(_) | Tree::Text(_) | Tree::Call { .. } | Tree::Negate(_) | Tree::Not(_) | Tree::Binary(..) => {
                None
            }
        };
        let check = |reference| match self.kind_of(reference) {
            Some(kind) if kind != Kind::Number && aggregate != Aggregate::Count => {
                Err(mismatch(Kind::Number.name(), Some(kind)))
            }
            Some(_) | None => Ok(()),
        };
        match target {
            Some(Target::Cells(cells)) => {
                cells.iter().try_for_each(|index| check(Reference::Cell(*index)))?;
                Ok(Operand::Cells(cells.into()))
            }
            Some(Target::Column { section, column }) => {
                check(Reference::InRow { section, column })?;
                Ok(Operand::Column { section, column })
            }
            Some(Target::One(reference)) => {
                check(reference)?;
                Ok(Operand::One(Expression::Cell(reference)))
            }
            None if aggregate == Aggregate::Count => {
                self.resolve(argument).map(|(expression, _)| Operand::One(expression))
            }
            None => self.of_kind(argument, Kind::Number).map(Operand::One),
        }
    }
}

fn mismatch(expected: &str, found: Option<Kind>) -> ResolveFault {
    let found = found.map_or("nothing", Kind::name).to_owned();
    ResolveFault {
        code: DefinitionCode::TypeMismatch,
        params: vec![("expected", expected.to_owned()), ("found", found)],
    }
}

/// The places that a step names; `Err(true)` when it means the current place and there is none.
fn steps<'k>(
    step: &Step,
    keys: impl Iterator<Item = &'k str> + Clone,
    current: Option<usize>,
) -> Result<Vec<usize>, bool> {
    let find = |key: &str| keys.clone().position(|other| other == key).ok_or(false);
    match step {
        Step::Current => current.map(|at| vec![at]).ok_or(true),
        Step::Named(key) => find(key).map(|at| vec![at]),
        Step::All => Ok((0..keys.clone().count()).collect()),
        Step::Range(first, last) => {
            let (first, last) = (find(first)?, find(last)?);
            if first <= last { Ok((first..=last).collect()) } else { Err(false) }
        }
    }
}
