//! What a change changes, line by line: before and after, in the catalogue's words.

use fupin_contract::registry::{
    Applied, Change, ChangeKind, ChangeState,
    catalog::{Catalog, FieldRole},
};
use yew::prelude::*;

use super::catalog::{reason, worded, worded_role};
use crate::{
    format,
    i18n::t,
    kit::{Column, Row, Table, Tone},
};

/// What is done.
pub fn change_kind(kind: ChangeKind) -> String {
    t(match kind {
        ChangeKind::Register => "change.register",
        ChangeKind::CorrectHousehold => "change.correct_household",
        ChangeKind::CorrectPerson => "change.correct_person",
        ChangeKind::CorrectIdentity => "change.correct_identity",
        ChangeKind::AddMember => "change.add_member",
        ChangeKind::RemoveMember => "change.remove_member",
        ChangeKind::ChangeHead => "change.change_head",
        ChangeKind::MoveVillage => "change.move_village",
        ChangeKind::SplitHousehold => "change.split_household",
        ChangeKind::MergeInto => "change.merge_into",
        ChangeKind::SetIncome => "change.set_income",
        ChangeKind::Verify => "change.verify",
        ChangeKind::VoidPerson => "change.void_person",
        ChangeKind::VoidHousehold => "change.void_household",
    })
}

pub fn change_state(state: ChangeState) -> (Tone, String) {
    let (tone, key) = match state {
        ChangeState::Proposed => (Tone::Wait, "change.proposed"),
        ChangeState::Applied => (Tone::Done, "change.applied"),
        ChangeState::Rejected => (Tone::Danger, "change.rejected"),
        ChangeState::Withdrawn => (Tone::Plain, "change.withdrawn"),
    };
    (tone, t(key))
}

/// What a line is of.
fn title(catalog: &Catalog, key: &str, year: i16) -> String {
    match key {
        "head" => return t("change.key_head"),
        "village" => return t("change.key_village"),
        "left" => return t("change.key_left"),
        "joined" => return t("change.key_joined"),
        "reason" => return t("change.key_reason"),
        "split" => return t("change.key_split"),
        "merged" => return t("change.key_merged"),
        "verified" => return t("change.key_verified"),
        "voided" => return t("change.key_voided"),
        _ => {}
    }
    let field = catalog.field(key).map(|field| field.title_in(year).to_owned());
    field.or_else(|| catalog.income_item(key).map(|item| item.title.clone())).unwrap_or_else(|| key.to_owned())
}

/// What a value of a line says.
fn value(catalog: &Catalog, key: &str, text: &str, year: i16) -> String {
    match key {
        "reason" => reason(catalog, text, year),
        "split" => worded_role(catalog, FieldRole::Relation, text, year),
        "verified" => title(catalog, text, year),
        _ => match (catalog.field(key), catalog.income_item(key)) {
            (Some(field), _) => worded(catalog, field, text, year),
            (None, Some(_)) => format::decimal(text),
            (None, None) => text.to_owned(),
        },
    }
}

/// Whose line it is and of what, before, after.
fn worded_line(catalog: &Catalog, line: &Applied, year: i16) -> [String; 3] {
    let title = title(catalog, &line.key, year);
    let what = match &line.person {
        Some(person) => format!("{person} · {title}"),
        None => title,
    };
    let side = |text: &Option<String>| {
        text.as_deref().map_or_else(|| "—".to_owned(), |text| value(catalog, &line.key, text, year))
    };
    [what, side(&line.before), side(&line.after)]
}

/// The lines of a change as a table.
pub fn lines_table(catalog: &Catalog, change: &Change) -> Html {
    let columns =
        vec![Column::text(t("change.what")), Column::text(t("change.before")), Column::text(t("change.after"))];
    let rows = change.lines.iter().enumerate().map(|(at, line)| {
        let [what, before, after] = worded_line(catalog, line, change.year);
        let before = if line.before.is_some() && line.after.is_some() {
            html! { <s>{ before }</s> }
        } else {
            html! { before }
        };
        Row::new(
            at,
            vec![
                html! { what },
                html! { <span class="muted">{ before }</span> },
                html! { <span class="strong">{ after }</span> },
            ],
        )
    });
    html! { <Table caption={t("change.lines")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

/// The lines of a change where there is little room.
pub fn lines_list(catalog: &Catalog, change: &Change) -> Html {
    let lines = change.lines.iter().map(|line| {
        let [what, before, after] = worded_line(catalog, line, change.year);
        html! {
            <li>
                <span class="muted">{ what }</span>{ " " }
                if line.before.is_some() { <s>{ before }</s>{ " → " } }
                <span class="strong">{ after }</span>
            </li>
        }
    });
    html! { <ul class="plain small">{ for lines }</ul> }
}

#[cfg(test)]
mod tests {
    use super::{super::catalog::tests::small, *};

    fn line(person: Option<&str>, key: &str, before: Option<&str>, after: Option<&str>) -> Applied {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Applied { person: owned(person), key: key.to_owned(), before: owned(before), after: owned(after) }
    }

    #[test]
    fn a_line_speaks_the_words_of_the_catalogue() {
        let catalog = small();
        let said = |line: &Applied| worded_line(&catalog, line, 2020);
        assert_eq!(said(&line(None, "kind", Some("01"), Some("02"))), ["KIND", "一般", "低保"]);
        assert_eq!(said(&line(None, "A1", None, Some("24000"))), ["A1", "—", "24,000"]);
        assert_eq!(said(&line(Some("王小明"), "split", Some("02"), Some("01")))[1..], ["配偶", "户主"]);
        assert_eq!(said(&line(None, "verified", None, Some("farmland")))[2], "FARMLAND");
        assert_eq!(said(&line(Some("王小明"), "reason", None, Some("06")))[2], "新生儿");
    }
}
