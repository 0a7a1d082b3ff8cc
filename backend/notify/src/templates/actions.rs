//! What an administrator does with the words.

use fupin_access::{Permit, permit::ManageGateways};
use fupin_contract::{
    Fault,
    notify::{MessageTemplate, MessageTemplates, PreviewTemplate, SetTemplate, TemplateChannel, TemplatePreview},
};
use fupin_kernel::{Error, Result, audit::Event};

use crate::{
    drain::{events, facts_of, store},
    words::{self, Facts, TemplateError},
};

pub async fn list_templates(permit: &Permit<ManageGateways>) -> Result<MessageTemplates> {
    crate::check_whole(permit.scope())?;
    let rows = permit.read(async |tx| store::list_templates(tx).await).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(channel) = TemplateChannel::ALL.into_iter().find(|channel| channel.name() == row.channel) else {
            continue;
        };
        let facts = facts_of(&row.event).unwrap_or_default().iter().map(|name| (*name).to_owned()).collect();
        items.push(MessageTemplate { event: row.event, channel, body: row.body, facts });
    }
    // In the order of a report's life, the message before the notice.
    let rank = |event: &str| events().position(|known| known == event);
    items.sort_by_key(|item| (rank(&item.event), item.channel.name()));
    Ok(MessageTemplates { items })
}

/// What a filled template looks like, and how many texts a carrier counts it as.
pub fn preview(permit: &Permit<ManageGateways>, template: &PreviewTemplate) -> Result<TemplatePreview> {
    crate::check_whole(permit.scope())?;
    let text = fill(&template.event, &template.body, &permit.app().settings.public_url)?;
    let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    Ok(TemplatePreview { segments: words::segments(&text), characters, text })
}

pub async fn set_template(
    permit: &Permit<ManageGateways>,
    event: &str,
    channel: TemplateChannel,
    input: SetTemplate,
) -> Result<MessageTemplate> {
    crate::check_whole(permit.scope())?;
    let names = facts_of(event).ok_or(Error::NotFound)?;
    fill(event, &input.body, &permit.app().settings.public_url)?;
    let act = Event::on("notify.template_set", event).with("channel", channel.name()).with("body", input.body.as_str());
    permit.write(act, async |tx| store::save_template(tx, event, channel.name(), &input.body).await).await?;
    let facts = names.iter().map(|name| (*name).to_owned()).collect();
    Ok(MessageTemplate { event: event.to_owned(), channel, body: input.body, facts })
}

fn fill(event: &str, body: &str, public_url: &str) -> Result<String> {
    let no_event = || Error::invalid_field("event", Fault::new("template.no_event").with("name", event));
    let names = facts_of(event).ok_or_else(no_event)?;
    words::render(body, &sample(names, event, public_url)).map_err(|error| {
        let fault = match error {
            TemplateError::Open => Fault::new("template.open"),
            TemplateError::Unknown(name) => Fault::new("template.no_fact").with("name", name),
        };
        Error::invalid_field("body", fault)
    })
}

/// Somebody made up, and what he might be told.
fn sample(names: &'static [&'static str], event: &str, public_url: &str) -> Facts {
    let link = match event {
        many if many.ends_with(".many") => "/todo",
        _ if names.contains(&"principal") => "/delegations",
        _ if names.contains(&"username") => "/activate#AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE",
        _ => "/r/018f0000-0000-7000-8000-000000000001",
    };
    let value = |name: &'static str| match name {
        "name" => "张三".to_owned(),
        "username" => "zhang.san".to_owned(),
        "phone" => "199****1234".to_owned(),
        "principal" => "李四".to_owned(),
        "delegate" => "王五".to_owned(),
        "count" => "3".to_owned(),
        "units" => "12".to_owned(),
        "form" => "家庭收入监测表".to_owned(),
        "forms" => "家庭收入监测表、帮扶措施表、住房安全表".to_owned(),
        "unit" => "样例村".to_owned(),
        "year" => "2026".to_owned(),
        "month" | "due_month" | "first_month" | "last_month" => "11".to_owned(),
        "first_day" | "day" => "16".to_owned(),
        "due_day" | "last_day" => "25".to_owned(),
        "reason" => "第 4 行与上月相差较大，请核对".to_owned(),
        "link" => format!("{}{link}", public_url.trim_end_matches('/')),
        other => other.to_owned(),
    };
    names.iter().map(|name| (*name, value(name))).collect()
}
