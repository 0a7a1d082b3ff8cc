//! Operations on delegations.

use actix_web::{delete, get, post};
use fupin_contract::{
    DelegationId, Page,
    delegations::{Colleague, CreateDelegation, DelegateFilter, Delegation, DelegationFilter},
};
use fupin_kernel::{Created, Filter, Json, NoContent, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::permit::{Permit, SignedIn};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(list_delegations).service(create_delegation).service(end_delegation).service(list_delegates);
}

/// List delegations given and received, newest first, at most two hundred
#[utoipa::path(tag = "access", operation_id = "list_delegations", params(DelegationFilter),
    responses((status = 200, body = Page<Delegation>)))]
#[get("/delegations")]
async fn list_delegations(
    permit: Permit<SignedIn>,
    filter: Filter<DelegationFilter>,
) -> Result<Json<Page<Delegation>>> {
    actions::list_delegations(&permit, filter.0).await.map(Json)
}

/// Let a colleague do one's daily work for some days
#[utoipa::path(tag = "access", operation_id = "create_delegation", request_body = CreateDelegation,
    responses((status = 201, body = Delegation)))]
#[post("/delegations")]
async fn create_delegation(permit: Permit<SignedIn>, body: Valid<CreateDelegation>) -> Result<Created<Delegation>> {
    actions::create_delegation(&permit, body.into_inner()).await.map(Created)
}

/// End a delegation at once
#[utoipa::path(tag = "access", operation_id = "end_delegation", params(("id" = DelegationId, Path)),
    responses((status = 204)))]
#[delete("/delegations/{id}")]
async fn end_delegation(permit: Permit<SignedIn>, id: Path<DelegationId>) -> Result<NoContent> {
    actions::end_delegation(&permit, id.0).await.map(|()| NoContent)
}

/// Who may stand in, by name, at most fifty
#[utoipa::path(tag = "access", operation_id = "list_delegates", params(DelegateFilter),
    responses((status = 200, body = Page<Colleague>)))]
#[get("/delegates")]
async fn list_delegates(permit: Permit<SignedIn>, filter: Filter<DelegateFilter>) -> Result<Json<Page<Colleague>>> {
    actions::list_delegates(&permit, filter.0).await.map(Json)
}
