//! From the outbox to a phone and back, on a real PostgreSQL, with a carrier that does everything wrong.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod carrier;
mod carriers;
mod delegations;
mod dialect;
mod drain;
mod edited;
mod invited;
mod kill;
mod limits;
mod mail;
mod mail_desk;
mod people;
mod post;
mod receipts;
mod sending;
mod urging;
mod world;
