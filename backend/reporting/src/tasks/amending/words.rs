//! Why a report went back when its form was corrected. The clerk reads it, in the language of the forms.

use fupin_form::{CellSpec, FaultCode, Finding, Form};

/// As long as a reviewer's reason may be.
const MOST: usize = 500;

/// The reason of a return.
pub fn returned(form: &Form, finding: &Finding) -> String {
    let cell = finding.cells.first().and_then(|key| form.cell(key.as_str())).map(label).unwrap_or_default();
    let why = match (&finding.message, finding.code) {
        (Some(message), _) => message.clone(),
        (None, FaultCode::RequiredMissing) => format!("「{cell}」必须填写"),
        (None, _) if cell.is_empty() => "行数不合要求".to_owned(),
        (None, _) => format!("「{cell}」超出允许的范围"),
    };
    format!("表式已更正，请核对：{why}").chars().take(MOST).collect()
}

/// A cell by row and column.
pub fn label(spec: &CellSpec) -> String {
    if spec.row_label.is_empty() {
        spec.column_title.clone()
    } else {
        format!("{}，{}", spec.row_label, spec.column_title)
    }
}
