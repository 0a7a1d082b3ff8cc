//! Which suggestions still wait for an answer. Pure.

use std::collections::BTreeSet;

use fupin_form::Cells;

use crate::fill::rules::Open;

/// Those for cells that are blank, that the clerk may change, and that no save has named.
pub fn open_suggestions(mut suggested: Cells, content: &Cells, answered: &BTreeSet<String>, open: &Open) -> Cells {
    suggested.retain(|key, _| {
        content.cell(key.as_str()).is_blank() && open.covers(key.as_str()) && !answered.contains(key.as_str())
    });
    suggested
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cells(json: serde_json::Value) -> Cells {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_is_filled_answered_or_locked_is_suggested_no_more() {
        let suggested = cells(json!({"a.r.filled": 1, "a.r.answered": 2, "a.r.locked": 3, "a.r.open": 4}));
        let answered = BTreeSet::from(["a.r.answered".to_owned()]);
        let keys = ["a.r.filled", "a.r.answered", "a.r.open"].map(str::to_owned);
        let open = Open::Chosen(keys.into_iter().collect());
        let left = open_suggestions(suggested, &cells(json!({"a.r.filled": 9})), &answered, &open);
        assert_eq!(left, cells(json!({"a.r.open": 4})));
    }
}
