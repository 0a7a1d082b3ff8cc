//! The operations on duplicates.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{ReadPeople, ReviewPeople},
};
use fupin_contract::{
    DuplicateId, Page,
    registry::{DecideDuplicate, Duplicate, DuplicateFilter},
};
use fupin_kernel::{Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(list_duplicates).service(decide_duplicate);
}

/// List records that may be of one person, the earliest found first
#[utoipa::path(tag = "registry", operation_id = "list_duplicates", params(DuplicateFilter),
    responses((status = 200, body = Page<Duplicate>)))]
#[get("/duplicates")]
async fn list_duplicates(permit: Permit<ReadPeople>, filter: Filter<DuplicateFilter>) -> Result<Json<Page<Duplicate>>> {
    actions::list_duplicates(&permit, &filter.0).await.map(Json)
}

/// Say that two records are one person or two, or take back what was said
#[utoipa::path(tag = "registry", operation_id = "decide_duplicate",
    params(
        ("id" = DuplicateId, Path, description = "A duplicate"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = DecideDuplicate,
    responses((status = 200, body = Duplicate)))]
#[post("/duplicates/{id}/decision")]
async fn decide_duplicate(
    permit: Permit<ReviewPeople>,
    id: Path<DuplicateId>,
    body: Valid<DecideDuplicate>,
) -> Result<Json<Duplicate>> {
    actions::decide_duplicate(&permit, id.0, body).await.map(Json)
}
