//! Who reviews changes, and how much one may look at: set by the province.

mod store;

pub(crate) use store::find_policy;
pub use store::load;
