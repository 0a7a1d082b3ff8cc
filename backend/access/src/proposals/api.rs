//! Operations on what sheets of accounts propose.

use actix_web::{get, post};
use fupin_contract::{
    AccountImportId, Page,
    grant_proposals::{
        DecideProposals, DecidedProposals, GrantProposal, ProposalBatch, ProposalFilter, ProposalSummary,
    },
};
use fupin_kernel::{Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::permit::{GrantRoles, Permit};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(list_proposal_batches)
        .service(get_proposal_batch)
        .service(list_proposals)
        .service(decide_proposals);
}

/// List sheets of accounts that propose roles, newest first
#[utoipa::path(tag = "access", operation_id = "list_proposal_batches",
    responses((status = 200, body = Page<ProposalBatch>)))]
#[get("/grant-proposals")]
async fn list_proposal_batches(permit: Permit<GrantRoles>) -> Result<Json<Page<ProposalBatch>>> {
    actions::list_batches(&permit).await.map(Json)
}

/// What a sheet proposes: how many roles of which level, and what cannot be confirmed
#[utoipa::path(tag = "access", operation_id = "get_proposal_batch", params(("id" = AccountImportId, Path)),
    responses((status = 200, body = ProposalSummary)))]
#[get("/grant-proposals/{id}")]
async fn get_proposal_batch(permit: Permit<GrantRoles>, id: Path<AccountImportId>) -> Result<Json<ProposalSummary>> {
    actions::get_batch(&permit, id.0).await.map(Json)
}

/// List what a sheet proposes, one by one
#[utoipa::path(tag = "access", operation_id = "list_proposals",
    params(("id" = AccountImportId, Path), ProposalFilter),
    responses((status = 200, body = Page<GrantProposal>)))]
#[get("/grant-proposals/{id}/items")]
async fn list_proposals(
    permit: Permit<GrantRoles>,
    id: Path<AccountImportId>,
    filter: Filter<ProposalFilter>,
) -> Result<Json<Page<GrantProposal>>> {
    actions::list_proposals(&permit, id.0, filter.0).await.map(Json)
}

/// Confirm or refuse in one act what a sheet proposes
#[utoipa::path(tag = "access", operation_id = "decide_proposals",
    params(
        ("id" = AccountImportId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = DecideProposals,
    responses((status = 200, body = DecidedProposals)))]
#[post("/grant-proposals/{id}/decision")]
async fn decide_proposals(
    permit: Permit<GrantRoles>,
    id: Path<AccountImportId>,
    body: Valid<DecideProposals>,
) -> Result<Json<DecidedProposals>> {
    actions::decide(&permit, id.0, body).await.map(Json)
}
