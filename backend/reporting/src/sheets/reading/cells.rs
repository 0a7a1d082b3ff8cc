//! One cell of a spreadsheet, read by the type of the form's cell. Pure.

use fupin_contract::Fault;
use fupin_form::{Cell, CellKind, CellSpec, display_cell, parse_entry};
use fupin_sheet::Typed;

use crate::{export::workbook::formats::EXACT_DIGITS, fill::rules::fault_of};

/// A cell, and what had to be made of it first.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub cell: Cell,
    pub note: Option<Fault>,
}

/// What an open cell holds.
pub fn read(spec: &CellSpec, typed: Option<&Typed>) -> Result<Read, Fault> {
    let plain = |text: &str| parse_entry(spec, text).map(|cell| Read { cell, note: None }).map_err(fault_of);
    match (typed, &spec.kind) {
        (None, _) => Ok(Read { cell: Cell::Blank, note: None }),
        (Some(Typed::Broken(error)), _) => {
            Err(Fault::new("reporting.cell_broken_formula").with("error", error.as_str()))
        }
        (Some(Typed::Truth(_)), _) => Err(Fault::new("form.wrong_type")),
        (Some(Typed::Text(text)), _) => {
            let read = plain(text)?;
            Ok(Read { note: full_width(spec, text, &read.cell), ..read })
        }
        (Some(Typed::Number(number)), CellKind::Text { .. }) if digits(number) > EXACT_DIGITS => {
            Err(Fault::new("reporting.cell_digits_lost"))
        }
        // A number in a cell for dates is the count of days that spreadsheets keep, or nothing of the kind.
        (Some(Typed::Number(_)), CellKind::Date) => Err(Fault::new("form.not_a_date")),
        (Some(Typed::Number(number)), _) => plain(number),
        (Some(Typed::Date(date)), CellKind::Date | CellKind::Text { .. }) => plain(date),
        (Some(Typed::Date(_)), _) => Err(Fault::new("form.not_a_number")),
    }
}

fn digits(number: &str) -> usize {
    number.bytes().filter(u8::is_ascii_digit).count()
}

/// Full-width digits and signs are read, and the person is told how.
fn full_width(spec: &CellSpec, text: &str, cell: &Cell) -> Option<Fault> {
    let is_wide = |sign: char| ('\u{ff01}'..='\u{ff5e}').contains(&sign);
    let is_value = match (&spec.kind, cell) {
        (CellKind::Text { .. }, _) | (_, Cell::Blank | Cell::NotApplicable) => false,
        (_, Cell::Integer(_) | Cell::Text(_)) => true,
    };
    let typed = Typed::Text(text.trim().to_owned()).shown();
    let note = || Fault::new("reporting.cell_full_width").with("typed", typed).with("read", display_cell(spec, cell));
    (is_value && text.contains(is_wide)).then(note)
}

#[cfg(test)]
mod tests {
    use fupin_form::Form;

    use super::*;

    fn form() -> Form {
        let cell =
            |key: &str, kind: serde_json::Value| serde_json::json!({"key": key, "title": key, "cell": {"type": kind}});
        let definition = serde_json::json!({
            "code": "a", "title": "a",
            "sections": [{
                "key": "s", "title": "s", "row_header": "s",
                "columns": [
                    cell("n", "integer".into()), cell("m", "money".into()), cell("d", "date".into()),
                    cell("t", serde_json::json!({"text": {"max_len": 20}})),
                    cell("c", serde_json::json!({"choice": {"options": [{"code": "a", "label": "一般"}]}}))
                ],
                "rows": {"fixed": [{"key": "r", "label": "r"}]}
            }]
        });
        Form::compile(serde_json::from_value(definition).unwrap()).unwrap()
    }

    fn cell(column: &str, typed: Typed) -> Result<Cell, String> {
        let form = form();
        let spec = form.cell(&format!("s.r.{column}")).unwrap();
        read(spec, Some(&typed)).map(|read| read.cell).map_err(|fault| fault.code)
    }

    fn text(text: &str) -> Typed {
        Typed::Text(text.to_owned())
    }

    fn number(number: &str) -> Typed {
        Typed::Number(number.to_owned())
    }

    #[test]
    fn what_is_typed_is_read_by_the_type_of_the_cell() {
        assert_eq!(cell("n", number("12")), Ok(Cell::Integer(12)));
        assert_eq!(cell("n", text(" 1,234 ")), Ok(Cell::Integer(1234)));
        assert_eq!(cell("m", number("0.3")), Ok(Cell::text("0.30")));
        assert_eq!(cell("d", Typed::Date("2026-11-23".to_owned())), Ok(Cell::text("2026-11-23")));
        assert_eq!(cell("d", text("2026年11月3日")), Ok(Cell::text("2026-11-03")));
        assert_eq!(cell("c", text("一般")), Ok(Cell::text("a")));
        assert_eq!(cell("t", number("20261123")), Ok(Cell::text("20261123")));
        assert_eq!(cell("n", text("不适用")), Ok(Cell::NotApplicable));
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_code() {
        let refused = [
            ("n", text("十二"), "form.not_a_number"),
            ("n", number("1.5"), "form.not_whole"),
            ("n", Typed::Date("2026-11-23".to_owned()), "form.not_a_number"),
            ("n", Typed::Truth(true), "form.wrong_type"),
            ("n", Typed::Broken("#REF!".to_owned()), "reporting.cell_broken_formula"),
            ("d", number("46000"), "form.not_a_date"),
            ("c", text("特殊"), "form.not_an_option"),
            ("t", number("980100200001011000"), "reporting.cell_digits_lost"),
        ];
        for (column, typed, code) in refused {
            assert_eq!(cell(column, typed.clone()), Err(code.to_owned()), "{column} {typed:?}");
        }
    }

    #[test]
    fn full_width_digits_are_read_with_a_note() {
        let form = form();
        let read = read(form.cell("s.r.n").unwrap(), Some(&text("１２３"))).unwrap();
        assert_eq!((read.cell, read.note.unwrap().params["read"].clone()), (Cell::Integer(123), "123".into()));
    }
}
