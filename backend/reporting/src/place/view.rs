//! A unit of a task's tree with those directly below it, as a caller may look at it: what the board and the totals show.

use fupin_access::Scope;
use fupin_contract::{UnitId, units::UnitName};
use fupin_kernel::{Error, Result, Tx};

use super::{
    rules::{Node, index_of},
    store,
};
use crate::tasks::store::FoundTask;

/// What a caller looks at. Everything below `top` belongs to it, by the task's tree; a line is shown for each of `lines`.
#[derive(Clone, Debug)]
pub struct View {
    pub top: Node,
    /// From the highest unit that the caller sees down to the parent.
    pub path: Vec<UnitName>,
    /// The units directly below, in the tree's order; before them the unit itself where it fills.
    pub lines: Vec<Node>,
}

impl View {
    /// The wanted unit, or else the task's, or else the top of the scope. The scope must cover the unit today.
    pub async fn open(tx: &mut Tx, scope: &Scope, found: &FoundTask, wanted: Option<UnitId>) -> Result<Self> {
        let standing = match wanted {
            Some(unit) => store::find_standing(tx, scope, unit).await?,
            None => match store::find_standing(tx, scope, found.task.unit.id).await {
                Err(Error::NotFound) => store::find_standing(tx, scope, scope.top().ok_or(Error::NotFound)?).await?,
                answer => answer?,
            },
        };
        let top = store::find_node(tx, found.tree_id, standing.id()).await?.ok_or(Error::NotFound)?;
        let above = store::list_path(tx, found.tree_id, top.id()).await?;
        let path = store::keep_visible(tx, scope, above).await?;
        let mut lines = store::list_children(tx, scope, found.tree_id, top.id()).await?;
        if top.unit.level == found.task.level {
            // Its range ends before its first child's begins.
            lines.insert(0, Node { hi: top.lo + 1, ..top.clone() });
        }
        Ok(Self { top, path, lines })
    }

    /// The line that an ordinal belongs to.
    pub fn line_of(&self, ordinal: i32) -> Option<usize> {
        index_of(&self.lines, ordinal)
    }
}
