//! Operations on the own address.

use actix_web::{get, post, put};
use fupin_contract::email::{ChangeEmail, ConfirmEmail, ConfirmedEmail, OwnEmail};
use fupin_kernel::{Json, NoContent, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::permit::{Anyone, Permit, SignedIn};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(get_own_email).service(change_email).service(ask_email_confirmation).service(confirm_email);
}

/// One's own e-mail address
#[utoipa::path(tag = "access", operation_id = "get_own_email", responses((status = 200, body = OwnEmail)))]
#[get("/session/email")]
async fn get_own_email(permit: Permit<SignedIn>) -> Result<Json<OwnEmail>> {
    actions::get_own_email(&permit).await.map(Json)
}

/// Change one's own e-mail address; it is sent a link, which confirms it
#[utoipa::path(tag = "access", operation_id = "change_email", request_body = ChangeEmail,
    responses((status = 204)))]
#[put("/session/email")]
async fn change_email(permit: Permit<SignedIn>, body: Valid<ChangeEmail>) -> Result<NoContent> {
    actions::change_email(&permit, body.into_inner()).await.map(|()| NoContent)
}

/// Have the link that confirms one's own address sent again
#[utoipa::path(tag = "access", operation_id = "ask_email_confirmation", responses((status = 204)))]
#[post("/session/email/confirmation")]
async fn ask_email_confirmation(permit: Permit<SignedIn>) -> Result<NoContent> {
    actions::ask_confirmation(&permit).await.map(|()| NoContent)
}

/// Confirm an e-mail address by the link that was sent to it
#[utoipa::path(tag = "access", operation_id = "confirm_email", request_body = ConfirmEmail,
    responses((status = 200, body = ConfirmedEmail)))]
#[post("/email-confirmations")]
async fn confirm_email(permit: Permit<Anyone>, body: Valid<ConfirmEmail>) -> Result<Json<ConfirmedEmail>> {
    crate::limits::check_address(permit.app(), permit.facts())?;
    actions::confirm_email(&permit, body.into_inner()).await.map(Json)
}
