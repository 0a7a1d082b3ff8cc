//! Two records that may be of one human being. Two records of one ID number cannot be; what cannot be seen by the number is
//! looked for by name, sex and birthday whenever people come in, and queued for somebody who knows them.
//!
//! Invariants: nothing is merged by the platform itself; merging voids one record, whose years go over where the other has
//! none, and what went is noted, so that taking it back restores what was there; whoever decides may see both records and
//! reviews where both live.

mod actions;
mod api;
pub(crate) mod store;

pub(crate) use api::configure;
