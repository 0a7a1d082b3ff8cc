//! Who designs, what a form begins with, and which version a draft becomes. Pure.

use fupin_access::Scope;
use fupin_contract::{
    Fault, Faults,
    reporting::{DraftLayout, FormSummary},
    units::Level,
};
use fupin_form::{
    CellTraits, CellType, ColumnDefinition, ColumnNode, DefinitionFault, Form, FormDefinition, RowDefinition,
    RowsDefinition, SectionDefinition,
};

use crate::{error::ReportingError, forms::NewestRow, sheets::official::Official};

/// Forms belong to no unit: all units fill them, so that only who stands above all of them designs.
pub fn check_designer(scope: &Scope) -> Result<(), ReportingError> {
    let is_province = scope.held().iter().any(|held| held.level == Level::Province);
    if is_province { Ok(()) } else { Err(ReportingError::OnlyProvinceDesigns) }
}

/// The smallest form that can be filled.
pub fn empty(code: &str, title: &str) -> FormDefinition {
    let integer = CellTraits { cell_type: Some(CellType::Integer), ..CellTraits::default() };
    let column = ColumnDefinition { key: "c1".to_owned(), title: "数量".to_owned(), cell: integer };
    let row =
        RowDefinition { key: "r1".to_owned(), label: "指标一".to_owned(), indent: 0, cell: CellTraits::default() };
    let section = SectionDefinition {
        key: "s1".to_owned(),
        title: "一、基本情况".to_owned(),
        row_header: "指标名称".to_owned(),
        columns: vec![ColumnNode::Column(column)],
        rows: RowsDefinition::Fixed(vec![row]),
        cells: Vec::new(),
    };
    FormDefinition {
        code: code.to_owned(),
        title: title.to_owned(),
        note: None,
        unit_note: None,
        sections: vec![section],
        rules: Vec::new(),
    }
}

/// What stands in the way of publishing, and whether the form still goes into the sheet that it was made from. While it
/// is faulty nobody can tell.
pub fn judge(definition: &FormDefinition, official: Option<&Official>) -> (Vec<DefinitionFault>, Option<DraftLayout>) {
    let sheet = |official: &Official| official.sheet.clone();
    match Form::compile(definition.clone()) {
        Ok(form) => {
            let layout =
                official.map(|official| DraftLayout { sheet: sheet(official), missing: official.missing(&form) });
            (Vec::new(), layout)
        }
        Err(faults) => (faults, official.map(|official| DraftLayout { sheet: sheet(official), missing: Vec::new() })),
    }
}

/// The form as it can be published.
pub fn compile(definition: FormDefinition) -> Result<Form, ReportingError> {
    Form::compile(definition).map_err(|faults| ReportingError::FaultyForm(by_place(&faults)))
}

fn by_place(found: &[DefinitionFault]) -> Faults {
    let mut faults = Faults::new();
    for fault in found {
        let params = fault.params.iter();
        let said = params.fold(Fault::new(fault.code.as_str()), |said, (name, value)| said.with(name, value.as_str()));
        faults.entry(fault.path.clone()).or_default().push(said);
    }
    faults
}

/// The version that a draft becomes; `newest` is that of the form which goes by its number, `base` what it was drafted
/// from.
pub fn next_version(
    newest: Option<&NewestRow>,
    base: Option<&FormSummary>,
    definition: &FormDefinition,
) -> Result<i32, ReportingError> {
    let Some(newest) = newest else { return Ok(1) };
    let Some(base) = base.filter(|base| base.code == definition.code) else {
        return Err(ReportingError::CodeTaken { title: newest.title.clone() });
    };
    if base.id.0 != newest.form_id {
        return Err(ReportingError::FormMovedOn { version: newest.version });
    }
    if newest.is(definition) { Err(ReportingError::FormUnchanged) } else { Ok(newest.version + 1) }
}

#[cfg(test)]
mod tests {
    use fupin_contract::FormId;

    use sha2::{Digest, Sha256};

    use super::*;

    fn base(definition: &FormDefinition) -> FormSummary {
        let (code, title) = (definition.code.clone(), definition.title.clone());
        FormSummary { id: FormId::generate(), code, version: 3, title, cells: 1 }
    }

    fn newest(id: FormId, definition: &FormDefinition) -> NewestRow {
        let digest = Sha256::digest(serde_json::to_string(definition).unwrap()).to_vec();
        NewestRow { form_id: id.0, version: 3, title: definition.title.clone(), digest }
    }

    #[test]
    fn an_empty_form_can_be_published_as_it_is() {
        assert_eq!(judge(&empty("甲01表", "试用"), None), (Vec::new(), None));
    }

    #[test]
    fn a_draft_becomes_the_version_after_the_one_that_it_was_drafted_from() {
        let (was, is) = (empty("甲01表", "试用"), empty("甲01表", "改过"));
        let base = base(&was);
        assert_eq!(next_version(None, None, &is), Ok(1));
        assert_eq!(next_version(Some(&newest(base.id, &was)), Some(&base), &is), Ok(4));
        let unchanged = next_version(Some(&newest(base.id, &is)), Some(&base), &is);
        assert_eq!(unchanged, Err(ReportingError::FormUnchanged));
        let other = newest(FormId::generate(), &was);
        let moved_on = Err(ReportingError::FormMovedOn { version: 3 });
        assert_eq!(next_version(Some(&other), Some(&base), &is), moved_on);
        let taken = Err(ReportingError::CodeTaken { title: "试用".to_owned() });
        assert_eq!(next_version(Some(&other), None, &is), taken);
        let renamed = FormSummary { code: "甲02表".to_owned(), ..base };
        assert_eq!(next_version(Some(&other), Some(&renamed), &is), taken, "drafted from another form");
    }

    #[test]
    fn a_fault_is_named_by_its_place() {
        let mut definition = empty("甲01表", "试用");
        definition.sections[0].title = String::new();
        let Err(ReportingError::FaultyForm(faults)) = compile(definition) else { panic!("it compiled") };
        assert_eq!(faults["/sections/0/title"][0].code, "form.definition.empty");
    }
}
