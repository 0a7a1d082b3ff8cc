//! Where units stand: in today's tree, which says who may see them, and in the tree that a task was issued on.

pub mod kept;
pub mod rules;
pub mod store;
pub mod view;
