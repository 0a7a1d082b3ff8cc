//! A small form that has one of everything, and arbitrary reports of it.

use fupin_form::{Cell, CellKey, CellKind, Cells, Form};
use proptest::prelude::*;

pub const TRIAL: &str = r#"{
  "code": "T1", "title": "试验表",
  "sections": [
    {
      "key": "a", "title": "一", "row_header": "项目",
      "columns": [
        {"key": "n", "title": "人数", "cell": {"type": "integer", "required": true, "min": 0, "max": 100000}},
        {"title": "金额", "children": [
          {"key": "m", "title": "收入", "cell": {"type": "money", "unit": "元"}},
          {"key": "avg", "title": "人均", "cell": {"type": {"computed": {"formula": "m / n", "scale": 2}}, "roll_up": "formula"}}
        ]},
        {"key": "r", "title": "满意度", "cell": {"type": {"decimal": {"scale": 1}}, "roll_up": {"average": {"weight": "n"}}}},
        {"key": "d", "title": "日期", "cell": {"type": "date", "roll_up": "max", "min": "2020-01-01"}},
        {"key": "c", "title": "方式", "cell": {"type": {"choice": {"options": [{"code": "x", "label": "入户"}, {"code": "y", "label": "电话"}]}}, "roll_up": "count"}},
        {"key": "t", "title": "说明", "cell": {"type": {"text": {"max_len": 10}}}}
      ],
      "rows": {"fixed": [
        {"key": "r1", "label": "甲"}, {"key": "r2", "label": "乙", "indent": 1}, {"key": "r3", "label": "丙"},
        {"key": "all", "label": "合计", "cell": {"type": {"computed": {"formula": "sum(r1:r3.@)"}}}}
      ]},
      "cells": [
        {"row": "r3", "column": "m", "cell": {"blocked": true}},
        {"row": "r3", "column": "r", "cell": {"roll_up": "last"}},
        {"row": "r2", "column": "r", "cell": {"roll_up": "min"}},
        {"row": "r1", "column": "n", "cell": {"always_applies": true}},
        {"row": "all", "column": "r", "cell": {"type": {"computed": {"formula": "avg(r1:r3.r)", "scale": 1}}, "roll_up": "none"}},
        {"row": "all", "column": "d", "cell": {"blocked": true}}
      ]
    },
    {
      "key": "b", "title": "二", "row_header": "序号",
      "columns": [
        {"key": "q", "title": "数量", "cell": {"type": "integer", "required": true}},
        {"key": "p", "title": "单价", "cell": {"type": "money", "roll_up": "max"}},
        {"key": "v", "title": "金额", "cell": {"type": {"computed": {"formula": "q * p", "scale": 2}}, "roll_up": "sum"}},
        {"key": "w", "title": "占比", "cell": {"type": {"computed": {"formula": "v / sum(*.v) * 100", "scale": 2}}}}
      ],
      "rows": {"dynamic": {"min": 1, "max": 3}}
    },
    {
      "key": "s", "title": "三", "row_header": "项目",
      "columns": [{"key": "v", "title": "数值", "cell": {"type": {"computed": {"formula": "sum(b.*.v)", "scale": 2}}}}],
      "rows": {"fixed": [{"key": "total", "label": "金额"}, {"key": "unit", "label": "均价", "cell": {"roll_up": "formula"}}]},
      "cells": [{"row": "unit", "column": "v", "cell": {"type": {"computed": {"formula": "sum(b.*.v) / sum(b.*.q)", "scale": 2}}}}]
    }
  ],
  "rules": [
    {"id": "first_not_above_all", "severity": "hard", "expression": "a.r1.n <= a.all.n / 2", "cells": ["a.r1.n"], "message": "甲（{a.r1.n}）过半（{a.all.n}）"},
    {"id": "satisfied", "severity": "soft", "each": "a", "expression": "r >= 60 or na(r)", "cells": ["r", "n"], "message": "{@}满意度{r}偏低"},
    {"id": "priced", "severity": "hard", "each": "b", "expression": "not (q > 0 and blank(p))", "cells": ["p"], "message": "第{@}行数量{q}，未填单价"},
    {"id": "by_phone", "severity": "soft", "expression": "a.r1.c <> 'y' or a.r1.d - a.r2.d < 30", "cells": ["a.r1.d:c"], "message": "{a.r1.c}"}
  ]
}"#;

pub fn trial() -> Form {
    Form::compile(serde_json::from_str(TRIAL).unwrap()).unwrap()
}

pub fn cells(json: &str) -> Cells {
    serde_json::from_str(json).unwrap()
}

pub fn key(key: &str) -> CellKey {
    CellKey::from(key)
}

/// Cells that suit a kind, and some that do not.
pub fn any_cell(kind: &CellKind) -> BoxedStrategy<Cell> {
    let fit = match kind {
        CellKind::Integer => (-5i64..500).prop_map(Cell::Integer).boxed(),
        CellKind::Money | CellKind::Decimal { .. } | CellKind::Computed { .. } => {
            (-500i64..50_000, 0..10u32).prop_map(|(whole, tenth)| Cell::Text(format!("{whole}.{tenth}"))).boxed()
        }
        CellKind::Date => {
            (2019..2024i32, 1..13u32, 1..31u32).prop_map(|(y, m, d)| Cell::Text(format!("{y}-{m:02}-{d:02}"))).boxed()
        }
        CellKind::Choice { .. } => prop_oneof![Just("x"), Just("y"), Just("z")].prop_map(Cell::text).boxed(),
        CellKind::Text { .. } | CellKind::Blocked => "[a-c]{0,12}".prop_map(Cell::Text).boxed(),
    };
    prop_oneof![8 => fit, 2 => Just(Cell::Blank), 2 => Just(Cell::NotApplicable), 1 => Just(Cell::text("错"))].boxed()
}

/// Any key of the form, three dynamic rows and one unknown key included, with a cell for it.
pub fn any_entry(form: &Form) -> BoxedStrategy<(CellKey, Cell)> {
    let mut entries = vec![(key("a.r9.n"), CellKind::Integer)];
    for spec in form.cells() {
        let keys: Vec<CellKey> = match spec.key.parts() {
            Some((section, "*", column)) => {
                ["k1", "k2", "k3", "k4"].map(|row| CellKey::new(section, row, column)).to_vec()
            }
            _ => vec![spec.key.clone()],
        };
        entries.extend(keys.into_iter().map(|key| (key, spec.kind.clone())));
    }
    proptest::sample::select(entries).prop_flat_map(|(key, kind)| (Just(key), any_cell(&kind))).boxed()
}
