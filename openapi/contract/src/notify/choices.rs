//! By which ways a person wants to be told of what.

use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

/// What the caller has chosen, event by event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageChoices {
    /// Whether the house has a mail server; without one everybody is told by SMS.
    pub mail_offered: bool,
    pub items: Vec<MessageChoice>,
}

/// By which ways to tell of an event. Mail counts once an address is confirmed; until then it is SMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_ways"))]
pub struct MessageChoice {
    /// `reporting.task_issued`.
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub event: String,
    pub sms: bool,
    pub mail: bool,
}

/// Choose; events that are not named stay as they are.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetMessageChoices {
    #[validate(length(min = 1, max = 50), nested)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub items: Vec<MessageChoice>,
}

/// Nobody can ask not to be told at all.
fn check_ways(choice: &MessageChoice) -> Result<(), ValidationError> {
    if choice.sms || choice.mail { Ok(()) } else { Err(ValidationError::new("no_way")) }
}
