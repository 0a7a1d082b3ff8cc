//! An e-mail address: where messages go besides a phone, once its owner has confirmed it. Shown masked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// `local@domain` in ASCII; the domain in lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnEmail;

impl std::fmt::Display for NotAnEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an e-mail address is written name@domain")
    }
}

impl std::error::Error for NotAnEmail {}

/// As the document has it; [`Email::parse`] asks for fitting lengths besides.
#[cfg(feature = "openapi")]
const PATTERN: &str = "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+([.][A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\
     @([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])$";
/// What a name may hold besides letters and digits (RFC 5321, without quotes).
const MARKS: &str = "!#$%&'*+/=?^_`{|}~-";
const MOST: usize = 254;
const MOST_LOCAL: usize = 64;
const MOST_LABEL: usize = 63;

impl Email {
    /// Accept a plain address; blanks around it are dropped.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let fits = text.len() <= MOST && local.len() <= MOST_LOCAL && is_local(local) && is_domain(domain);
        if fits { Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase()))) } else { Err(NotAnEmail) }
    }

    /// The address in clear, for the mail server alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// `z***@hainan.gov.cn`.
    #[must_use]
    pub fn masked(&self) -> String {
        mask_email(&self.0)
    }
}

fn is_local(local: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || MARKS.as_bytes().contains(&byte);
    local.split('.').all(|part| !part.is_empty() && part.bytes().all(fits))
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.len() <= MOST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let named = labels.last().is_some_and(|last| last.len() > 1 && last.starts_with(|c: char| c.is_ascii_alphabetic()));
    labels.len() > 1 && named && labels.iter().all(is_label)
}

/// `z***@hainan.gov.cn` for a stored address; anything else is hidden whole.
#[must_use]
pub fn mask_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", local.chars().take(1).collect::<String>()),
        None => "***".to_owned(),
    }
}

/// An address never reaches a log by accident.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Email {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Email {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("An e-mail address"))
            .pattern(Some(PATTERN))
            .examples([serde_json::json!("zhang.san@example.cn")])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Email {}

/// One's own e-mail address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnEmail {
    /// `z***@hainan.gov.cn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Absent: the link that was sent there has not been opened, and nothing else is sent there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Have another address kept, or none any more. A link is sent to it, which confirms it.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// Proves that it is the account's owner who asks.
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub password: String,
    /// Absent: no address is kept any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
}

/// Confirm an address by what was sent to it.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    #[validate(length(min = 20, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 20, max_length = 100))]
    pub token: String,
}

/// The address that has been confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmedEmail {
    /// `z***@hainan.gov.cn`.
    pub email: String,
}

/// Holds a secret: never printed.
impl std::fmt::Debug for ChangeEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChangeEmail(…)")
    }
}

/// Holds a secret: never printed.
impl std::fmt::Debug for ConfirmEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfirmEmail(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn an_address_shows_its_first_letter_and_its_domain() {
        let email = Email::parse(" zhang.san@Hainan.GOV.cn ").unwrap();
        assert_eq!(email.reveal(), "zhang.san@hainan.gov.cn");
        assert_eq!((email.masked().as_str(), email.domain()), ("z***@hainan.gov.cn", "hainan.gov.cn"));
        assert_eq!(format!("{email:?}"), "z***@hainan.gov.cn");
    }

    #[test]
    fn what_no_server_would_take_or_would_read_as_more_than_an_address_is_refused() {
        for text in [
            "",
            "zhang",
            "@example.cn",
            "zhang@",
            "zhang@localhost",
            "zhang@127.0.0.1",
            "zhang@[127.0.0.1]",
            "zhang..san@example.cn",
            ".zhang@example.cn",
            "zhang@-example.cn",
            "zhang@example..cn",
            "张三@example.cn",
            "zhang@例子.cn",
            "zhang san@example.cn",
            "zhang@example.cn\r\nRCPT TO:<other@example.cn>",
            "<zhang@example.cn>",
            "\"zhang\"@example.cn",
            "zhang@example.cn,li@example.cn",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.cn", "z".repeat(65))).is_err());
        assert!(Email::parse(&format!("z@{}.cn", "a.".repeat(130))).is_err());
    }
}
