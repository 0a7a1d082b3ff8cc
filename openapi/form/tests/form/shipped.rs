//! The forms that ship with a province.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use fupin_form::{
    Cell, CellKey, CellKind, CellSpec, Cells, Form, FormDefinition, Severity, Sheet, Totals, Value, asked_twice, items,
    leaf, ready_to_submit,
};

fn shipped() -> Vec<(String, String)> {
    let provinces = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../backend/server/provinces");
    let folders = std::fs::read_dir(provinces).unwrap().map(|province| province.unwrap().path().join("forms"));
    let files = folders.filter(|folder| folder.is_dir()).flat_map(|folder| std::fs::read_dir(folder).unwrap());
    files
        .map(|file| file.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn compiled(name: &str, text: &str) -> Form {
    let definition: FormDefinition = serde_json::from_str(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    Form::compile(definition).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"))
}

/// A report with the same answer in every cell of a kind, and without a row that a clerk would add.
fn filled(form: &Form, number: i64) -> Cells {
    let answer = |kind: &CellKind| match kind {
        CellKind::Integer | CellKind::Money | CellKind::Decimal { .. } => Some(Cell::Integer(number)),
        CellKind::Date => Some(Cell::text("2026-11-20")),
        CellKind::Choice { options } => Some(Cell::text(options[0].code.as_str())),
        CellKind::Text { .. } => Some(Cell::text("情况正常")),
        CellKind::Computed { .. } | CellKind::Blocked => None,
    };
    let fixed = form.cells().iter().filter(|spec| !is_added_by_clerk(spec));
    fixed.filter_map(|spec| Some((spec.key.clone(), answer(&spec.kind)?))).collect()
}

fn is_added_by_clerk(spec: &CellSpec) -> bool {
    matches!(spec.key.parts(), Some((_, "*", _)))
}

#[test]
fn every_shipped_form_compiles_and_is_written_back_identically() {
    let shipped = shipped();
    assert_eq!(shipped.len(), 20);
    for (name, text) in shipped {
        let form = compiled(&name, &text);
        let original: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(form.definition()).unwrap(), original, "{name}");
        assert!(serde_json::to_string(form.definition()).unwrap().len() < 64 * 1024, "{name}");
    }
}

#[test]
fn each_shipped_form_has_its_own_title_and_the_next_number() {
    let definitions: Vec<FormDefinition> =
        shipped().iter().map(|(name, text)| compiled(name, text).definition().clone()).collect();
    let codes: BTreeSet<&str> = definitions.iter().map(|definition| definition.code.as_str()).collect();
    let numbered: Vec<String> = (1..=definitions.len()).map(|number| format!("琼巩固月{number:02}表")).collect();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), numbered);
    let titles: BTreeSet<&str> = definitions.iter().map(|definition| definition.title.as_str()).collect();
    assert_eq!(titles.len(), definitions.len());
}

#[test]
fn no_item_is_asked_for_in_two_forms() {
    let forms: Vec<(String, Form)> =
        shipped().into_iter().map(|(name, text)| (name.clone(), compiled(&name, &text))).collect();
    for (at, (name, form)) in forms.iter().enumerate() {
        assert!(!items(form).is_empty(), "{name}");
        for (other_name, other) in &forms[..at] {
            assert_eq!(asked_twice(form, other), [], "{name} and {other_name}");
        }
    }
}

#[test]
fn an_item_is_known_again_however_its_title_is_numbered_and_its_cell_is_called() {
    let (name, text) = shipped().into_iter().find(|(_, text)| text.contains("琼巩固月01表")).unwrap();
    let form = compiled(&name, &text);
    let asked = form.cells().iter().find(|spec| spec.is_fillable() && !spec.row_label.contains('计')).unwrap();
    let copied = |row: String, unit: Option<&str>| {
        let mut copy = serde_json::json!({
            "code": "另表", "title": "另一张表",
            "sections": [{
                "key": "z", "title": "另一部分", "row_header": "指标",
                "columns": [{"key": "y", "title": asked.column_title, "cell": {"type": "integer"}}],
                "rows": {"fixed": [{"key": "x", "label": row}]}
            }]
        });
        if let Some(unit) = unit {
            copy["sections"][0]["columns"][0]["cell"]["unit"] = unit.into();
        }
        compiled("copy", &copy.to_string())
    };
    let unit = asked.unit.as_deref();
    let again = asked_twice(&copied(format!("（三）其中: {}", asked.row_label), unit), &form);
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].here.as_str(), &again[0].there), ("z.x.y", &asked.key));
    assert_eq!(asked_twice(&copied(format!("新增{}", asked.row_label), unit), &form), []);
    assert_eq!(asked_twice(&copied(asked.row_label.clone(), Some("公里")), &form), [], "another unit is another item");
}

#[test]
fn two_forms_have_a_list_that_a_clerk_makes_as_long_as_it_must_be() {
    let forms: Vec<Form> = shipped().iter().map(|(name, text)| compiled(name, text)).collect();
    assert_eq!(forms.iter().filter(|form| form.cells().iter().any(is_added_by_clerk)).count(), 2);
}

#[test]
fn a_report_of_nothing_but_zeros_can_be_submitted_without_explanations() {
    for (name, text) in shipped() {
        let form = compiled(&name, &text);
        assert_eq!(ready_to_submit(&form, &filled(&form, 0), &BTreeMap::new()), Ok(()), "{name}");
    }
}

#[test]
fn an_empty_report_cannot_be_submitted() {
    for (name, text) in shipped() {
        let form = compiled(&name, &text);
        assert!(ready_to_submit(&form, &Cells::new(), &BTreeMap::new()).is_err(), "{name}");
    }
}

