//! The operations on drafts of forms.

use actix_web::{delete, get, post, put};
use fupin_access::{
    Permit,
    permit::{DesignForms, IssueTasks},
};
use fupin_contract::{
    DraftId, Page,
    reporting::{
        AtVersion, DraftStart, FormDraft, FormDraftSummary, FormOfSheet, FormSummary, ItemOverlap, OverlapFilter,
        ReadForm, SaveFormDraft,
    },
};
use fupin_kernel::{Created, Filter, Json, NoContent, Path, Result, Upload, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{actions, from_sheet, overlaps};

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_form_drafts)
        .service(create_form_draft)
        .service(read_form_sheet)
        .service(get_form_draft)
        .service(save_form_draft)
        .service(delete_form_draft)
        .service(publish_form_draft)
        .service(list_draft_overlaps)
        .service(list_item_overlaps);
}

/// Forms that are being designed, the last changed first
#[utoipa::path(tag = "reporting", responses((status = 200, body = Page<FormDraftSummary>)))]
#[get("/form-drafts")]
async fn list_form_drafts(permit: Permit<DesignForms>) -> Result<Json<Page<FormDraftSummary>>> {
    actions::list_drafts(&permit).await.map(Json)
}

/// Begin a form
#[utoipa::path(
    tag = "reporting",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100)),
    request_body = DraftStart,
    responses((status = 201, body = FormDraft))
)]
#[post("/form-drafts")]
async fn create_form_draft(permit: Permit<DesignForms>, body: Valid<DraftStart>) -> Result<Created<FormDraft>> {
    actions::create_draft(&permit, body).await.map(Created)
}

/// Begin a form with what a workbook of somebody else's says
#[utoipa::path(
    tag = "reporting",
    params(
        ReadForm,
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body(
        content = [u8],
        description = "A workbook with an empty form on one of its sheets, at most 10 MiB",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    responses((status = 200, body = FormOfSheet))
)]
#[post("/form-sheets")]
async fn read_form_sheet(
    permit: Permit<DesignForms>,
    how: Filter<ReadForm>,
    upload: Upload,
) -> Result<Json<FormOfSheet>> {
    from_sheet::read_form(&permit, how.0, upload).await.map(Json)
}

/// A form that is being designed, with what is wrong with it
#[utoipa::path(
    tag = "reporting",
    params(("id" = DraftId, Path, description = "A draft")),
    responses((status = 200, body = FormDraft))
)]
#[get("/form-drafts/{id}")]
async fn get_form_draft(permit: Permit<DesignForms>, id: Path<DraftId>) -> Result<Json<FormDraft>> {
    actions::get_draft(&permit, id.0).await.map(Json)
}

/// Keep a draft as it is now, faulty or not
#[utoipa::path(
    tag = "reporting",
    params(("id" = DraftId, Path, description = "A draft")),
    request_body = SaveFormDraft,
    responses((status = 200, body = FormDraft))
)]
#[put("/form-drafts/{id}")]
async fn save_form_draft(
    permit: Permit<DesignForms>,
    id: Path<DraftId>,
    body: Valid<SaveFormDraft>,
) -> Result<Json<FormDraft>> {
    actions::save_draft(&permit, id.0, body.into_inner()).await.map(Json)
}

/// Throw a draft away
#[utoipa::path(
    tag = "reporting",
    params(("id" = DraftId, Path, description = "A draft")),
    responses((status = 204))
)]
#[delete("/form-drafts/{id}")]
async fn delete_form_draft(permit: Permit<DesignForms>, id: Path<DraftId>) -> Result<NoContent> {
    actions::delete_draft(&permit, id.0).await.map(|()| NoContent)
}

/// Make the next version of its form out of a draft
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = DraftId, Path, description = "A draft"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = AtVersion,
    responses((status = 201, body = FormSummary))
)]
#[post("/form-drafts/{id}/publication")]
async fn publish_form_draft(
    permit: Permit<DesignForms>,
    id: Path<DraftId>,
    body: Valid<AtVersion>,
) -> Result<Created<FormSummary>> {
    actions::publish_draft(&permit, id.0, body).await.map(Created)
}

/// Items of a draft that another form asks for as well
#[utoipa::path(
    tag = "reporting",
    params(("id" = DraftId, Path, description = "A draft")),
    responses((status = 200, body = Page<ItemOverlap>))
)]
#[get("/form-drafts/{id}/overlaps")]
async fn list_draft_overlaps(permit: Permit<DesignForms>, id: Path<DraftId>) -> Result<Json<Page<ItemOverlap>>> {
    overlaps::of_draft(&permit, id.0).await.map(Json)
}

/// Items of forms that would be asked for twice in a period
#[utoipa::path(tag = "reporting", params(OverlapFilter), responses((status = 200, body = Page<ItemOverlap>)))]
#[get("/item-overlaps")]
async fn list_item_overlaps(
    permit: Permit<IssueTasks>,
    filter: Filter<OverlapFilter>,
) -> Result<Json<Page<ItemOverlap>>> {
    overlaps::of_issue(&permit, filter.0).await.map(Json)
}
