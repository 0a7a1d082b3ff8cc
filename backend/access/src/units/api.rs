//! Operations on the tree of units.

use actix_web::{get, post};
use fupin_contract::{
    Page, UnitId,
    units::{ImportUnits, MergeUnit, MoveUnit, RenameUnit, TreeReport, Unit, UnitDetail, UnitFilter},
};
use fupin_kernel::{Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::permit::{ManageUnits, Permit, ReadUnits};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(list_units)
        .service(import_units)
        .service(get_unit)
        .service(rename_unit)
        .service(move_unit)
        .service(merge_unit);
}

/// List units below one, or find them by name or code
#[utoipa::path(tag = "access", operation_id = "list_units", params(UnitFilter),
    responses((status = 200, body = Page<Unit>)))]
#[get("/units")]
async fn list_units(permit: Permit<ReadUnits>, filter: Filter<UnitFilter>) -> Result<Json<Page<Unit>>> {
    actions::list_units(&permit, filter.0).await.map(Json)
}

/// Read a unit, what stands above it, and its history
#[utoipa::path(tag = "access", operation_id = "get_unit", params(("id" = UnitId, Path)),
    responses((status = 200, body = UnitDetail)))]
#[get("/units/{id}")]
async fn get_unit(permit: Permit<ReadUnits>, id: Path<UnitId>) -> Result<Json<UnitDetail>> {
    actions::get_unit(&permit, id.0).await.map(Json)
}

/// Import a whole tree
#[utoipa::path(tag = "access", operation_id = "import_units", request_body = ImportUnits,
    responses((status = 200, body = TreeReport)))]
#[post("/unit-imports")]
async fn import_units(permit: Permit<ManageUnits>, body: Valid<ImportUnits>) -> Result<Json<TreeReport>> {
    actions::import_units(&permit, body.into_inner()).await.map(Json)
}

/// Rename a unit from a day on
#[utoipa::path(tag = "access", operation_id = "rename_unit", params(("id" = UnitId, Path)),
    request_body = RenameUnit, responses((status = 200, body = TreeReport)))]
#[post("/units/{id}/rename")]
async fn rename_unit(
    permit: Permit<ManageUnits>,
    id: Path<UnitId>,
    body: Valid<RenameUnit>,
) -> Result<Json<TreeReport>> {
    actions::rename_unit(&permit, id.0, body.into_inner()).await.map(Json)
}

/// Hang a unit under another parent from a day on
#[utoipa::path(tag = "access", operation_id = "move_unit", params(("id" = UnitId, Path)),
    request_body = MoveUnit, responses((status = 200, body = TreeReport)))]
#[post("/units/{id}/move")]
async fn move_unit(permit: Permit<ManageUnits>, id: Path<UnitId>, body: Valid<MoveUnit>) -> Result<Json<TreeReport>> {
    actions::move_unit(&permit, id.0, body.into_inner()).await.map(Json)
}

/// Let a unit be absorbed by another from a day on
#[utoipa::path(tag = "access", operation_id = "merge_unit", params(("id" = UnitId, Path)),
    request_body = MergeUnit, responses((status = 200, body = TreeReport)))]
#[post("/units/{id}/merge")]
async fn merge_unit(permit: Permit<ManageUnits>, id: Path<UnitId>, body: Valid<MergeUnit>) -> Result<Json<TreeReport>> {
    actions::merge_unit(&permit, id.0, body.into_inner()).await.map(Json)
}
