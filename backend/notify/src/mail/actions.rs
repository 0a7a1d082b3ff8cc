//! What the system administrator does with the mail server.

use std::time::Duration;

use fupin_access::{Permit, email, permit::ManageGateways};
use fupin_contract::{
    Email, MessageId,
    notify::{MailSettings, MailTrial, MailTrialOutcome},
};
use fupin_kernel::{Error, Result, audit::Event, seal};

use super::{Mail, smtp, store};
use crate::{
    drain::{MAIL_FOOT, facts_on},
    rules::Outcome,
    words::{self, Facts},
};

/// Somebody waits before the page: shorter than for mail that is sent behind it.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) async fn get_server(permit: &Permit<ManageGateways>) -> Result<MailSettings> {
    crate::check_whole(permit.scope())?;
    let server = permit.read(async |tx| super::load(tx, &permit.app().keys).await).await?;
    Ok(MailSettings { server: server.map(super::without_password) })
}

pub(super) async fn set_server(permit: &Permit<ManageGateways>, settings: MailSettings) -> Result<MailSettings> {
    crate::check_whole(permit.scope())?;
    settings.server.as_ref().map(super::check).transpose()?;
    let host = settings.server.as_ref().map(|server| server.host.clone());
    let event = Event::new("notify.mail_server_set").with("host", host);
    let keys = &permit.app().keys;
    let server = permit.write(event, async |tx| super::install(tx, keys, settings.server.clone()).await).await?;
    Ok(MailSettings { server: server.map(super::without_password) })
}

/// Send the caller a mail, if he has confirmed an address; else see whether the server lets us in. Nothing but the
/// link that confirms it goes to an address before.
pub(super) async fn try_server(permit: &Permit<ManageGateways>) -> Result<MailTrial> {
    crate::check_whole(permit.scope())?;
    permit.facts().trace.set_event(&Event::new("notify.mail_tried"));
    let (caller, keys) = (permit.account_id()?, &permit.app().keys);
    let found =
        permit.read(async |tx| Ok((super::load(tx, keys).await?, store::find_owner(tx, caller).await?))).await?;
    let (Some(server), owner) = found else { return Err(Error::conflict("notify.no_mail_server")) };
    let trial = match owner {
        Some(owner) => {
            let to = seal::open(keys, &email::place(caller), &owner.email_sealed)?;
            let to = Email::parse(&to).map_err(Error::internal)?;
            let address = Some(to.masked());
            let mail = trial_mail(permit, to, owner.name).await?;
            match smtp::send(&server, &mail, PATIENCE).await {
                Outcome::Accepted { code, .. } => MailTrial { outcome: MailTrialOutcome::Sent, address, code },
                Outcome::NotNow { code, .. } | Outcome::Refused { code } | Outcome::Unclear { code } => {
                    MailTrial { outcome: MailTrialOutcome::Failed, address, code }
                }
            }
        }
        None => match smtp::knock(&server, PATIENCE).await {
            Ok(code) => MailTrial { outcome: MailTrialOutcome::LetIn, address: None, code },
            Err(code) => MailTrial { outcome: MailTrialOutcome::Failed, address: None, code },
        },
    };
    let outcome = serde_json::to_value(trial.outcome)?;
    let event = Event::new("notify.mail_tried").with("outcome", outcome).with("code", trial.code.as_str());
    permit.write(event, async |_| Ok(())).await?;
    Ok(trial)
}

/// What stands below each mail is all that a test mail has to say.
async fn trial_mail(permit: &Permit<ManageGateways>, to: Email, name: String) -> Result<Mail> {
    let rows = permit.read(async |tx| crate::drain::store::list_templates(tx).await).await?;
    let foot = rows.into_iter().find(|row| row.event == MAIL_FOOT).map(|row| row.body).unwrap_or_default();
    let link = format!("{}/me", permit.app().settings.public_url.trim_end_matches('/'));
    let names = facts_on(MAIL_FOOT, fupin_contract::notify::TemplateChannel::Mail).unwrap_or_default();
    let facts: Facts = names.into_iter().map(|fact| (fact, link.clone())).collect();
    let text = words::render(&foot, &facts).map_err(Error::internal)?;
    Ok(Mail { id: MessageId::generate(), to, name, subject: SUBJECT.to_owned(), text: format!("{SUBJECT}\n\n{text}") })
}

/// The administrator reads that it arrived; nobody else ever gets it.
const SUBJECT: &str = "测试邮件 Test mail";
