//! The parts of a form that fit across: what an official of a town keeps as one table with a line for each village.
//!
//! A section of one column (a list of questions) goes across whole, and so does one of few cells; of any other, one
//! printed row at a time, as the town's own spreadsheets have it: one indicator for all villages, then the next.
//! Dynamic rows belong to one village alone and are filled on its own page.

use fupin_form::{CellSpec, Form};

/// The most cells that go across together where a section has several rows and columns.
const MOST_ACROSS: usize = 10;

/// Some cells of the form, in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    pub title: String,
    pub keys: Vec<String>,
    /// The head over each cell: its title and unit of measure.
    pub heads: Vec<(String, Option<String>)>,
}

/// All strips of a form, in its order; those without a cell that a person fills are left out.
pub fn strips(form: &Form) -> Vec<Strip> {
    let mut all = Vec::new();
    for section in form.sections().iter().filter(|section| !section.is_dynamic()) {
        let (rows, columns) = (section.fixed_rows(), section.columns.len());
        let cells = |row: usize| (0..columns).filter_map(move |column| form.cells().get(section.index_at(row, column)));
        if columns == 1 || rows.len() == 1 || rows.len() * columns <= MOST_ACROSS {
            let title = |spec: &CellSpec| match (columns, rows.len()) {
                (1, _) => spec.row_label.clone(),
                (_, 1) => spec.column_title.clone(),
                (_, _) => format!("{} / {}", spec.row_label, spec.column_title),
            };
            let specs = (0..rows.len()).flat_map(cells);
            all.extend(strip(section.title.clone(), specs.map(|spec| (title(spec), spec))));
        } else {
            let by_row = rows.iter().enumerate().filter_map(|(row, printed)| {
                let specs = cells(row).map(|spec| (spec.column_title.clone(), spec));
                strip(format!("{} · {}", section.title, printed.label), specs)
            });
            all.extend(by_row);
        }
    }
    all
}

fn strip<'f>(title: String, cells: impl Iterator<Item = (String, &'f CellSpec)>) -> Option<Strip> {
    let cells: Vec<(String, &CellSpec)> = cells.collect();
    let is_filled = cells.iter().any(|(_, spec)| spec.is_fillable());
    is_filled.then(|| Strip {
        title,
        keys: cells.iter().map(|(_, spec)| spec.key.as_str().to_owned()).collect(),
        heads: cells.iter().map(|(title, spec)| (title.clone(), spec.unit.clone())).collect(),
    })
}

#[cfg(test)]
mod tests {
    use fupin_form::Form;
    use serde_json::{Value, json};

    use super::strips;

    fn form(rows: usize, columns: usize) -> Form {
        let column = |at: usize| json!({"key": format!("c{at}"), "title": format!("C{at}"), "cell": {"type": "integer", "unit": "人"}});
        let row = |at: usize| json!({"key": format!("r{at}"), "label": format!("R{at}")});
        let sections: Value = json!([
            {"key": "a", "title": "A", "row_header": "x", "columns": (0..columns).map(column).collect::<Vec<_>>(),
             "rows": {"fixed": (0..rows).map(row).collect::<Vec<_>>()}},
            {"key": "d", "title": "D", "row_header": "x", "columns": [column(0)], "rows": {"dynamic": {"min": 0, "max": 9}}}
        ]);
        Form::compile(serde_json::from_value(json!({"code": "t", "title": "T", "sections": sections})).unwrap())
            .unwrap()
    }

    fn titles(form: &Form) -> Vec<(String, usize)> {
        strips(form).into_iter().map(|strip| (strip.title, strip.keys.len())).collect()
    }

    #[test]
    fn a_list_of_questions_goes_across_whole() {
        let across = strips(&form(12, 1));
        assert_eq!((across.len(), across[0].keys.len()), (1, 12));
        assert_eq!(across[0].heads[3], ("R3".to_owned(), Some("人".to_owned())));
    }

    #[test]
    fn of_a_large_section_each_printed_row_is_a_strip_of_its_own() {
        let wanted = [("A · R0".to_owned(), 6), ("A · R1".to_owned(), 6)];
        assert_eq!(titles(&form(2, 6)), wanted);
        assert_eq!(strips(&form(2, 6))[1].keys[5], "a.r1.c5");
    }

    #[test]
    fn a_small_section_goes_across_whole_with_row_and_column_over_each_cell() {
        let across = strips(&form(2, 3));
        assert_eq!((across.len(), across[0].heads[4].0.as_str()), (1, "R1 / C1"));
    }
}
