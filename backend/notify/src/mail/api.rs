//! The operations on the mail server.

use actix_web::{get, post, put};
use fupin_access::{Permit, permit::ManageGateways};
use fupin_contract::notify::{MailSettings, MailTrial};
use fupin_kernel::{Json, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_mail_server).service(set_mail_server).service(try_mail_server);
}

/// The server that takes mail
#[utoipa::path(tag = "notify", operation_id = "get_mail_server", responses((status = 200, body = MailSettings)))]
#[get("/mail-server")]
async fn get_mail_server(permit: Permit<ManageGateways>) -> Result<Json<MailSettings>> {
    actions::get_server(&permit).await.map(Json)
}

/// Change the server that takes mail, or send none any more
#[utoipa::path(tag = "notify", operation_id = "set_mail_server", request_body = MailSettings, responses((status = 200, body = MailSettings)))]
#[put("/mail-server")]
async fn set_mail_server(permit: Permit<ManageGateways>, body: Valid<MailSettings>) -> Result<Json<MailSettings>> {
    actions::set_server(&permit, body.into_inner()).await.map(Json)
}

/// Try the mail server by a mail to the caller's own confirmed address; without one, only whether it lets us in
#[utoipa::path(tag = "notify", operation_id = "try_mail_server", responses((status = 200, body = MailTrial)))]
#[post("/mail-server/trial")]
async fn try_mail_server(permit: Permit<ManageGateways>) -> Result<Json<MailTrial>> {
    actions::try_server(&permit).await.map(Json)
}
