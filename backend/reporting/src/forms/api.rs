//! The operations on forms.

use actix_web::get;
use fupin_access::{Permit, permit::ReadForms};
use fupin_contract::{
    FormId, Page,
    reporting::{FormDetail, FormSummary},
};
use fupin_kernel::{Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_forms).service(get_form);
}

/// Forms, each in its newest version
#[utoipa::path(tag = "reporting", responses((status = 200, body = Page<FormSummary>)))]
#[get("/forms")]
async fn list_forms(permit: Permit<ReadForms>) -> Result<Json<Page<FormSummary>>> {
    actions::list_forms(&permit).await.map(Json)
}

/// One version of a form, with all that it takes to draw, check and sum it
#[utoipa::path(
    tag = "reporting",
    params(("id" = FormId, Path, description = "A version of a form")),
    responses((status = 200, body = FormDetail))
)]
#[get("/forms/{id}")]
async fn get_form(permit: Permit<ReadForms>, id: Path<FormId>) -> Result<Json<FormDetail>> {
    actions::get_form(&permit, id.0).await.map(Json)
}
