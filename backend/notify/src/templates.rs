//! The words for what people are told: loaded from the province's data, and edited by the system administrator.
//! Invariant: a template in force can be filled: it asks for nothing that its event may not have.

mod actions;
mod api;

use fupin_contract::notify::TemplateChannel;
use fupin_kernel::{Error, Result, Tx};
use serde::Deserialize;

pub(crate) use api::configure;

use crate::{
    drain::{
        MAIL_FOOT, facts_on,
        store::{self, TemplateRow},
    },
    words::{self, Facts},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    event: String,
    channel: TemplateChannel,
    #[serde(default)]
    subject: String,
    body: String,
}

/// Put the templates of a province's `messages.json` in force where nothing is said yet: what an administrator has
/// written stays. Refuses a template that could not be filled.
pub async fn load(tx: &mut Tx, json: &str) -> Result<()> {
    let templates: Vec<Template> = read(json).map_err(Error::internal)?;
    let rows: Vec<TemplateRow> = templates.into_iter().map(TemplateRow::from).collect();
    store::add_templates(tx, &rows).await
}

impl From<Template> for TemplateRow {
    fn from(template: Template) -> Self {
        let Template { event, channel, subject, body } = template;
        Self { event, channel: channel.name().to_owned(), subject, body }
    }
}

/// Whether words need a subject: every mail has one, and what stands below each is no mail by itself.
fn has_subject(event: &str, channel: TemplateChannel) -> bool {
    channel == TemplateChannel::Mail && event != MAIL_FOOT
}

fn read(json: &str) -> Result<Vec<Template>, String> {
    let templates: Vec<Template> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    for template in &templates {
        let Template { event, channel, subject, body } = template;
        let names = facts_on(event, *channel).ok_or_else(|| format!("there is no event {event}"))?;
        let facts: Facts = names.into_iter().map(|name| (name, name.to_owned())).collect();
        for text in [subject, body] {
            words::render(text, &facts).map_err(|error| format!("{event}: {error}"))?;
        }
        if has_subject(event, *channel) == subject.is_empty() {
            return Err(format!("{event}: mail has a subject, and nothing else has"));
        }
    }
    Ok(templates)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn shipped_templates_can_all_be_filled() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/provinces");
        let mut provinces = 0;
        for province in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("messages.json")) {
            if province.exists() {
                read(&std::fs::read_to_string(&province).unwrap()).unwrap();
                provinces += 1;
            }
        }
        assert!(provinces > 0);
    }

    #[test]
    fn templates_that_cannot_be_filled_are_refused() {
        let of =
            |event: &str, body: &str| read(&format!(r#"[{{"event":"{event}","channel":"notice","body":"{body}"}}]"#));
        assert!(of("reporting.task_issued", "{{count}}").is_ok());
        assert!(of("reporting.task_issued", "{{counts}}").is_err());
        assert!(of("reporting.task_lost", "{{count}}").is_err());
    }

    #[test]
    fn a_mail_has_a_subject_and_repeats_nothing_that_was_typed_about_a_report() {
        let of = |subject: &str, body: &str| {
            let event = "reporting.report_returned";
            read(&format!(r#"[{{"event":"{event}","channel":"mail","subject":"{subject}","body":"{body}"}}]"#))
        };
        assert!(of("退回", "{{unit}}").is_ok());
        assert!(of("", "{{unit}}").is_err());
        assert!(of("退回", "{{reason}}").is_err());
    }
}
