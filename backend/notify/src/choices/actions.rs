//! What a person chooses.

use std::collections::{HashMap, HashSet};

use fupin_access::{Permit, permit::SignedIn};
use fupin_contract::{
    Fault,
    notify::{MessageChoice, MessageChoices, SetMessageChoices},
};
use fupin_kernel::{Error, Result, Tx, audit::Event};
use uuid::Uuid;

use super::store;
use crate::{drain::occasions, mail};

pub(super) async fn get_choices(permit: &Permit<SignedIn>) -> Result<MessageChoices> {
    let of = permit.account_id()?;
    permit.read(async |tx| read(tx, of.0).await).await
}

pub(super) async fn set_choices(permit: &Permit<SignedIn>, input: SetMessageChoices) -> Result<MessageChoices> {
    let of = permit.account_id()?;
    let known: HashSet<&str> = occasions().collect();
    if let Some(unknown) = input.items.iter().find(|choice| !known.contains(choice.event.as_str())) {
        let fault = Fault::new("template.no_event").with("name", unknown.event.clone());
        return Err(Error::invalid_field("items", fault));
    }
    let mut named = HashSet::new();
    if let Some(again) = input.items.iter().find(|choice| !named.insert(choice.event.as_str())) {
        return Err(Error::invalid_field("items", Fault::new("template.twice").with("name", again.event.clone())));
    }
    let event = Event::new("notify.choices_set").with("items", serde_json::to_value(&input.items)?);
    permit
        .write(event, async |tx| {
            store::save_choices(tx, of, &input.items).await?;
            read(tx, of.0).await
        })
        .await
}

async fn read(tx: &mut Tx, of: Uuid) -> Result<MessageChoices> {
    let chosen: HashMap<String, (bool, bool)> =
        store::list_choices(tx, of).await?.into_iter().map(|row| (row.event, (row.sms, row.mail))).collect();
    let worded: HashSet<String> = store::list_worded(tx).await?.into_iter().collect();
    // Of what there are no words for, nobody is told by either way.
    let told = occasions().filter(|event| {
        let of_it = format!("{event}.");
        worded.iter().any(|words| words == event || words.starts_with(&of_it))
    });
    let items = told.map(|event| {
        let (sms, mail) = chosen.get(event).copied().unwrap_or((true, true));
        MessageChoice { event: event.to_owned(), sms, mail }
    });
    Ok(MessageChoices { mail_offered: mail::is_offered(tx).await?, items: items.collect() })
}
