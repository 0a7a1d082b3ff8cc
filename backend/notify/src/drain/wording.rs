//! The words in force, put together with the facts: notices, texts and mails.
//!
//! Invariant: a mail says nothing that a person typed about a report: a household's name may be in it, and mail lies in
//! many places for long.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use fupin_contract::notify::{MessageChannel, TemplateChannel};
use fupin_kernel::{Error, Result, Tx};

use super::{
    store::{self, TemplateRow},
    ways::Reach,
};
use crate::words::{self, Facts};

/// What stands below each mail: why one receives it, and where to change that.
pub const MAIL_FOOT: &str = "notify.mail_foot";
pub const FACTS_OF_FOOT: [&str; 1] = ["link"];
/// Where one changes by which ways one is told.
pub const CONTACT_PAGE: &str = "/me";
/// What mail leaves out: a reason that somebody typed.
const NOT_IN_MAIL: [&str; 1] = ["reason"];

/// One message to one address.
#[derive(Clone, Debug)]
pub struct Written {
    pub channel: MessageChannel,
    /// Sealed for its place in the account.
    pub address_sealed: Vec<u8>,
    /// Of a mail.
    pub subject: String,
    pub body: String,
    /// It is held back until then.
    pub waits_until: Option<DateTime<Utc>>,
}

/// A notice, and what goes to a phone and to a mailbox.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub notice: Option<String>,
    pub messages: Vec<Written>,
}

/// The templates in force.
#[derive(Debug)]
pub struct Words {
    templates: HashMap<(String, TemplateChannel), TemplateRow>,
    public_url: String,
}

/// Those facts that words on a channel may use.
pub fn fitting(channel: TemplateChannel, facts: &'static [&'static str]) -> Vec<&'static str> {
    let fits = |fact: &&str| channel != TemplateChannel::Mail || !NOT_IN_MAIL.contains(fact);
    facts.iter().copied().filter(fits).collect()
}

/// A mail's text and what stands below it.
pub fn with_foot(body: &str, foot: &str) -> String {
    if foot.is_empty() { body.to_owned() } else { format!("{body}\n\n-- \n{foot}") }
}

impl Words {
    pub async fn load(tx: &mut Tx, public_url: &str) -> Result<Self> {
        let rows = store::list_templates(tx).await?;
        Ok(Self::of(rows, public_url))
    }

    pub fn of(rows: Vec<TemplateRow>, public_url: &str) -> Self {
        let channel = |row: &TemplateRow| TemplateChannel::ALL.into_iter().find(|known| known.name() == row.channel);
        let keyed = rows.into_iter().filter_map(|row| Some(((row.event.clone(), channel(&row)?), row)));
        Self { templates: keyed.collect(), public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// A page's address, for somebody who reads it in a message.
    pub fn address(&self, page: &str) -> String {
        format!("{}{page}", self.public_url)
    }

    /// Everything that there are words for, by the ways that reach somebody.
    pub fn say(&self, event: &str, facts: &Facts, reach: Reach<'_>) -> Result<Said> {
        let has = |channel| self.template(event, channel).is_some();
        let (phone, mailbox) = reach.choose(has(TemplateChannel::Message), has(TemplateChannel::Mail));
        let mut said = Said { notice: self.line(event, TemplateChannel::Notice, facts)?, messages: Vec::new() };
        if let Some(phone) = phone {
            said.messages.extend(self.text(event, facts, phone)?);
        }
        if let Some(mailbox) = mailbox {
            said.messages.extend(self.mail(event, facts, mailbox)?);
        }
        Ok(said)
    }

    /// What an event says on a channel of one line.
    pub fn line(&self, event: &str, channel: TemplateChannel, facts: &Facts) -> Result<Option<String>> {
        self.template(event, channel).map(|template| render(&template.body, facts)).transpose()
    }

    fn text(&self, event: &str, facts: &Facts, phone_sealed: &[u8]) -> Result<Option<Written>> {
        let body = self.line(event, TemplateChannel::Message, facts)?;
        Ok(body.map(|body| Written {
            channel: MessageChannel::Sms,
            address_sealed: phone_sealed.to_vec(),
            subject: String::new(),
            body,
            waits_until: None,
        }))
    }

    /// A mail to an address, confirmed or not.
    pub fn mail(&self, event: &str, facts: &Facts, email_sealed: &[u8]) -> Result<Option<Written>> {
        let Some(template) = self.template(event, TemplateChannel::Mail) else { return Ok(None) };
        let facts: Facts = facts
            .iter()
            .filter(|(fact, _)| !NOT_IN_MAIL.contains(fact))
            .map(|(fact, value)| (*fact, value.clone()))
            .collect();
        let foot = Facts::from([("link", self.address(CONTACT_PAGE))]);
        let foot = self.line(MAIL_FOOT, TemplateChannel::Mail, &foot)?.unwrap_or_default();
        Ok(Some(Written {
            channel: MessageChannel::Mail,
            address_sealed: email_sealed.to_vec(),
            subject: render(&template.subject, &facts)?,
            body: with_foot(&render(&template.body, &facts)?, &foot),
            waits_until: None,
        }))
    }

    fn template(&self, event: &str, channel: TemplateChannel) -> Option<&TemplateRow> {
        self.templates.get(&(event.to_owned(), channel))
    }
}

fn render(template: &str, facts: &Facts) -> Result<String> {
    words::render(template, facts).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::{Facts, MAIL_FOOT, Reach, TemplateRow, Words};

    fn words(subject: &str, body: &str) -> Words {
        let row = |event: &str, subject: &str, body: &str| TemplateRow {
            event: event.to_owned(),
            channel: "mail".to_owned(),
            subject: subject.to_owned(),
            body: body.to_owned(),
        };
        Words::of(vec![row("x", subject, body), row(MAIL_FOOT, "", "在这里更改：{{link}}")], "https://fp.example.cn/")
    }

    #[test]
    fn a_mail_has_a_subject_of_one_line_and_says_below_why_it_came() {
        let facts = Facts::from([("name", "符丽\r\nBcc: other@example.cn".to_owned())]);
        let mail = words("{{name}}，请填报", "您好\n{{name}}").mail("x", &facts, b"sealed").unwrap().unwrap();
        assert_eq!(mail.subject, "符丽  Bcc: other@example.cn，请填报");
        assert_eq!(mail.body, "您好\n符丽  Bcc: other@example.cn\n\n-- \n在这里更改：https://fp.example.cn/me");
    }

    #[test]
    fn what_somebody_typed_of_a_report_is_in_no_mail() {
        let facts = Facts::from([("reason", "王家的收入不对".to_owned())]);
        assert!(words("退回", "{{reason}}").mail("x", &facts, b"sealed").is_err());
    }

    #[test]
    fn nobody_is_written_to_where_there_is_no_address() {
        let said = words("a", "b").say("x", &Facts::new(), Reach::phone(Some(b"sealed"))).unwrap();
        assert!(said.messages.is_empty() && said.notice.is_none());
    }
}
