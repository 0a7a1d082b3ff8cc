//! A text that somebody typed and that may be a number of a person: it never reaches a log by accident.

use serde::{Deserialize, Serialize};

/// At most 200 characters.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(max_length = 200))]
#[serde(try_from = "String", into = "String")]
pub struct Secret(String);

const LONGEST: usize = 200;

impl Secret {
    /// In clear: for reading it, and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() > LONGEST { Err("a value has at most 200 characters") } else { Ok(Self(text)) }
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        secret.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.chars().take(LONGEST).collect())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
