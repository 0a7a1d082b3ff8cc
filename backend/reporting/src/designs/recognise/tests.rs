//! Sheets that people might draw: made, read, published, written, and read again.

use std::{collections::BTreeSet, io::Write, sync::Arc};

use fupin_form::{Cells, Form};
use fupin_sheet::{Looks, Merge, Telling};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, FormatBorder, Workbook};

use super::*;
use crate::sheets::{
    Origin,
    official::Held,
    template::{self, Filled},
};

/// A table of a sheet.
#[derive(Clone, Debug)]
struct Drawn {
    /// Columns below each title.
    groups: Vec<usize>,
    /// Rows that have a name; none for a list.
    labels: usize,
    has_total: bool,
    has_numbering: bool,
    units: bool,
    widths: Vec<u32>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let groups = proptest::collection::vec(1_usize..4, 1..4);
    let widths = proptest::collection::vec(30_u32..300, 12);
    (groups, 1_usize..6, any::<[bool; 3]>(), widths).prop_map(
        |(groups, labels, [has_total, has_numbering, units], widths)| Drawn {
            groups,
            labels,
            has_total,
            has_numbering,
            units,
            widths,
        },
    )
}

/// The tables one below the other, with a title, and an empty row between them.
fn draw(tables: &[Drawn]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let boxed = Format::new().set_border(FormatBorder::Thin);
    let number = boxed.clone().set_num_format("0");
    let sheet = workbook.add_worksheet().set_name("表").unwrap();
    sheet.merge_range(0, 0, 0, 4, "某某情况", &Format::new().set_bold().set_font_size(18)).unwrap();
    sheet.write(1, 0, "表号：试01表").unwrap();
    for (column, width) in (0..).zip(&tables[0].widths) {
        sheet.set_column_width_pixels(column, *width).unwrap();
    }
    let mut row = 3;
    for table in tables {
        let width = u16::try_from(table.groups.iter().sum::<usize>()).unwrap();
        sheet.merge_range(row, 0, row + 1, 0, "指标", &boxed).unwrap();
        let mut column = 1;
        for (group, size) in table.groups.iter().enumerate() {
            let last = column + u16::try_from(*size).unwrap() - 1;
            let title = format!("第{group}组");
            if *size == 1 {
                sheet.merge_range(row, column, row + 1, column, &title, &boxed).unwrap();
            } else {
                sheet.merge_range(row, column, row, last, &title, &boxed).unwrap();
                for at in column..=last {
                    let unit = if table.units { "（户）" } else { "" };
                    sheet.write_with_format(row + 1, at, format!("列{at}{unit}"), &boxed).unwrap();
                }
            }
            column = last + 1;
        }
        row += 2;
        if table.has_numbering && width > 1 {
            sheet.write_with_format(row, 0, "甲", &boxed).unwrap();
            for at in 1..=width {
                sheet.write_with_format(row, at, at, &boxed).unwrap();
            }
            row += 1;
        }
        for line in 0..table.labels {
            sheet.write_with_format(row, 0, format!("行{line}"), &boxed).unwrap();
            for at in 1..=width {
                sheet.write_blank(row, at, &number).unwrap();
            }
            row += 1;
        }
        if table.has_total {
            sheet.write_with_format(row, 0, "合计", &boxed).unwrap();
            for at in 1..=width {
                let letter = char::from(b'A' + u8::try_from(at).unwrap());
                let first = row + 1 - u32::try_from(table.labels).unwrap();
                let sum = format!("=SUM({letter}{first}:{letter}{row})");
                sheet.write_formula_with_format(row, at, sum.as_str(), &number).unwrap();
            }
            row += 1;
        }
        row += 2;
    }
    sheet.write(row, 0, "单位负责人：").unwrap();
    workbook.save_to_buffer().unwrap()
}

fn book(file: &[u8]) -> Book {
    let mut kept = tempfile::tempfile().unwrap();
    kept.write_all(file).unwrap();
    std::io::Seek::rewind(&mut kept).unwrap();
    fupin_sheet::parse(kept, Telling::Looks).unwrap()
}

fn written(recognised: &Recognised, form: &Arc<Form>) -> Vec<u8> {
    let origin = Origin {
        report: "r".into(),
        version: 0,
        form_code: form.definition().code.clone(),
        form_version: 1,
        form_title: form.definition().title.clone(),
        period: "2026-11".into(),
        unit: 1,
        unit_name: "甲村".into(),
    };
    let official = Some(Arc::new(recognised.official.clone().follow(form)));
    let period = "2026-11".parse().unwrap();
    let filled = Filled { form: form.clone(), official, cells: Cells::default(), origin, period };
    template::write(&filled).unwrap()
}

