//! By which ways each person is told: by SMS, by mail, or by both.
//!
//! Invariant: whoever has a phone or a confirmed address is told by one of them at least, whatever was chosen.

pub mod store;

use std::collections::HashMap;

use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use store::MailboxRow;

/// Where a person is reached, and what was chosen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach<'a> {
    pub phone_sealed: Option<&'a [u8]>,
    mailbox: Option<&'a MailboxRow>,
}

/// The mailboxes of people who are about to be told of an event; none while the house has no mail server.
#[derive(Debug, Default)]
pub struct Ways(HashMap<Uuid, MailboxRow>);

impl Ways {
    pub async fn load(tx: &mut Tx, event: &str, accounts: impl IntoIterator<Item = Uuid>) -> Result<Self> {
        let accounts: Vec<Uuid> = accounts.into_iter().collect();
        if accounts.is_empty() {
            return Ok(Self::default());
        }
        let rows = store::list_mailboxes(tx, event, &accounts).await?;
        Ok(Self(rows.into_iter().map(|row| (row.account_id, row)).collect()))
    }

    /// Where somebody is reached who has this phone.
    pub fn to<'a>(&'a self, account_id: Uuid, phone_sealed: Option<&'a [u8]>) -> Reach<'a> {
        Reach { phone_sealed, mailbox: self.0.get(&account_id) }
    }
}

impl<'a> Reach<'a> {
    /// By phone alone.
    pub fn phone(phone_sealed: Option<&'a [u8]>) -> Self {
        Self { phone_sealed, mailbox: None }
    }

    /// The phone to write to and the address to write to, where there are words for either.
    pub fn choose(self, sms_words: bool, mail_words: bool) -> (Option<&'a [u8]>, Option<&'a [u8]>) {
        let phone = self.phone_sealed.filter(|_| sms_words);
        let mailbox = self.mailbox.filter(|mailbox| mail_words && (mailbox.mail || phone.is_none()));
        let phone = phone.filter(|_| mailbox.is_none_or(|mailbox| mailbox.sms));
        (phone, mailbox.map(|mailbox| mailbox.email_sealed.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Reach, store::MailboxRow};

    fn chosen(phone: bool, choice: Option<(bool, bool)>, words: (bool, bool)) -> (bool, bool) {
        let row = choice.map(|(sms, mail)| MailboxRow { account_id: Uuid::nil(), email_sealed: vec![2], sms, mail });
        let reach = Reach { phone_sealed: phone.then_some(&[1]), mailbox: row.as_ref() };
        let (phone, mailbox) = reach.choose(words.0, words.1);
        (phone.is_some(), mailbox.is_some())
    }

    #[test]
    fn what_was_chosen_is_followed() {
        for choice in [(true, false), (false, true), (true, true)] {
            assert_eq!(chosen(true, Some(choice), (true, true)), choice);
        }
    }

    #[test]
    fn whoever_can_be_reached_is_reached() {
        let both = (true, true);
        assert_eq!(chosen(true, None, both), (true, false), "without a confirmed address by SMS");
        assert_eq!(chosen(false, Some((true, false)), both), (false, true), "without a phone by mail");
        assert_eq!(chosen(true, Some((false, true)), (true, false)), (true, false), "without words for mail by SMS");
        assert_eq!(chosen(false, None, both), (false, false));
        assert_eq!(chosen(true, Some((true, true)), (false, false)), (false, false));
    }
}
