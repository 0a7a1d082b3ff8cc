//! A mainland mobile number: what messages are sent to. Shown masked everywhere but to its owner.

use serde::{Deserialize, Serialize};

/// Eleven digits beginning with 1.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPhone;

impl std::fmt::Display for NotAPhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a phone number has eleven digits and begins with 1")
    }
}

impl std::error::Error for NotAPhone {}

impl Phone {
    /// Accept eleven digits; spaces and hyphens between them are dropped.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let valid = digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|byte| byte.is_ascii_digit());
        if valid { Ok(Self(digits)) } else { Err(NotAPhone) }
    }

    /// The digits in clear, for the gateway alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `138****5678`.
    #[must_use]
    pub fn masked(&self) -> String {
        mask_phone(&self.0)
    }
}

/// `138****5678` for a stored number; anything shorter is hidden whole.
#[must_use]
pub fn mask_phone(digits: &str) -> String {
    match (digits.get(..3), digits.get(7..)) {
        (Some(head), Some(tail)) if digits.len() == 11 => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    }
}

/// A number never reaches a log by accident.
impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Phone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Phone {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A mainland mobile number"))
            .pattern(Some("^1[0-9]{10}$"))
            .examples([serde_json::json!("13900000000")])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Phone {}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn a_phone_shows_only_its_ends() {
        assert_eq!(Phone::parse("138 0000 5678").unwrap().masked(), "138****5678");
        assert_eq!(format!("{:?}", Phone::parse("13800005678").unwrap()), "138****5678");
    }

    #[test]
    fn a_landline_or_a_short_number_is_refused() {
        for text in ["089866666666", "1380000567", "138000056789", "1380000567x", ""] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }
}
