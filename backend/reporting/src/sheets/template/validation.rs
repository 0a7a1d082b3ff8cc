//! What a spreadsheet program lets a person type into an open cell. It is a help: whatever comes back is judged again.

use fupin_form::{CellKind, CellSpec, NOT_APPLICABLE_WORD, Value};
use rust_xlsxwriter::{DataValidation, Formula, Worksheet, XlsxError, utility::column_number_to_name};

use super::super::{
    layout::{Slot, Spot},
    words,
};

/// The most that a list within a validation, or a sentence of it, may come to.
const MOST_CHARACTERS: usize = 255;
/// The first column of the hidden sheet that holds no marks.
const FIRST_LIST: u16 = 5;

/// The column of the hidden sheet that holds a list.
pub fn list_column(at: usize) -> Result<u16, XlsxError> {
    u16::try_from(at).ok().and_then(|at| at.checked_add(FIRST_LIST)).ok_or(XlsxError::RowColumnLimitError)
}

/// One validation for all neighbours that ask for the same.
pub fn add(page: &mut Worksheet, slots: &[&Slot<'_>], lists: &mut Vec<Vec<String>>) -> Result<(), XlsxError> {
    let mut open: Vec<&Slot<'_>> = slots.iter().copied().filter(|slot| slot.spec.is_fillable()).collect();
    open.sort_by_key(|slot| (slot.spot.column, slot.spot.row));
    for run in open.chunk_by(|above, below| follows(above.spot, below.spot) && alike(above.spec, below.spec)) {
        let [first, ..] = run else { continue };
        let Spot { row, column, .. } = first.spot;
        let last = row + (run.len() as u32 - 1);
        page.add_data_validation(row, column, last, column, &validation(first, lists)?)?;
    }
    Ok(())
}

fn follows(above: Spot, below: Spot) -> bool {
    above.column == below.column && above.row + 1 == below.row
}

fn alike(one: &CellSpec, other: &CellSpec) -> bool {
    let asked = |spec: &CellSpec| {
        (
            spec.kind.clone(),
            spec.min.clone(),
            spec.max.clone(),
            spec.always_applies,
            spec.hint.clone(),
            spec.unit.clone(),
        )
    };
    asked(one) == asked(other)
}

fn validation(slot: &Slot<'_>, lists: &mut Vec<Vec<String>>) -> Result<DataValidation, XlsxError> {
    let (spec, address) = (slot.spec, slot.spot.address());
    let plain = DataValidation::new();
    let ruled = match &spec.kind {
        CellKind::Choice { options } => {
            let words = options.iter().map(|option| option.label.clone());
            let not_applicable = (!spec.always_applies).then(|| NOT_APPLICABLE_WORD.to_owned());
            choice(plain, words.chain(not_applicable).collect(), lists)?
        }
        CellKind::Text { max_len } => plain.allow_custom(Formula::new(format!("LEN({address})<={max_len}"))),
        CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money | CellKind::Date => {
            plain.allow_custom(Formula::new(number_rule(spec, &address)))
        }
        CellKind::Computed { .. } | CellKind::Blocked => plain.allow_any_value(),
    };
    let refused = ruled.set_error_title(words::REFUSED_TITLE)?.set_error_message(cut(&words::demand(spec)))?;
    let hint = [spec.hint.clone(), spec.unit.as_ref().map(|unit| format!("（{unit}）"))];
    let hint: String = hint.into_iter().flatten().collect();
    if hint.is_empty() { Ok(refused) } else { refused.set_input_message(cut(&hint)) }
}

/// A list within the validation, or where it is too long for that, on the hidden sheet.
fn choice(
    plain: DataValidation,
    words: Vec<String>,
    lists: &mut Vec<Vec<String>>,
) -> Result<DataValidation, XlsxError> {
    let length: usize = words.iter().map(|word| word.encode_utf16().count() + 1).sum();
    if length <= MOST_CHARACTERS && words.iter().all(|word| !word.contains([',', '"'])) {
        return plain.allow_list_strings(&words);
    }
    let at = lists.iter().position(|list| *list == words).unwrap_or_else(|| {
        lists.push(words.clone());
        lists.len() - 1
    });
    let column = column_number_to_name(list_column(at)?);
    let list = format!("'{}'!${column}$1:${column}${}", words::MARKS_SHEET, words.len());
    Ok(plain.allow_list_formula(Formula::new(list)))
}

fn number_rule(spec: &CellSpec, address: &str) -> String {
    let whole = |scale: u32| format!("ROUND({address},{scale})={address}");
    let mut parts = vec![format!("ISNUMBER({address})")];
    match &spec.kind {
        CellKind::Date => parts.push(format!("{address}=INT({address})")),
        kind => parts.extend(kind.scale().map(whole)),
    }
    for (sign, bound) in [(">=", &spec.min), ("<=", &spec.max)] {
        let bound = match bound {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Date(date)) => date.format("DATE(%Y,%-m,%-d)").to_string(),
            Some(Value::Blank | Value::NotApplicable | Value::Text(_)) | None => continue,
        };
        parts.push(format!("{address}{sign}{bound}"));
    }
    // `AND` would look at a word as if it were a number: `IF` looks at the rest only when there is one.
    let number = format!("IF({},AND({}),FALSE)", parts[0], parts[1..].join(","));
    if spec.always_applies { number } else { format!("IF({address}=\"{NOT_APPLICABLE_WORD}\",TRUE,{number})") }
}

fn cut(sentence: &str) -> String {
    sentence.chars().take(MOST_CHARACTERS).collect()
}
