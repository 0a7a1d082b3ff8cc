//! What is wrong with a definition, by the place where it stands. Pure.

use fupin_contract::Fault;
use fupin_form::{DefinitionFault, FormDefinition, RowsDefinition};

use super::editing::Chosen;

/// What is to be chosen to mend a fault.
pub fn place_of(definition: &FormDefinition, path: &str) -> Chosen {
    let mut steps = path.split('/').skip(1);
    match (steps.next(), steps.next().and_then(|at| at.parse::<usize>().ok())) {
        (Some("rules"), Some(rule)) => Chosen::Rule(rule),
        (Some("sections"), Some(section)) => within_section(definition, section, &steps.collect::<Vec<_>>()),
        _ => Chosen::Form,
    }
}

fn within_section(definition: &FormDefinition, section: usize, steps: &[&str]) -> Chosen {
    let number = |at: usize| steps.get(at).and_then(|step| step.parse::<usize>().ok());
    match steps.first().copied() {
        Some("columns") => {
            let path: Vec<usize> = steps[1..].iter().step_by(2).map_while(|step| step.parse().ok()).collect();
            if path.is_empty() { Chosen::Section(section) } else { Chosen::Head { section, path } }
        }
        Some("rows") if steps.get(1) == Some(&"fixed") => {
            let rows = definition.sections.get(section).map(|section| &section.rows);
            match (number(2), rows) {
                (Some(row), Some(RowsDefinition::Fixed(rows))) if row < rows.len() => Chosen::Row { section, row },
                _ => Chosen::Section(section),
            }
        }
        Some("cells") => {
            let own = number(1).and_then(|at| definition.sections.get(section)?.cells.get(at));
            match own {
                Some(own) => Chosen::Cell { section, row: own.row.clone(), column: own.column.clone() },
                None => Chosen::Section(section),
            }
        }
        Some(_) | None => Chosen::Section(section),
    }
}

/// The place of what is chosen in the definition; none for an exception that is not there yet.
pub fn path_of(definition: &FormDefinition, chosen: &Chosen) -> Option<String> {
    Some(match chosen {
        Chosen::Form => String::new(),
        Chosen::Section(section) => format!("/sections/{section}"),
        Chosen::Head { section, path } => {
            let steps: Vec<String> = path.iter().map(ToString::to_string).collect();
            format!("/sections/{section}/columns/{}", steps.join("/children/"))
        }
        Chosen::Row { section, row } => format!("/sections/{section}/rows/fixed/{row}"),
        Chosen::Cell { section, row, column } => {
            let own = &definition.sections.get(*section)?.cells;
            let at = own.iter().position(|own| own.row == *row && own.column == *column)?;
            format!("/sections/{section}/cells/{at}")
        }
        Chosen::Rule(rule) => format!("/rules/{rule}"),
    })
}

/// A fault as the sentence of its code wants it.
pub fn as_fault(fault: &DefinitionFault) -> Fault {
    fault.params.iter().fold(Fault::new(fault.code.as_str()), |said, (name, value)| said.with(name, value.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_leads_to_what_mends_it_and_back() {
        let definition: FormDefinition = serde_json::from_value(serde_json::json!({
            "code": "a", "title": "a", "sections": [{
                "key": "s1", "title": "S", "row_header": "H",
                "columns": [{"title": "G", "children": [{"key": "c1", "title": "A"}]}],
                "rows": {"fixed": [{"key": "r1", "label": "R"}]},
                "cells": [{"row": "r1", "column": "c1", "cell": {"blocked": true}}]
            }]
        }))
        .unwrap();
        let head = Chosen::Head { section: 0, path: vec![0, 0] };
        let cell = Chosen::Cell { section: 0, row: "r1".into(), column: "c1".into() };
        for (path, chosen) in [
            ("/code", Chosen::Form),
            ("/sections/0/title", Chosen::Section(0)),
            ("/sections/0/columns/0/children/0/cell/type", head),
            ("/sections/0/rows/fixed/0/label", Chosen::Row { section: 0, row: 0 }),
            ("/sections/0/rows/fixed", Chosen::Section(0)),
            ("/sections/0/cells/0/cell/min", cell),
            ("/rules/2/expression", Chosen::Rule(2)),
        ] {
            assert_eq!(place_of(&definition, path), chosen, "{path}");
            let back = path_of(&definition, &chosen).unwrap();
            assert!(path.starts_with(&back), "{path} {back}");
        }
    }
}
