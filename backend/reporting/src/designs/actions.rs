//! Beginning, saving, publishing and throwing away drafts.

use std::sync::Arc;

use fupin_access::{Permit, permit::DesignForms};
use fupin_contract::{
    AccountId, DraftId, FormId, Page,
    reporting::{AtVersion, DraftNote, DraftStart, FormDraft, FormDraftSummary, FormSummary, SaveFormDraft},
};
use fupin_form::FormDefinition;
use fupin_kernel::{Result, Tx, Valid, audit::Event};

use super::{
    rules,
    store::{self, NewDraft, Origin},
};
use crate::{error::ReportingError, forms, sheets::official::Official};

pub async fn list_drafts(permit: &Permit<DesignForms>) -> Result<Page<FormDraftSummary>> {
    rules::check_designer(permit.scope())?;
    permit
        .read(async |tx| {
            let mut items = Vec::new();
            for found in store::list_drafts(tx).await? {
                items.push(summary(tx, &found).await?);
            }
            Ok(Page { items, next: None })
        })
        .await
}

pub async fn get_draft(permit: &Permit<DesignForms>, id: DraftId) -> Result<FormDraft> {
    rules::check_designer(permit.scope())?;
    permit.read(async |tx| shown(tx, id).await).await
}

pub async fn create_draft(permit: &Permit<DesignForms>, body: Valid<DraftStart>) -> Result<FormDraft> {
    rules::check_designer(permit.scope())?;
    let by = permit.account_id()?;
    let (digest, start) = (body.digest(), body.into_inner());
    let id = DraftId::generate();
    permit
        .write_once(Event::on("reporting.draft_created", id), digest, async |tx| {
            let begun = begin(tx, start).await?;
            insert(tx, id, by, begun).await
        })
        .await
}

/// What a draft holds at first.
pub struct Begun {
    pub definition: FormDefinition,
    pub based_on: Option<FormId>,
    pub notes: Vec<DraftNote>,
    /// The sheet that it was made from.
    pub official: Option<Official>,
}

impl From<FormDefinition> for Begun {
    fn from(definition: FormDefinition) -> Self {
        Self { definition, based_on: None, notes: Vec::new(), official: None }
    }
}

/// Keep a draft that has begun.
pub async fn insert(tx: &mut Tx, id: DraftId, by: AccountId, begun: Begun) -> Result<FormDraft> {
    let (definition, notes) = (serde_json::to_string(&begun.definition)?, serde_json::to_string(&begun.notes)?);
    let layout = begun.official.as_ref().map(serde_json::to_string).transpose()?;
    let new = NewDraft { code: &begun.definition.code, title: &begun.definition.title, definition: &definition };
    let origin = Origin { based_on: begun.based_on, notes: &notes, layout: layout.as_deref() };
    store::insert_draft(tx, id, by, &new, &origin).await?;
    shown(tx, id).await
}

async fn begin(tx: &mut Tx, start: DraftStart) -> Result<Begun> {
    Ok(match start {
        DraftStart::Empty(empty) => rules::empty(empty.code.trim(), empty.title.trim()).into(),
        DraftStart::Definition(definition) => definition.into(),
        DraftStart::Copy(copy) => {
            let (_, definition) = forms::find_form(tx, copy.form).await?;
            let (code, title) = (copy.code.trim().to_owned(), copy.title.trim().to_owned());
            let official = official_of(tx, copy.form).await?;
            Begun { official, ..FormDefinition { code, title, ..definition }.into() }
        }
        DraftStart::Revise(revise) => {
            let (summary, definition) = forms::find_form(tx, revise.form).await?;
            let newest = forms::find_newest(tx, &summary.code).await?;
            let official = official_of(tx, revise.form).await?;
            Begun { official, based_on: newest.map(|newest| FormId(newest.form_id)), ..definition.into() }
        }
    })
}

async fn official_of(tx: &mut Tx, form: FormId) -> Result<Option<Official>> {
    Ok(forms::find_official(tx, form).await?.map(Arc::unwrap_or_clone))
}

pub async fn save_draft(permit: &Permit<DesignForms>, id: DraftId, input: SaveFormDraft) -> Result<FormDraft> {
    rules::check_designer(permit.scope())?;
    let by = permit.account_id()?;
    permit
        .write(Event::on("reporting.draft_saved", id), async |tx| {
            check_version(tx, id, input.version).await?;
            let definition = serde_json::to_string(&input.definition)?;
            let new =
                NewDraft { code: &input.definition.code, title: &input.definition.title, definition: &definition };
            store::update_draft(tx, id, by, &new).await?;
            shown(tx, id).await
        })
        .await
}

/// Lock a draft in the version that the caller saw; who saw another one hears how it is now.
async fn check_version(tx: &mut Tx, id: DraftId, seen: i32) -> Result<()> {
    if store::lock_draft(tx, id).await? == seen {
        return Ok(());
    }
    Err(ReportingError::StaleDraft.with_current(&shown(tx, id).await?))
}

pub async fn delete_draft(permit: &Permit<DesignForms>, id: DraftId) -> Result<()> {
    rules::check_designer(permit.scope())?;
    permit
        .write(Event::on("reporting.draft_deleted", id), async |tx| {
            store::lock_draft(tx, id).await?;
            store::delete_draft(tx, id).await
        })
        .await
}

pub async fn publish_draft(permit: &Permit<DesignForms>, id: DraftId, body: Valid<AtVersion>) -> Result<FormSummary> {
    rules::check_designer(permit.scope())?;
    let (digest, seen) = (body.digest(), body.into_inner());
    permit
        .write_once_noting(Event::on("reporting.form_published", id), digest, async |tx, event| {
            check_version(tx, id, seen.version).await?;
            let found = store::find_draft(tx, id).await?;
            let form = rules::compile(found.definition()?)?;
            // Two who publish the same form at once would both make its next version.
            store::lock_publishing(tx).await?;
            let newest = forms::find_newest(tx, &form.definition().code).await?;
            let base = summary(tx, &found).await?.based_on;
            let version = rules::next_version(newest.as_ref(), base.as_ref(), form.definition())?;
            let published = forms::insert_version(tx, &form, version).await?;
            if let Some(official) = found.official()?
                && official.missing(&form).is_empty()
            {
                forms::insert_official(tx, published.id, &official.follow(&form)).await?;
            }
            store::delete_draft(tx, id).await?;
            let noted = event.clone().with("form_id", published.id.to_string());
            *event = noted.with("code", published.code.as_str()).with("version", published.version);
            Ok(published)
        })
        .await
}

pub async fn summary(tx: &mut Tx, found: &store::DraftRow) -> Result<FormDraftSummary> {
    let ids: Vec<_> = found.based_on.iter().copied().collect();
    let based_on = forms::list_summaries(tx, &ids).await?.pop();
    Ok(FormDraftSummary {
        id: DraftId(found.draft_id),
        code: found.code.clone(),
        title: found.title.clone(),
        version: found.version,
        based_on,
        changed_by: found.changed_by.clone(),
        changed_at: found.changed_at,
    })
}

async fn shown(tx: &mut Tx, id: DraftId) -> Result<FormDraft> {
    let found = store::find_draft(tx, id).await?;
    let definition = found.definition()?;
    let official = found.official()?;
    let (faults, layout) = rules::judge(&definition, official.as_ref());
    let summary = summary(tx, &found).await?;
    Ok(FormDraft { summary, faults, definition, notes: serde_json::from_str(&found.notes)?, layout })
}
