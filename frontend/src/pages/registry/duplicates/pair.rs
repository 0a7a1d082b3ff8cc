//! One pair: what both records say, line by line, and where they differ.

use fupin_contract::registry::{
    Duplicate, DuplicateSide, DuplicateState, Likeness,
    catalog::{Catalog, FieldRole},
};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::{
    super::{catalog::worded_role, households::this_year},
    acts::Acts,
};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Same, Status, Tone},
    routes::Route,
};

pub fn state_word(state: DuplicateState) -> (Tone, String) {
    let (tone, key) = match state {
        DuplicateState::Open => (Tone::Wait, "duplicate.open"),
        DuplicateState::Merged => (Tone::Done, "duplicate.merged"),
        DuplicateState::Apart => (Tone::Plain, "duplicate.apart"),
    };
    (tone, t(key))
}

#[derive(Properties, PartialEq)]
pub struct PairProps {
    pub catalog: Same<Catalog>,
    pub pair: Duplicate,
    pub done: Callback<()>,
}

#[component]
pub fn Pair(props: &PairProps) -> Html {
    let pair = &props.pair;
    let (tone, word) = state_word(pair.state);
    let why = t(match pair.likeness {
        Likeness::Unnumbered => "duplicate.unnumbered",
        Likeness::Renumbered => "duplicate.renumbered",
    });
    let said = pair.decided_by.as_ref().zip(pair.decided_at).map(|(by, at)| {
        let reason = pair.reason.clone().unwrap_or_default();
        tp("duplicate.said", &[("by", by), ("at", &format::date_time(at)), ("reason", &reason)])
    });
    let name = pair.sides.first().map(|side| side.name.clone()).unwrap_or_default();
    html! {
        <article class="panel stack-tight" aria-label={name.clone()}>
            <div class="row between">
                <h2 class="pair-name">{ name }<Status {tone} {word} /></h2>
                <span class="muted small">{ tp("duplicate.found_at", &[("at", &format::date_time(pair.found_at))]) }</span>
            </div>
            <p class="muted">{ why }</p>
            { compared(&props.catalog.0, pair) }
            if let Some(said) = said { <p class="small">{ said }</p> }
            <Acts pair={pair.clone()} done={props.done.clone()} />
        </article>
    }
}

/// A line of the comparison: what it is, and what each record says of it.
struct Line {
    title: String,
    values: Vec<Html>,
    differs: bool,
}

fn line(title: String, sides: &[DuplicateSide], value: impl Fn(&DuplicateSide) -> Option<String>) -> Line {
    let said: Vec<Option<String>> = sides.iter().map(value).collect();
    let differs = said.windows(2).any(|two| matches!(two, [a, b] if a != b));
    let shown = |text: &Option<String>| html! { text.clone().unwrap_or_else(|| "—".to_owned()) };
    Line { title, values: said.iter().map(shown).collect(), differs }
}

fn compared(catalog: &Catalog, pair: &Duplicate) -> Html {
    let sides = &pair.sides;
    let sex = |side: &DuplicateSide| {
        Some(worded_role(catalog, FieldRole::Sex, &side.sex, side.year.unwrap_or_else(this_year)))
    };
    let stands = |side: &DuplicateSide| {
        let key = match (side.merged, side.present) {
            (true, _) => "duplicate.merged_away",
            (false, true) => "duplicate.present",
            (false, false) => "people.left",
        };
        Some(t(key))
    };
    let household = Line {
        title: t("person.household"),
        values: sides.iter().map(household).collect(),
        differs: sides.windows(2).any(|two| matches!(two, [a, b] if a.household_number != b.household_number)),
    };
    let lines = [
        line(t("household.id_number"), sides, |side| side.id_number.clone()),
        line(t("household.sex"), sides, sex),
        line(t("household.birthday"), sides, |side| side.birthday.map(|day| day.to_string())),
        household,
        line(t("household.village"), sides, |side| Some(side.place.clone())),
        line(t("duplicate.year"), sides, |side| side.year.map(|year| year.to_string())),
        line(t("duplicate.stands"), sides, stands),
    ];
    html! {
        <div class="table-wrap">
            <table class="table pair-table">
                <caption class="visually-hidden">{ t("duplicate.compared") }</caption>
                <thead><tr><th scope="col">{ t("duplicate.item") }</th>{ for sides.iter().zip(["duplicate.first", "duplicate.second"]).map(|(side, key)| head(side, key)) }</tr></thead>
                <tbody>{ for lines.into_iter().map(shown) }</tbody>
            </table>
        </div>
    }
}

fn head(side: &DuplicateSide, key: &str) -> Html {
    let name = match side.person_id {
        Some(id) => {
            html! { <Link<Route> to={Route::Person { id: id.to_string() }}>{ side.name.clone() }</Link<Route>> }
        }
        None => html! { side.name.clone() },
    };
    html! { <th scope="col">{ t(key) }{ " " }{ name }</th> }
}

fn household(side: &DuplicateSide) -> Html {
    match (&side.household_number, side.household_id) {
        (Some(number), Some(id)) => {
            html! { <Link<Route> to={Route::Household { id: id.to_string() }}>{ number.clone() }</Link<Route>> }
        }
        _ => html! { <span class="muted">{ t("duplicate.elsewhere") }</span> },
    }
}

fn shown(line: Line) -> Html {
    let differs = line.differs.then(|| html! { <span class="muted small">{ " " }{ t("duplicate.differs") }</span> });
    html! {
        <tr class={classes!(line.differs.then_some("pair-differs"))}>
            <th scope="row">{ line.title }{ differs.unwrap_or_default() }</th>
            { for line.values.into_iter().map(|value| html! { <td>{ value }</td> }) }
        </tr>
    }
}
