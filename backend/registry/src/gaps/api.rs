//! The operations on code gaps.

use actix_web::{get, post};
use fupin_access::{Permit, permit::MapCodes};
use fupin_contract::{
    CodeGapId, Page,
    registry::{CodeGap, CodeGapFilter, MapCode},
};
use fupin_kernel::{Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(list_code_gaps).service(map_code);
}

/// List codes that no dictionary knew, the most frequent first
#[utoipa::path(tag = "registry", operation_id = "list_code_gaps", params(CodeGapFilter),
    responses((status = 200, body = Page<CodeGap>)))]
#[get("/code-gaps")]
async fn list_code_gaps(permit: Permit<MapCodes>, filter: Filter<CodeGapFilter>) -> Result<Json<Page<CodeGap>>> {
    actions::list_gaps(&permit, &filter.0).await.map(Json)
}

/// Say which of our codes is meant
#[utoipa::path(tag = "registry", operation_id = "map_code",
    params(("id" = CodeGapId, Path, description = "A code gap")), request_body = MapCode,
    responses((status = 200, body = CodeGap)))]
#[post("/code-gaps/{id}/meaning")]
async fn map_code(permit: Permit<MapCodes>, id: Path<CodeGapId>, body: Valid<MapCode>) -> Result<Json<CodeGap>> {
    actions::map_code(&permit, id.0, &body.into_inner()).await.map(Json)
}
