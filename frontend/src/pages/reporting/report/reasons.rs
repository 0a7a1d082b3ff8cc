//! The last three reasons that this reviewer gave on this device.

use fupin_contract::AccountId;

const KEPT: usize = 3;

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn name(account: AccountId) -> String {
    format!("fupin.reasons.{account}")
}

pub fn last_reasons(account: AccountId) -> Vec<String> {
    let stored = storage().and_then(|storage| storage.get_item(&name(account)).ok().flatten());
    stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

pub fn remember_reason(account: AccountId, reason: &str) {
    let reasons = with_newest(last_reasons(account), reason);
    if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(&reasons)) {
        // A browser that keeps nothing only offers no reasons.
        drop(storage.set_item(&name(account), &json));
    }
}

fn with_newest(mut reasons: Vec<String>, reason: &str) -> Vec<String> {
    reasons.retain(|known| known != reason);
    reasons.insert(0, reason.to_owned());
    reasons.truncate(KEPT);
    reasons
}

#[cfg(test)]
mod tests {
    use super::with_newest;

    #[test]
    fn the_newest_three_are_kept_once_each() {
        let reasons = ["a", "b", "c", "b", "d"].into_iter().fold(Vec::new(), with_newest);
        assert_eq!(reasons, ["d", "b", "c"]);
    }
}
