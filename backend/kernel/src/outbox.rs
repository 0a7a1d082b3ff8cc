//! What happened, for others to hear of: appended in the transaction of the act, so that neither can be without the other.

use serde::Serialize;

use crate::{db::Tx, error::Result};

/// Append a line to the outbox, at the end of the act.
pub fn push(tx: &mut Tx, topic: &str, payload: &impl Serialize) -> Result<()> {
    tx.traces.lines.push((topic.to_owned(), serde_json::to_value(payload)?));
    Ok(())
}
