//! The operations on the words.

use actix_web::{get, put};
use fupin_access::{Permit, permit::ManageGateways};
use fupin_contract::notify::{
    MessageTemplate, MessageTemplates, PreviewTemplate, SetTemplate, TemplateChannel, TemplatePreview,
};
use fupin_kernel::{Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_message_templates).service(preview_message_template).service(set_message_template);
}

/// The words for what people are told
#[utoipa::path(tag = "notify", operation_id = "list_message_templates", responses((status = 200, body = MessageTemplates)))]
#[get("/message-templates")]
async fn list_message_templates(permit: Permit<ManageGateways>) -> Result<Json<MessageTemplates>> {
    actions::list_templates(&permit).await.map(Json)
}

/// What a template looks like when it is filled
#[utoipa::path(tag = "notify", operation_id = "preview_message_template", params(PreviewTemplate), responses((status = 200, body = TemplatePreview)))]
#[get("/message-templates/preview")]
async fn preview_message_template(
    permit: Permit<ManageGateways>,
    template: Filter<PreviewTemplate>,
) -> Result<Json<TemplatePreview>> {
    actions::preview(&permit, &template.0).await.map(Json)
}

/// Change the words for an event
#[utoipa::path(
    tag = "notify", operation_id = "set_message_template",
    params(("event" = String, Path, description = "`reporting.task_issued`"), ("channel" = TemplateChannel, Path)),
    request_body = SetTemplate,
    responses((status = 200, body = MessageTemplate))
)]
#[put("/message-templates/{event}/{channel}")]
async fn set_message_template(
    permit: Permit<ManageGateways>,
    path: Path<(String, TemplateChannel)>,
    body: Valid<SetTemplate>,
) -> Result<Json<MessageTemplate>> {
    let (event, channel) = path.0;
    actions::set_template(&permit, &event, channel, body.into_inner()).await.map(Json)
}
