//! Refusals of the tree, in codes.

use fupin_contract::Fault;
use fupin_kernel::{Error, error::Refusal};

use super::{timeline::TimelineError, tree::TreeError};

impl From<TreeError> for Error {
    fn from(error: TreeError) -> Self {
        Self::Invalid(refusal(error))
    }
}

fn refusal(error: TreeError) -> Refusal {
    let about = |refused: &'static str, code: String| Refusal::new(refused).with("unit_code", code);
    match error {
        TreeError::UnknownUnit => Refusal::new("access.tree_unit_absent"),
        TreeError::UnknownOther => Refusal::new("access.tree_other_absent"),
        TreeError::NoProvince => Refusal::new("access.tree_no_province"),
        TreeError::TwoProvinces { code } => about("access.tree_two_provinces", code),
        TreeError::OtherProvince { code } => about("access.tree_other_province", code),
        TreeError::DuplicateCode { code } => about("access.tree_duplicate_code", code),
        TreeError::Orphan { code, parent } => about("access.tree_orphan", code).with("parent_code", parent),
        TreeError::WrongLevel { code, parent } => about("access.tree_wrong_level", code).with("parent_code", parent),
        TreeError::OwnSubtree => Refusal::new("access.tree_own_subtree"),
        TreeError::MergeWithItself => Refusal::new("access.tree_merge_with_itself"),
        TreeError::MergeAcrossLevels => Refusal::new("access.tree_merge_across_levels"),
        TreeError::NothingChanges => Refusal::new("access.tree_nothing_changes"),
    }
}

impl From<TimelineError> for Error {
    fn from(error: TimelineError) -> Self {
        match error {
            TimelineError::BeforeTheFirst { first } => {
                let fault = Fault::new("access.tree_before_the_first").with("first", first.to_string());
                Self::invalid_field("from", fault)
            }
            TimelineError::LaterTree { later } => {
                Self::Conflict(Refusal::new("access.tree_later").with("later", later.to_string()))
            }
            TimelineError::Tree { on, error } => Self::Invalid(refusal(error).with("on", on.to_string())),
        }
    }
}
