//! Somebody who opens one household after another walks through a county's people: those who watch are told, once a day.

use fupin_contract::AccountId;
use fupin_kernel::{Result, Tx, outbox};
use serde_json::json;

use super::{Seen, store, store::Onlooker};
use crate::policy;

/// What the outbox calls it.
const WALKED: &str = "registry.walked";

pub(super) async fn watch(tx: &mut Tx, account: AccountId, onlooker: Onlooker, seen: &[Seen]) -> Result<()> {
    let opens = seen.iter().any(|seen| !matches!(seen, Seen::Listed { .. } | Seen::Exported { .. } | Seen::Nobody));
    if !opens || onlooker.alarmed {
        return Ok(());
    }
    let most = policy::find_policy(tx).await?.walk_households;
    let opened = store::count_households(tx, onlooker.no, i64::from(most)).await?;
    if opened < i64::from(most) {
        return Ok(());
    }
    store::update_alarmed(tx, onlooker.no).await?;
    outbox::push(tx, WALKED, &json!({ "account_id": account, "households": opened }))
}
