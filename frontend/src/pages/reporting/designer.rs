//! The designer of forms: structure at the left, the form itself in the middle, what is chosen at the right.

mod canvas;
mod drafts;
mod editing;
mod faults;
mod from_sheet;
mod keeping;
mod outline;
mod overlaps;
mod page;
mod preview;
mod properties;
mod publish;
mod sketch;
mod start;
mod traits;

use fupin_contract::{access::Role, units::Level};

use crate::session::Session;

pub use drafts::{Drafts, definition_button};
pub use from_sheet::FromSheetDialog;
pub use overlaps::overlap_lines;
pub use page::DesignerPage;
pub use start::StartDialog;

/// Forms are the whole province's: only its officers design.
pub fn may_design(session: &Session) -> bool {
    let is_designer = |me: &std::rc::Rc<fupin_contract::access::Me>| {
        me.grants.iter().any(|grant| grant.role == Role::Officer && grant.unit.level == Level::Province)
    };
    session.me().is_some_and(is_designer)
}
