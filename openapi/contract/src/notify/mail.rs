//! The server that takes mail, and how it is tried.

use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{Email, access::check_line};

/// How messages go: each of them to a phone or to a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageChannel {
    Sms,
    Mail,
}

impl MessageChannel {
    pub const ALL: [Self; 2] = [Self::Sms, Self::Mail];

    /// The name in storage and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Mail => "mail",
        }
    }
}

/// The mail server in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Absent: no mail is sent, and everybody is told by SMS alone.
    #[validate(nested)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<MailServer>,
}

/// How the connection is kept from being read or forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// From the first byte, usually on port 465.
    Tls,
    /// Asked for after the greeting, usually on port 587; without it nothing is sent.
    Starttls,
    /// In clear: only to a server on this very machine.
    None,
}

/// A server that takes mail (RFC 6409).
#[derive(Clone, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailServer {
    /// A name, or an address of four numbers.
    #[validate(length(min = 1, max = 253), custom(function = "check_host"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 253, pattern = "^[A-Za-z0-9.-]+$"))]
    pub host: String,
    #[validate(range(min = 1))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 65535))]
    pub port: u16,
    pub security: MailSecurity,
    /// Empty where the server asks for none.
    #[validate(length(max = 200), custom(function = "check_plain"))]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    #[serde(default)]
    pub user: String,
    /// Written, never read back; written empty, the one in force stays, as long as host and user do.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    #[serde(default)]
    pub password: String,
    /// What mail says that it comes from.
    pub from_address: Email,
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub from_name: String,
    /// The certificate of the house's own authority, as PEM; empty where a public one vouches for the server.
    #[validate(length(max = 20_000))]
    #[cfg_attr(feature = "openapi", schema(max_length = 20000))]
    #[serde(default)]
    pub authority: String,
}

fn check_host(host: &str) -> Result<(), ValidationError> {
    let ends = |c: char| c.is_ascii_alphanumeric();
    let fits = host.starts_with(ends) && host.ends_with(ends) && !host.contains("..");
    let fits = fits && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if fits { Ok(()) } else { Err(ValidationError::new("host")) }
}

/// May be empty; no control characters.
fn check_plain(text: &str) -> Result<(), ValidationError> {
    if text.is_empty() { Ok(()) } else { check_line(text) }
}

/// What came of trying the server in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailTrial {
    pub outcome: MailTrialOutcome,
    /// Where the test mail went: `z***@hainan.gov.cn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What the server said, verbatim; or what kept it from saying anything.
    pub code: String,
}

/// How far trying the server came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailTrialOutcome {
    /// It took a test mail to the caller's own confirmed address.
    Sent,
    /// It let us in; no mail was sent, because the caller has no confirmed address.
    LetIn,
    Failed,
}

impl std::fmt::Debug for MailServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailServer").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::check_host;

    #[test]
    fn a_host_is_a_name_or_an_address_of_four_numbers() {
        for host in ["smtp.example.cn", "127.0.0.1", "localhost", "mail-1.hainan.gov.cn"] {
            assert!(check_host(host).is_ok(), "{host}");
        }
        for host in ["", "smtp.example.cn:25", "https://a.cn", "a b", ".a", "a..b", "-a", "邮件.cn", "::1"] {
            assert!(check_host(host).is_err(), "{host}");
        }
    }
}
