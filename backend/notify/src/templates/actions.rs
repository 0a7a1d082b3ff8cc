//! What an administrator does with the words.

use fupin_access::{Permit, permit::ManageGateways};
use fupin_contract::{
    Fault,
    notify::{MessageTemplate, MessageTemplates, PreviewTemplate, SetTemplate, TemplateChannel, TemplatePreview},
};
use fupin_kernel::{Error, Result, audit::Event};

use super::has_subject;
use crate::{
    drain::{
        MAIL_FOOT, events, facts_on,
        store::{self, TemplateRow},
        with_foot,
    },
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
        let facts = facts_on(&row.event, channel).unwrap_or_default().into_iter().map(str::to_owned).collect();
        items.push(MessageTemplate { event: row.event, channel, subject: row.subject, body: row.body, facts });
    }
    // In the order of a report's life, the message before the mail, and the notice last.
    let rank = |event: &str| events().position(|known| known == event);
    let place = |channel| TemplateChannel::ALL.into_iter().position(|known| known == channel);
    items.sort_by_key(|item| (rank(&item.event), place(item.channel)));
    Ok(MessageTemplates { items })
}

/// What a filled template looks like, and how many texts a carrier counts it as.
pub async fn preview(permit: &Permit<ManageGateways>, template: &PreviewTemplate) -> Result<TemplatePreview> {
    crate::check_whole(permit.scope())?;
    let channel = template.channel.unwrap_or(TemplateChannel::Message);
    let no_event =
        || Error::invalid_field("event", Fault::new("template.no_event").with("name", template.event.clone()));
    let names = facts_on(&template.event, channel).ok_or_else(no_event)?;
    let sample = sample(&names, &template.event, &permit.app().settings.public_url);
    check_shape(&template.event, channel, template.subject.as_deref(), &template.body)?;
    let subject = template.subject.as_deref().map(|subject| fill("subject", subject, &sample)).transpose()?;
    let mut text = fill("body", &template.body, &sample)?;
    if has_subject(&template.event, channel) {
        text = with_foot(&text, &foot(permit).await?);
    }
    let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    Ok(TemplatePreview { subject, segments: words::segments(&text), characters, text })
}

/// What stands below each mail, filled.
async fn foot(permit: &Permit<ManageGateways>) -> Result<String> {
    let rows = permit.read(async |tx| store::list_templates(tx).await).await?;
    let Some(row) = rows.into_iter().find(|row| row.event == MAIL_FOOT) else { return Ok(String::new()) };
    let names = facts_on(MAIL_FOOT, TemplateChannel::Mail).unwrap_or_default();
    fill("body", &row.body, &sample(&names, MAIL_FOOT, &permit.app().settings.public_url))
}

pub async fn set_template(
    permit: &Permit<ManageGateways>,
    event: &str,
    channel: TemplateChannel,
    input: SetTemplate,
) -> Result<MessageTemplate> {
    crate::check_whole(permit.scope())?;
    let names = facts_on(event, channel).ok_or(Error::NotFound)?;
    check_shape(event, channel, input.subject.as_deref(), &input.body)?;
    let sample = sample(&names, event, &permit.app().settings.public_url);
    let SetTemplate { subject, body } = input;
    let subject = subject.unwrap_or_default();
    fill("subject", &subject, &sample)?;
    fill("body", &body, &sample)?;
    let act = Event::on("notify.template_set", event).with("channel", channel.name()).with("body", body.as_str());
    let act = if subject.is_empty() { act } else { act.with("subject", subject.as_str()) };
    let (event, facts) = (event.to_owned(), names.into_iter().map(str::to_owned).collect());
    let row = TemplateRow {
        event: event.clone(),
        channel: channel.name().to_owned(),
        subject: subject.clone(),
        body: body.clone(),
    };
    permit.write(act, async |tx| store::save_template(tx, row.clone()).await).await?;
    Ok(MessageTemplate { event, channel, subject, body, facts })
}

/// Lines and a subject are for mail alone.
fn check_shape(event: &str, channel: TemplateChannel, subject: Option<&str>, body: &str) -> Result<()> {
    let mail = channel == TemplateChannel::Mail;
    if !mail && body.contains('\n') {
        return Err(Error::invalid_field("body", Fault::new("blank")));
    }
    match (has_subject(event, channel), subject) {
        (true, None) => Err(Error::invalid_field("subject", Fault::new("required"))),
        (false, Some(_)) => Err(Error::invalid_field("subject", Fault::new("no_subject"))),
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

fn fill(field: &str, text: &str, sample: &Facts) -> Result<String> {
    words::render(text, sample).map_err(|error| {
        let fault = match error {
            TemplateError::Open => Fault::new("template.open"),
            TemplateError::Unknown(name) => Fault::new("template.no_fact").with("name", name),
        };
        Error::invalid_field(field, fault)
    })
}

/// Somebody made up, and what he might be told.
fn sample(names: &[&'static str], event: &str, public_url: &str) -> Facts {
    let link = match event {
        many if many.ends_with(".many") => "/todo",
        MAIL_FOOT => "/me",
        "access.email_asked" => "/confirm-email#AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE",
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
