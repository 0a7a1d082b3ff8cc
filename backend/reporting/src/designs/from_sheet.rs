//! A draft made from the ministry's own workbook.

use fupin_access::{Permit, permit::DesignForms};
use fupin_contract::{
    DraftId,
    reporting::{FormOfSheet, MOST_SHEET_BYTES, ReadForm, SHEET_MEDIA_TYPE},
};
use fupin_form::CellKind;
use fupin_kernel::{Error, Result, Upload, audit::Event};
use fupin_sheet::Telling;

use super::{
    actions::{self, Begun},
    recognise::{self, Recognised, Unrecognised},
    rules,
};
use crate::sheets::error::SheetError;

/// Begin a draft with what a workbook says, or only say what that would be.
pub async fn read_form(permit: &Permit<DesignForms>, how: ReadForm, upload: Upload) -> Result<FormOfSheet> {
    rules::check_designer(permit.scope())?;
    let by = permit.account_id()?;
    let file = upload.receive(permit.app(), SHEET_MEDIA_TYPE, MOST_SHEET_BYTES).await?;
    let book = fupin_sheet::read(file.path(), Telling::Looks).await?.map_err(SheetError::Unreadable)?;
    let wanted = how.sheet.clone();
    let recognised = tokio::task::spawn_blocking(move || recognise::recognise(&book, wanted.as_deref()));
    let recognised = recognised.await.map_err(Error::internal)?.map_err(refusal)?;
    let dry_run = how.dry_run.unwrap_or(false);
    let id = DraftId::generate();
    let event =
        if dry_run { Event::new("reporting.form_sheet_tried") } else { Event::on("reporting.draft_created", id) };
    let event = event.with("sheet", recognised.sheet.as_str());
    permit
        .write_once(event, file.digest(), async |tx| {
            let mut answer = answer(&recognised);
            if !dry_run {
                let begun = Begun {
                    definition: recognised.definition.clone(),
                    based_on: None,
                    notes: recognised.notes.clone(),
                    official: Some(recognised.official.clone()),
                };
                answer.draft = Some(actions::insert(tx, id, by, begun).await?.summary);
                answer.dry_run = false;
            }
            Ok(answer)
        })
        .await
}

fn answer(recognised: &Recognised) -> FormOfSheet {
    let form = recognise::compiled(&recognised.definition);
    let count = |is: fn(&CellKind) -> bool| {
        let cells = form.iter().flat_map(|form| form.cells());
        i64::try_from(cells.filter(|spec| is(&spec.kind)).count()).unwrap_or(i64::MAX)
    };
    FormOfSheet {
        dry_run: true,
        sheet: recognised.sheet.clone(),
        sheets: recognised.sheets.clone(),
        definition: recognised.definition.clone(),
        faults: rules::judge(&recognised.definition, None).0,
        notes: recognised.notes.clone(),
        filled: count(|kind| !matches!(kind, CellKind::Computed { .. } | CellKind::Blocked)),
        computed: count(|kind| matches!(kind, CellKind::Computed { .. })),
        draft: None,
    }
}

fn refusal(why: Unrecognised) -> SheetError {
    match why {
        Unrecognised::NoSheet { sheet } => SheetError::SheetMissing { sheet },
        Unrecognised::TooLarge { sheet } => SheetError::TooLarge { sheet },
        Unrecognised::NoTable { sheet } => SheetError::NoTable { sheet },
    }
}