fn merges(book: &Book) -> BTreeSet<Merge> {
    book.sheets[0].merges.iter().copied().collect()
}

fn looks(book: &Book) -> Looks {
    book.sheets[0].looks.clone().unwrap()
}

fn fields(recognised: &Recognised) -> Vec<(u32, u16, String)> {
    let field = |cell: &crate::sheets::official::OfficialCell| match &cell.holds {
        Held::Field(field) => Some((cell.row, cell.column, field.key.clone())),
        Held::Nothing | Held::Loose(_) | Held::Number(_) | Held::Fixed(_) => None,
    };
    recognised.official.cells.iter().filter_map(field).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_drawn_comes_back_in_the_same_sheet(tables in proptest::collection::vec(drawn(), 1..3)) {
        let given = book(&draw(&tables));
        let recognised = recognise(&given, None).unwrap();
        let form = Arc::new(Form::compile(recognised.definition.clone()).unwrap());
        let wanted: usize = tables.iter().map(|table| {
            table.groups.iter().sum::<usize>() * (table.labels + usize::from(table.has_total))
        }).sum();
        prop_assert_eq!(form.cells().len(), wanted, "each empty cell and each sum is a cell of the form");
        prop_assert_eq!(recognised.official.missing(&form), Vec::new());

        let got = book(&written(&recognised, &form));

        prop_assert_eq!(merges(&got), merges(&given));
        prop_assert_eq!(looks(&got).widths, looks(&given).widths);
        prop_assert_eq!(looks(&got).heights, looks(&given).heights);
        prop_assert_eq!(looks(&got).formulas, looks(&given).formulas);
        let texts = |book: &Book| book.sheets[0].cells.iter().filter(|cell| {
            matches!(cell.typed, fupin_sheet::Typed::Text(_))
        }).cloned().collect::<Vec<_>>();
        prop_assert_eq!(texts(&got), texts(&given));
        let again = recognise(&got, None).unwrap();
        prop_assert_eq!(&again.definition, &recognised.definition, "and is read as the same form");
        prop_assert_eq!(fields(&again), fields(&recognised));
    }
}

#[test]
fn a_card_of_labels_with_a_cell_beside_each_is_a_form() {
    let mut workbook = Workbook::new();
    let boxed = Format::new().set_border(FormatBorder::Thin);
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "监测户基本情况").unwrap();
    for (row, pair) in [["户主姓名", "家庭人口（人）"], ["开户日期", "收入（元）"]].iter().enumerate()
    {
        for (at, label) in pair.iter().enumerate() {
            let (row, column) = (u32::try_from(row).unwrap() + 1, u16::try_from(at * 2).unwrap());
            sheet.write_with_format(row, column, *label, &boxed).unwrap();
            sheet.write_blank(row, column + 1, &boxed).unwrap();
        }
    }
    let recognised = recognise(&book(&workbook.save_to_buffer().unwrap()), None).unwrap();
    let form = compiled(&recognised.definition).unwrap();
    let cells: Vec<(&str, Option<&str>)> =
        form.cells().iter().map(|spec| (spec.row_label.as_str(), spec.unit.as_deref())).collect();
    assert_eq!(cells, [("户主姓名", None), ("家庭人口", Some("人")), ("开户日期", None), ("收入", Some("元"))]);
    assert_eq!(recognised.notes.iter().filter(|note| note.kind == DraftNoteKind::CodeMissing).count(), 1);
}

#[test]
fn a_sheet_without_frames_or_tables_is_told_apart() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("甲").unwrap();
    for (column, text) in [(0, "指标"), (1, "户数（户）"), (2, "备注")] {
        sheet.write(1, column, text).unwrap();
    }
    sheet.write(0, 0, "没有边框的表").unwrap();
    sheet.write(2, 0, "脱贫户").unwrap();
    sheet.write(3, 0, "监测户").unwrap();
    workbook.add_worksheet().set_name("空").unwrap();
    let book = book(&workbook.save_to_buffer().unwrap());
    let form = compiled(&recognise(&book, None).unwrap().definition).unwrap();
    assert_eq!(form.cells().len(), 4);
    assert_eq!(recognise(&book, Some("空")).unwrap_err(), Unrecognised::NoTable { sheet: "空".to_owned() });
}