#[test]
fn one_form_has_250_cells_and_one_is_filled_in_two_minutes() {
    let sizes: Vec<usize> = shipped().iter().map(|(name, text)| compiled(name, text).fillable_cells()).collect();
    assert!(sizes.contains(&250), "{sizes:?}");
    assert!(sizes.iter().any(|size| *size <= 30), "{sizes:?}");
}

#[test]
fn every_rule_of_a_shipped_form_can_be_broken_and_marks_cells() {
    for (name, text) in shipped() {
        let form = compiled(&name, &text);
        let mut unbroken: Vec<&str> = form.definition().rules.iter().map(|rule| rule.id.as_str()).collect();
        for seed in 1..4_000u64 {
            let findings = Sheet::new(&form, &scattered(&form, seed)).check(&form);
            for finding in findings.iter().filter(|finding| finding.rule.is_some()) {
                assert!(
                    !finding.cells.is_empty() && finding.message.as_ref().is_some_and(|message| !message.contains('{')),
                    "{finding:?}"
                );
                let id = finding.rule.as_deref().unwrap().split('/').next().unwrap();
                unbroken.retain(|rule| *rule != id);
            }
            if unbroken.is_empty() {
                break;
            }
        }
        assert_eq!(unbroken, [] as [&str; 0], "{name}");
        let severities: Vec<Severity> = form.definition().rules.iter().map(|rule| rule.severity).collect();
        assert!(severities.contains(&Severity::Hard) && severities.contains(&Severity::Soft), "{name}");
    }
}

/// Some report, always the same for a seed; a third of its cells are zero, a tenth not applicable; a clerk added two
/// rows to each section that grows.
fn scattered(form: &Form, seed: u64) -> Cells {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut cell = |spec: &CellSpec| match (next(30), &spec.kind) {
        (_, CellKind::Computed { .. } | CellKind::Blocked) => None,
        (0..3, _) => Some(Cell::NotApplicable),
        (3..6, _) => None,
        (6..16, CellKind::Integer | CellKind::Money | CellKind::Decimal { .. }) => Some(Cell::Integer(0)),
        (_, CellKind::Integer) => Some(Cell::Integer(next(most(spec, 60)) as i64)),
        (_, CellKind::Money | CellKind::Decimal { .. }) => Some(Cell::Integer(next(most(spec, 9_000_000)) as i64)),
        (_, CellKind::Date) => Some(Cell::text(["2026-10-31", "2026-11-20", "2026-12-05"][next(3) as usize])),
        (_, CellKind::Choice { options }) => {
            Some(Cell::text(options[next(options.len() as u64) as usize].code.as_str()))
        }
        (_, CellKind::Text { .. }) => Some(Cell::text("情况正常")),
    };
    let mut cells = Cells::default();
    for spec in form.cells() {
        let keys = match spec.key.parts() {
            Some((section, "*", column)) => ["r1", "r2"].map(|row| CellKey::new(section, row, column)).to_vec(),
            _ => vec![spec.key.clone()],
        };
        for key in keys {
            if let Some(cell) = cell(spec) {
                cells.insert(key, cell);
            }
        }
    }
    cells
}

/// Where the numbers of a cell end: at its own bound, or at the usual one.
fn most(spec: &CellSpec, usual: u64) -> u64 {
    match spec.max.as_ref().map(Value::to_cell) {
        Some(Cell::Integer(max)) => max.unsigned_abs(),
        _ => usual,
    }
}

/// Prints how long one report takes; `cargo test -p fupin-form -- --nocapture measured`.
#[test]
fn a_report_of_250_cells_is_measured() {
    let shipped = shipped();
    let form =
        shipped.iter().map(|(name, text)| compiled(name, text)).find(|form| form.fillable_cells() == 250).unwrap();
    let json = serde_json::to_string(&filled(&form, 0)).unwrap();
    let rounds = 2_000;
    let mut spent = [std::time::Duration::ZERO; 5];
    for _ in 0..rounds {
        let mut timed = std::time::Instant::now();
        let mut lap = |part: usize| {
            let now = std::time::Instant::now();
            spent[part] += now - timed;
            timed = now;
        };
        let mut cells: Cells = serde_json::from_str(&json).unwrap();
        lap(0);
        let mut sheet = Sheet::new(&form, &cells);
        lap(1);
        assert!(sheet.check(&form).is_empty());
        lap(2);
        sheet.write_computed(&form, &mut cells);
        assert!(sheet.leaf(&form).to_bytes().len() <= form.measures().len() * 8);
        lap(3);
        sheet.set(&form, "jobs.k_general.in_town", &Cell::Integer(1));
        lap(4);
    }
    let [parse, load, check, write, set] = spent.map(|spent| spent.as_nanos() as f64 / rounds as f64 / 1_000.0);
    println!(
        "250 cells, {} bytes: parse {parse:.1} µs, load and compute {load:.1} µs, check {check:.1} µs, write and leaf {write:.1} µs, one change {set:.1} µs",
        json.len()
    );
    let leaf = leaf(&form, &filled(&form, 7)).to_bytes();
    let started = std::time::Instant::now();
    let mut totals = Totals::new(&form);
    for at in 0..3_296 {
        totals.add_bytes(&leaf, at).unwrap();
    }
    assert_eq!(totals.figures(&form).unwrap().len(), form.measures().len());
    println!("totals of 3,296 leaves of {} bytes: {:.2} ms", leaf.len(), started.elapsed().as_secs_f64() * 1_000.0);
    assert!(parse + load + check + write < 5_000.0, "a report takes milliseconds");
}
