//! The audit trail: who did what, when, from where, and how it ended.
//!
//! Invariants: a successful act and its row commit together; a row carries its own MAC; the runtime role can add
//! rows and never change or delete them; a sealer chains rows that are final into segments, so that writers never
//! wait for one another and a row that is changed, missing, added or moved afterwards is found by name.

/// What `audit_tick()` says, for a statement that is prepared once and often run: a call of the function costs more than
/// the row that carries the tick.
pub const TICK: &str = "(select base from audit_base) + pg_current_xact_id()::text::bigint";

mod record;
mod seal;
mod verify;

pub(crate) use record::StoredRow;
pub use record::{Actor, Event, ON_BEHALF_OF, Outcome, record};
pub use seal::{head, seal_pending};
pub use verify::verify;
