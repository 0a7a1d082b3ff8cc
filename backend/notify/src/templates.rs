//! The words for what people are told: loaded from the province's data, and edited by the system administrator.
//! Invariant: a template in force can be filled: it asks for nothing that its event may not have.

mod actions;
mod api;

use fupin_contract::notify::TemplateChannel;
use fupin_kernel::{Error, Result, Tx};
use serde::Deserialize;

pub(crate) use api::configure;

use crate::{
    drain::{facts_of, store},
    words::{self, Facts},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    event: String,
    channel: TemplateChannel,
    body: String,
}

/// Put the templates of a province's `messages.json` in force where nothing is said yet: what an administrator has
/// written stays. Refuses a template that could not be filled.
pub async fn load(tx: &mut Tx, json: &str) -> Result<()> {
    let templates: Vec<Template> = read(json).map_err(Error::internal)?;
    let column = |value: fn(&Template) -> String| templates.iter().map(value).collect::<Vec<_>>();
    store::add_templates(
        tx,
        &column(|template| template.event.clone()),
        &column(|template| template.channel.name().to_owned()),
        &column(|template| template.body.clone()),
    )
    .await
}

fn read(json: &str) -> Result<Vec<Template>, String> {
    let templates: Vec<Template> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    for template in &templates {
        let names = facts_of(&template.event).ok_or_else(|| format!("there is no event {}", template.event))?;
        let facts: Facts = names.iter().map(|name| (*name, (*name).to_owned())).collect();
        words::render(&template.body, &facts).map_err(|error| format!("{}: {error}", template.event))?;
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
}
