//! What kind of instance this is, and its first set-up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::access::{OneTimeLink, Role, check_line, check_username};

/// What anybody may know before signing in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Instance {
    /// A demonstration on loopback: synthetic data, offered accounts.
    pub demo: bool,
    /// False until the first set-up is done.
    pub ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    pub version: String,
    /// The server's clock, which decides what is late.
    pub now: DateTime<Utc>,
    /// Offered on the sign-in page of a demonstration; empty elsewhere.
    pub demo_accounts: Vec<DemoAccount>,
}

/// That the server answers and reaches its database; it refuses with 503 when it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// `ok`.
    pub status: String,
}

/// A demonstration account, one for each role and level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    pub username: String,
    pub password: String,
    pub name: String,
    pub role: Role,
    pub unit: String,
}

/// The first set-up of an instance: its province, its three administrators, its gateway.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// From the one-time set-up link.
    #[validate(length(min = 20, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 20, max_length = 100))]
    pub token: String,
    /// A province's data folder by name; the server lists what it has.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub province: String,
    #[validate(nested)]
    pub system_admin: FirstAccount,
    #[validate(nested)]
    pub security_admin: FirstAccount,
    #[validate(nested)]
    pub audit_admin: FirstAccount,
    #[validate(nested)]
    pub gateway: crate::notify::GatewaySettings,
}

/// One of the three administrators.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FirstAccount {
    #[validate(length(min = 3, max = 64), custom(function = "check_username"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 64, pattern = "^[A-Za-z0-9._-]+$"))]
    pub username: String,
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub name: String,
}

/// Ask what can be set up; needs the one-time set-up token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetUpChoices {
    pub provinces: Vec<ProvinceChoice>,
}

/// A province whose data ships with the program or lies in the configured folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvinceChoice {
    pub key: String,
    pub name: String,
    pub counties: i64,
    pub towns: i64,
    pub villages: i64,
    pub forms: i64,
}

/// The set-up is done; hand each administrator the link that sets the password.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetUpDone {
    pub activations: Vec<FirstActivation>,
}

/// One administrator's link.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstActivation {
    pub username: String,
    pub role: Role,
    pub activation: OneTimeLink,
}

impl std::fmt::Debug for SetUpDone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetUpDone(…)")
    }
}

impl std::fmt::Debug for FirstActivation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirstActivation(…)")
    }
}
