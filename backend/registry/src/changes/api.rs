//! The operations that change households.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{ChangePeople, ReadPeople, ReviewPeople},
};
use fupin_contract::{
    HouseholdChangeId, HouseholdId, Page,
    registry::{Change, ChangeDecision, ChangeFilter, ChangeHousehold, RegisterHousehold},
};
use fupin_kernel::{Created, Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service
        .service(register_household)
        .service(change_household)
        .service(list_changes)
        .service(get_change)
        .service(decide_change)
        .service(withdraw_change);
}

/// Register a household with its head, or propose to
#[utoipa::path(tag = "registry", operation_id = "register_household",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = RegisterHousehold, responses((status = 201, body = Change)))]
#[post("/households")]
async fn register_household(permit: Permit<ChangePeople>, body: Valid<RegisterHousehold>) -> Result<Created<Change>> {
    actions::register_household(&permit, body).await.map(Created)
}

/// Change a household, or propose to
#[utoipa::path(tag = "registry", operation_id = "change_household",
    params(
        ("id" = HouseholdId, Path, description = "A household"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = ChangeHousehold, responses((status = 201, body = Change)))]
#[post("/households/{id}/changes")]
async fn change_household(
    permit: Permit<ChangePeople>,
    id: Path<HouseholdId>,
    body: Valid<ChangeHousehold>,
) -> Result<Created<Change>> {
    actions::change_household(&permit, id.0, body).await.map(Created)
}

/// List changes, the latest first
#[utoipa::path(tag = "registry", operation_id = "list_changes", params(ChangeFilter),
    responses((status = 200, body = Page<Change>)))]
#[get("/household-changes")]
async fn list_changes(permit: Permit<ReadPeople>, filter: Filter<ChangeFilter>) -> Result<Json<Page<Change>>> {
    actions::list_changes(&permit, &filter.0).await.map(Json)
}

/// A change, with what it changes line by line
#[utoipa::path(tag = "registry", operation_id = "get_change",
    params(("id" = HouseholdChangeId, Path, description = "A change")), responses((status = 200, body = Change)))]
#[get("/household-changes/{id}")]
async fn get_change(permit: Permit<ReadPeople>, id: Path<HouseholdChangeId>) -> Result<Json<Change>> {
    actions::get_change(&permit, id.0).await.map(Json)
}

/// Approve or reject a change that waits
#[utoipa::path(tag = "registry", operation_id = "decide_change",
    params(
        ("id" = HouseholdChangeId, Path, description = "A change"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = ChangeDecision, responses((status = 200, body = Change)))]
#[post("/household-changes/{id}/decision")]
async fn decide_change(
    permit: Permit<ReviewPeople>,
    id: Path<HouseholdChangeId>,
    body: Valid<ChangeDecision>,
) -> Result<Json<Change>> {
    actions::decide_change(&permit, id.0, body).await.map(Json)
}

/// Take back a change that waits
#[utoipa::path(tag = "registry", operation_id = "withdraw_change",
    params(("id" = HouseholdChangeId, Path, description = "A change")), responses((status = 200, body = Change)))]
#[post("/household-changes/{id}/withdrawal")]
async fn withdraw_change(permit: Permit<ChangePeople>, id: Path<HouseholdChangeId>) -> Result<Json<Change>> {
    actions::withdraw_change(&permit, id.0).await.map(Json)
}
