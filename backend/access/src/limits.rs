//! How often one address may try to get in.

use std::{num::NonZeroU32, sync::OnceLock};

use fupin_kernel::{App, Error, RequestFacts, Result, error::Refusal};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// One limiter for the process; its quota is that of the settings it first meets.
static BY_ADDRESS: OnceLock<DefaultKeyedRateLimiter<String>> = OnceLock::new();

/// Refuse an address that tries too often.
pub(crate) fn check_address(app: &App, facts: &RequestFacts) -> Result<()> {
    let Some(quota) = app.settings.limits.sign_ins_per_minute.and_then(NonZeroU32::new) else { return Ok(()) };
    let limiter = BY_ADDRESS.get_or_init(|| RateLimiter::keyed(Quota::per_minute(quota)));
    limiter
        .check_key(&facts.address)
        .map_err(|_| Error::TooMany(Refusal::new("access.too_many_attempts").with("seconds", 60)))
}
