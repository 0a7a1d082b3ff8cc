//! The official head of a section: merged cells, units of measure, the corner over the row labels;
//! and the names of items.

use fupin_form::{CellKind, Form, Measure, MeasureKind, Section};
use yew::prelude::*;

use crate::i18n::tp;

/// The unit of measure that all cells of a column share.
fn column_unit(form: &Form, section: &Section, column: usize) -> Option<String> {
    let rows = if section.is_dynamic() { 1 } else { section.fixed_rows().len() };
    let mut units = (0..rows)
        .filter_map(|row| form.cells().get(section.index_at(row, column)))
        .filter(|spec| !matches!(spec.kind, CellKind::Blocked))
        .map(|spec| spec.unit.clone());
    let first = units.next().flatten()?;
    units.all(|unit| unit.as_ref() == Some(&first)).then_some(first)
}

/// The head of a section's table. `last` adds a column without a title for acts on rows.
pub fn head(form: &Form, section: &Section, last: Option<String>) -> Html {
    let depth = section.header.len();
    // Walking the rows, the columns that each head cell covers: only leaves carry a unit.
    let mut taken = vec![vec![false; section.columns.len()]; depth];
    let rows = section.header.iter().enumerate().map(|(level, cells)| {
        let mut column = 0;
        let heads: Vec<Html> = cells.iter().map(|cell| {
            while taken.get(level).and_then(|row| row.get(column)).copied().unwrap_or(false) {
                column += 1;
            }
            let is_leaf = cell.colspan == 1 && level + cell.rowspan == depth;
            let unit = if is_leaf { column_unit(form, section, column) } else { None };
            for row in taken.iter_mut().skip(level).take(cell.rowspan) {
                row.iter_mut().skip(column).take(cell.colspan).for_each(|place| *place = true);
            }
            column += cell.colspan;
            html! {
                <th scope={if is_leaf { "col" } else { "colgroup" }} rowspan={cell.rowspan.to_string()} colspan={cell.colspan.to_string()}>
                    { cell.title.clone() }
                    if let Some(unit) = unit { <span class="unit">{ format!("（{unit}）") }</span> }
                </th>
            }
        }).collect();
        let corner = (level == 0).then(|| html! { <th class="corner" scope="col" rowspan={depth.to_string()}>{ section.row_header.clone() }</th> });
        let acts = last.clone().filter(|_| level == 0).map(|title| html! { <th scope="col" rowspan={depth.to_string()} class="no-print">{ title }</th> });
        html! { <tr>{ corner }{ for heads }{ acts }</tr> }
    });
    html! { <thead>{ for rows.collect::<Vec<_>>() }</thead> }
}

/// The class that indents a row label.
pub fn indent(depth: u8) -> Option<&'static str> {
    match depth {
        0 => None,
        1 => Some("indent-1"),
        2 => Some("indent-2"),
        3.. => Some("indent-3"),
    }
}

/// Whether units can be compared by what an item adds up to.
fn is_compared(measure: &Measure) -> bool {
    !measure.is_date && measure.kind != MeasureKind::Last
}

/// Whether an item is among those of [`items`].
pub fn has_item(form: &Form, key: &str) -> bool {
    form.measures().iter().any(|measure| measure.key.as_str() == key && is_compared(measure))
}

/// Everything that units can be compared by, by key and name.
pub fn items(form: &Form) -> Vec<(String, String)> {
    let named = form.measures().iter().filter(|measure| is_compared(measure)).filter_map(|measure| {
        let spec = form.cells().get(measure.cell)?;
        let name = if spec.row_label.is_empty() {
            spec.column_title.clone()
        } else {
            tp("grid.cell_label", &[("row", &spec.row_label), ("column", &spec.column_title)])
        };
        Some((measure.key.as_str().to_owned(), name))
    });
    named.collect()
}
