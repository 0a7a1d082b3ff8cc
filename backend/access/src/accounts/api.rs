//! Operations on accounts and grants.

use actix_web::{delete, get, post, put};
use fupin_contract::{
    AccountId, GrantId, Page,
    access::{
        Account, AccountFilter, CreateAccount, CreatedAccount, GrantRole, HandOver, OneTimeLink, RolePermissions,
        UpdateAccount,
    },
};
use fupin_kernel::{Created, Filter, Json, NoContent, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::permit::{AdministerGrants, ManageAccounts, Permit, ReadAccounts, SignedIn};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(list_accounts)
        .service(create_account)
        .service(get_account)
        .service(update_account)
        .service(disable_account)
        .service(enable_account)
        .service(unlock_account)
        .service(hand_over_account)
        .service(issue_reset_link)
        .service(grant_role)
        .service(revoke_grant)
        .service(list_roles);
}

/// List accounts
#[utoipa::path(tag = "access", operation_id = "list_accounts", params(AccountFilter),
    responses((status = 200, body = Page<Account>)))]
#[get("/accounts")]
async fn list_accounts(permit: Permit<ReadAccounts>, filter: Filter<AccountFilter>) -> Result<Json<Page<Account>>> {
    actions::list_accounts(&permit, filter.0).await.map(Json)
}

/// Create an account
#[utoipa::path(tag = "access", operation_id = "create_account", request_body = CreateAccount,
    responses((status = 201, body = CreatedAccount)))]
#[post("/accounts")]
async fn create_account(permit: Permit<ManageAccounts>, body: Valid<CreateAccount>) -> Result<Created<CreatedAccount>> {
    actions::create_account(&permit, body.into_inner()).await.map(Created)
}

/// Read an account
#[utoipa::path(tag = "access", operation_id = "get_account", params(("id" = AccountId, Path)),
    responses((status = 200, body = Account)))]
#[get("/accounts/{id}")]
async fn get_account(permit: Permit<ReadAccounts>, id: Path<AccountId>) -> Result<Json<Account>> {
    actions::get_account(&permit, id.0).await.map(Json)
}

/// Correct an account
#[utoipa::path(tag = "access", operation_id = "update_account", params(("id" = AccountId, Path)),
    request_body = UpdateAccount, responses((status = 200, body = Account)))]
#[put("/accounts/{id}")]
async fn update_account(
    permit: Permit<ManageAccounts>,
    id: Path<AccountId>,
    body: Valid<UpdateAccount>,
) -> Result<Json<Account>> {
    actions::update_account(&permit, id.0, body.into_inner()).await.map(Json)
}

/// Disable an account
#[utoipa::path(tag = "access", operation_id = "disable_account", params(("id" = AccountId, Path)),
    responses((status = 200, body = Account)))]
#[post("/accounts/{id}/disable")]
async fn disable_account(permit: Permit<ManageAccounts>, id: Path<AccountId>) -> Result<Json<Account>> {
    actions::disable_account(&permit, id.0).await.map(Json)
}

/// Enable a disabled account
#[utoipa::path(tag = "access", operation_id = "enable_account", params(("id" = AccountId, Path)),
    responses((status = 200, body = Account)))]
#[post("/accounts/{id}/enable")]
async fn enable_account(permit: Permit<ManageAccounts>, id: Path<AccountId>) -> Result<Json<Account>> {
    actions::enable_account(&permit, id.0).await.map(Json)
}

/// Unlock an account
#[utoipa::path(tag = "access", operation_id = "unlock_account", params(("id" = AccountId, Path)),
    responses((status = 200, body = Account)))]
#[post("/accounts/{id}/unlock")]
async fn unlock_account(permit: Permit<ManageAccounts>, id: Path<AccountId>) -> Result<Json<Account>> {
    actions::unlock_account(&permit, id.0).await.map(Json)
}

/// Hand over what an account owes
#[utoipa::path(tag = "access", operation_id = "hand_over_account", params(("id" = AccountId, Path)),
    request_body = HandOver, responses((status = 200, body = Account)))]
#[post("/accounts/{id}/hand-over")]
async fn hand_over_account(
    permit: Permit<ManageAccounts>,
    id: Path<AccountId>,
    body: Valid<HandOver>,
) -> Result<Json<Account>> {
    actions::hand_over(&permit, id.0, body.into_inner()).await.map(Json)
}

/// Make a one-time link that sets a new password
#[utoipa::path(tag = "access", operation_id = "issue_reset_link", params(("id" = AccountId, Path)),
    responses((status = 200, body = OneTimeLink)))]
#[post("/accounts/{id}/reset-link")]
async fn issue_reset_link(permit: Permit<ManageAccounts>, id: Path<AccountId>) -> Result<Json<OneTimeLink>> {
    actions::issue_reset_link(&permit, id.0).await.map(Json)
}

/// Give an account a role at a unit
#[utoipa::path(tag = "access", operation_id = "grant_role", params(("id" = AccountId, Path)),
    request_body = GrantRole, responses((status = 201, body = Account)))]
#[post("/accounts/{id}/grants")]
async fn grant_role(
    permit: Permit<AdministerGrants>,
    id: Path<AccountId>,
    body: Valid<GrantRole>,
) -> Result<Created<Account>> {
    actions::grant_role(&permit, id.0, body.into_inner()).await.map(Created)
}

/// Take a grant away
#[utoipa::path(tag = "access", operation_id = "revoke_grant", params(("id" = GrantId, Path)),
    responses((status = 204)))]
#[delete("/grants/{id}")]
async fn revoke_grant(permit: Permit<AdministerGrants>, id: Path<GrantId>) -> Result<NoContent> {
    actions::revoke_grant(&permit, id.0).await.map(|()| NoContent)
}

/// List what each role may do
#[utoipa::path(tag = "access", operation_id = "list_roles", responses((status = 200, body = Page<RolePermissions>)))]
#[get("/roles")]
async fn list_roles(_permit: Permit<SignedIn>) -> Json<Page<RolePermissions>> {
    Json(actions::list_roles())
}
