//! 「分户」: some members make a household of their own; one of them heads it.

use fupin_contract::{
    PersonId,
    registry::{ChangeKind, Household, HouseholdAct, Relations, catalog::FieldRole},
};
use yew::prelude::*;

use super::super::super::{
    catalog::{head_code, relations, with_blank, worded_role},
    change_kind,
    fact_field::act_fault,
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    head::with_relation,
    staying,
};
use crate::{
    format,
    i18n::t,
    kit::{SelectField, TextField},
};

/// Why those who were chosen cannot go.
fn lacking(household: &Household, chosen: &Relations, head: &str) -> Option<&'static str> {
    let heads = chosen.values().filter(|code| *code == head).count();
    if chosen.is_empty() {
        return Some("household.choose_going");
    }
    if chosen.len() >= staying(household).len() {
        return Some("household.somebody_stays");
    }
    (heads != 1).then_some("household.one_new_head")
}

#[component]
pub fn SplitHousehold(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::Now);
    let chosen = use_state(Relations::new);
    let number = use_state(String::new);
    let on = use_state(|| format::today().to_string());
    let tried = use_state(|| false);
    let head = head_code(&props.catalog.0);
    let lacking = lacking(&props.household.0, &chosen, &head);
    let onsubmit = {
        let (chosen, number, on, tried, run) =
            (chosen.clone(), number.clone(), on.clone(), tried.clone(), sending.run.clone());
        Callback::from(move |()| {
            tried.set(true);
            if let (Ok(on), None) = (on.parse(), lacking) {
                let number = Some(number.trim().to_owned()).filter(|number| !number.is_empty());
                run.emit(HouseholdAct::SplitHousehold { number, relations: (*chosen).clone(), on });
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text| state.set(text))
    };
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |(id, code): (PersonId, String)| chosen.set(with_relation((*chosen).clone(), id, code)))
    };
    let failure = sending.failure.clone();
    html! {
        <Frame title={change_kind(ChangeKind::SplitHousehold)} word={t("household.send")} wide=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.filter(|_| *tried).map(t)}>
            <p>{ t("household.split_hint") }</p>
            <div class="form-grid">{ for fields(props, sending.year, &head, &chosen, &choose) }</div>
            <div class="form-grid">
                <TextField label={t("household.split_on")} kind="date" value={(*on).clone()} oninput={set(&on)} fault={act_fault(failure.as_ref(), "on")} />
                <TextField label={t("household.new_number")} hint={t("household.number_hint")} value={(*number).clone()} oninput={set(&number)} fault={act_fault(failure.as_ref(), "number")} autocomplete="off" />
            </div>
        </Frame>
    }
}

/// For everybody but the head: stays, or what he or she will be to the new head.
fn fields(
    props: &ActProps,
    year: i16,
    head: &str,
    chosen: &Relations,
    choose: &Callback<(PersonId, String)>,
) -> Vec<Html> {
    let household = &props.household.0;
    let catalog = &props.catalog.0;
    let mut options = with_blank(t("household.stays"), vec![(head.to_owned(), t("household.goes_as_head"))]);
    options.extend(relations(catalog, year));
    let others = staying(household).into_iter().filter(|member| household.head_id != Some(member.id));
    others
        .map(|member| {
            let id = member.id;
            let onchange = choose.reform(move |code: String| (id, code));
            let value = chosen.get(&id).cloned().unwrap_or_default();
            let now = worded_role(catalog, FieldRole::Relation, &member.relation, year);
            html! { <SelectField key={id.to_string()} label={format!("{} · {now}", member.name)} options={options.clone()} {value} {onchange} /> }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::frame::tests::household, *};
    use fupin_contract::registry::Member;

    fn member(id: i64) -> Member {
        serde_json::from_value(serde_json::json!({"id": id, "name": "M", "sex": "1", "relation": "03", "facts": {}}))
            .unwrap()
    }

    #[test]
    fn one_of_those_who_go_heads_and_somebody_stays() {
        let mut page = household(2026, &[2026]);
        page.members = (1..4).map(member).collect();
        let going = |pairs: &[(i64, &str)]| {
            pairs.iter().map(|(id, code)| (PersonId(*id), (*code).to_owned())).collect::<Relations>()
        };
        assert_eq!(lacking(&page, &going(&[]), "01"), Some("household.choose_going"));
        assert_eq!(lacking(&page, &going(&[(2, "02")]), "01"), Some("household.one_new_head"));
        assert_eq!(lacking(&page, &going(&[(2, "01"), (3, "02")]), "01"), None);
        assert_eq!(lacking(&page, &going(&[(1, "02"), (2, "01"), (3, "02")]), "01"), Some("household.somebody_stays"));
    }
}
