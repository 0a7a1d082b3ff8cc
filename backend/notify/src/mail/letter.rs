//! One mail as servers and readers have it: headers in ASCII, text in UTF-8.
//!
//! Invariant: whatever a name or a template holds, it stays within its header.

use std::time::SystemTime;

use fupin_contract::{Email, MessageId, notify::MailServer};
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0},
    },
};

/// One mail to somebody.
#[derive(Clone, Debug)]
pub struct Mail {
    pub id: MessageId,
    pub to: Email,
    pub name: String,
    pub subject: String,
    pub text: String,
}

/// Why a mail cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address cannot be written")]
pub struct Unwritable;

/// An address as the envelope has it.
pub fn address(email: &Email) -> Result<Address, Unwritable> {
    email.reveal().parse().map_err(|_| Unwritable)
}

/// The whole mail, headers and text. The same message has the same number, so that whoever gets it twice can tell.
pub fn write(server: &MailServer, mail: &Mail) -> Result<Vec<u8>, Unwritable> {
    let named = |name: &str, email: &Email| address(email).map(|address| Mailbox::new(Some(one_line(name)), address));
    let message = Message::builder()
        .from(named(&server.from_name, &server.from_address)?)
        .to(named(&mail.name, &mail.to)?)
        .subject(one_line(&mail.subject))
        .date(SystemTime::now())
        .message_id(Some(format!("<{}@{}>", mail.id, server.from_address.domain())))
        // No machine answers a machine (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|_| Unwritable)?;
    Ok(message.formatted())
}

/// Without whatever would end a header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use fupin_contract::{
        Email, MessageId,
        notify::{MailSecurity, MailServer},
    };
    use proptest::prelude::*;

    use super::{Mail, address, write};

    fn written(from_name: &str, name: &str, subject: &str, text: &str) -> String {
        let server = MailServer {
            host: "smtp.example.cn".into(),
            port: 465,
            security: MailSecurity::Tls,
            user: String::new(),
            password: String::new(),
            from_address: Email::parse("fupin@example.cn").unwrap(),
            from_name: from_name.into(),
            authority: String::new(),
        };
        let mail = Mail {
            id: MessageId::generate(),
            to: Email::parse("z@example.cn").unwrap(),
            name: name.into(),
            subject: subject.into(),
            text: text.into(),
        };
        String::from_utf8(write(&server, &mail).unwrap()).unwrap()
    }

    /// The names of all headers; lines that begin with a blank continue the one before.
    fn headers(mail: &str) -> Vec<String> {
        let head = mail.split_once("\r\n\r\n").unwrap().0;
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split_once(':').unwrap().0.to_ascii_lowercase()).collect()
    }

    const EXPECTED: [&str; 9] = [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "content-type",
        "mime-version",
        "content-transfer-encoding",
    ];

    fn sorted(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        names.sort();
        names
    }

    #[test]
    fn a_mail_is_ascii_and_says_how_its_text_is_to_be_read() {
        let mail = written("海南扶贫", "王阿梅", "请填写《收入监测表》", "您好\n第二行");
        assert!(mail.is_ascii(), "{mail}");
        assert!(mail.to_ascii_lowercase().contains("content-type: text/plain; charset=utf-8"), "{mail}");
        assert_eq!(sorted(headers(&mail)), sorted(EXPECTED));
    }

    #[test]
    fn a_name_with_line_breaks_adds_no_header() {
        let evil = "王\r\nBcc: other@example.cn\r\n\r\nbody";
        for mail in [written(evil, "王", "s", "t"), written("f", evil, "s", "t"), written("f", "王", evil, "t")] {
            assert_eq!(sorted(headers(&mail)), sorted(EXPECTED), "{mail}");
        }
    }

    proptest! {
        #[test]
        fn no_name_or_subject_leaves_its_header(name in "\\PC{0,40}|[\\s\\S]{0,40}", subject in "[\\s\\S]{0,120}") {
            let mail = written(&name, &name, &subject, "t");
            prop_assert_eq!(sorted(headers(&mail)), sorted(EXPECTED));
            prop_assert!(mail.is_ascii());
        }

        #[test]
        fn every_address_that_we_keep_can_be_written(
            local in "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\\.[a-z0-9]{1,10}){0,2}", domain in "[a-z0-9]{1,10}(-[a-z0-9]{1,5})?\\.[a-z]{2,6}",
        ) {
            if let Ok(email) = Email::parse(&format!("{local}@{domain}")) {
                prop_assert!(address(&email).is_ok(), "{}", email.reveal());
            }
        }
    }
}
