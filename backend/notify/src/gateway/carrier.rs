//! What the carriers have in common: templates for our events, and a word on a message.

use std::collections::HashSet;

use fupin_contract::{
    Fault,
    notify::{CarrierTemplate, ReceiptOutcome},
};
use reqwest::Url;

use crate::{
    address::{self, Reach},
    drain::facts_of,
};

/// Our own code for an event that no template of the carrier tells of; it is mended in the gateway's settings.
pub const NO_TEMPLATE: &str = "no template for this event";
/// The longest code of a carrier that is kept.
const MOST_CODE: usize = 100;

/// A carrier's word on a message, when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub outcome: ReceiptOutcome,
    /// The carrier's own code.
    pub code: String,
    /// The carrier's own number of the message.
    pub reference: Option<String>,
}

/// A carrier's code in one line, no longer than a receipt's.
#[must_use]
pub fn short(code: &str) -> String {
    code.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CODE).collect::<String>().trim().to_owned()
}

/// The carrier's template for an event.
#[must_use]
pub fn template_for<'a>(templates: &'a [CarrierTemplate], event: &str) -> Option<&'a CarrierTemplate> {
    templates.iter().find(|template| template.event == event)
}

/// Everything that is wrong with a carrier's settings, by field.
#[must_use]
pub fn check(gateway: &str, endpoint: &str, templates: &[CarrierTemplate], reach: Reach) -> Vec<(String, Fault)> {
    let mut faults = check_templates(gateway, templates);
    if let Err(refused) = address::read(endpoint, reach) {
        faults.push((format!("{gateway}.endpoint"), Fault::new(refused.code())));
    }
    faults
}

fn check_templates(gateway: &str, templates: &[CarrierTemplate]) -> Vec<(String, Fault)> {
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for (index, template) in templates.iter().enumerate() {
        let field = format!("{gateway}.templates.{index}");
        let facts = facts_of(&template.event);
        if facts.is_none() {
            faults
                .push((format!("{field}.event"), Fault::new("template.no_event").with("name", template.event.clone())));
        } else if !seen.insert(&template.event) {
            faults.push((format!("{field}.event"), Fault::new("template.twice").with("name", template.event.clone())));
        }
        let Some(facts) = facts else { continue };
        for param in template.params.iter().filter(|param| !facts.contains(&param.fact.as_str())) {
            let fault = Fault::new("template.no_fact").with("name", param.fact.clone());
            faults.push((format!("{field}.params"), fault));
        }
    }
    faults
}

/// What the header `Host` says of an address.
#[must_use]
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use fupin_contract::notify::{CarrierParam, CarrierTemplate};

    use super::{check_templates, host};

    fn template(event: &str, fact: &str) -> CarrierTemplate {
        let params = vec![CarrierParam { name: "n".into(), fact: fact.into() }];
        CarrierTemplate { event: event.into(), code: "SMS_1".into(), params }
    }

    #[test]
    fn templates_for_what_is_not_there_are_named() {
        let templates = [
            template("reporting.task_issued", "count"),
            template("reporting.task_issued", "count"),
            template("reporting.task_lost", "count"),
            template("reporting.report_returned", "secret"),
        ];
        let faults: Vec<_> =
            check_templates("aliyun", &templates).into_iter().map(|(field, fault)| (field, fault.code)).collect();
        let faults: Vec<_> = faults.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
        assert_eq!(
            faults,
            [
                ("aliyun.templates.1.event", "template.twice"),
                ("aliyun.templates.2.event", "template.no_event"),
                ("aliyun.templates.3.params", "template.no_fact"),
            ]
        );
    }

    #[test]
    fn a_port_of_its_own_is_part_of_the_host() {
        assert_eq!(host(&"https://a.example.cn/x".parse().unwrap()), "a.example.cn");
        assert_eq!(host(&"http://127.0.0.1:81/".parse().unwrap()), "127.0.0.1:81");
    }
}
