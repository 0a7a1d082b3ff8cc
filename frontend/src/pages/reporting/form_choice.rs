//! Which forms: twenty at a glance, all at once or one by one, and how many are chosen.

use fupin_contract::{FormId, Page, reporting::FormSummary};
use yew::prelude::*;

use crate::{
    format,
    i18n::{t, tp},
    kit::{Button, Check, Query},
};

/// The forms as checkboxes; answers with all that are chosen, in the order of their numbers.
pub fn form_choice(forms: &Query<Page<FormSummary>>, chosen: Vec<FormId>, onchange: Callback<Vec<FormId>>) -> Html {
    html! {
        <fieldset class="field">
            <legend class="field-legend">{ t("task.forms") }</legend>
            { forms.view(|page| {
                let all: Vec<FormId> = page.items.iter().map(|form| form.id).collect();
                let (take_all, take_none) = (all.clone(), onchange.clone());
                html! {
                    <>
                        <div class="row">
                            <span class="muted">{ tp("task.forms_chosen", &[("count", &format::count(as_count(chosen.len())))]) }</span>
                            <Button onclick={onchange.reform(move |()| take_all.clone())}>{ t("task.all_forms") }</Button>
                            <Button onclick={take_none.reform(|()| Vec::new())}>{ t("task.no_forms") }</Button>
                        </div>
                        <div class="choice-columns">{ for page.items.iter().map(|form| {
                            let (id, all, chosen_before) = (form.id, all.clone(), chosen.clone());
                            let onchange = onchange.reform(move |on: bool| with_form(&all, &chosen_before, id, on));
                            html! { <Check key={id.to_string()} label={form.title.clone()} checked={chosen.contains(&id)} {onchange}>{ " " }<span class="muted small nowrap">{ form.code.clone() }</span></Check> }
                        }) }</div>
                    </>
                }
            }) }
        </fieldset>
    }
}

fn as_count(forms: usize) -> i64 {
    i64::try_from(forms).unwrap_or(i64::MAX)
}

fn with_form(all: &[FormId], chosen: &[FormId], form: FormId, on: bool) -> Vec<FormId> {
    all.iter().copied().filter(|known| if *known == form { on } else { chosen.contains(known) }).collect()
}

#[cfg(test)]
mod tests {
    use fupin_client::Uuid;

    use super::*;

    #[test]
    fn forms_stay_in_the_order_of_their_numbers_however_they_are_chosen() {
        let all: Vec<FormId> = (1..=3).map(|number| FormId(Uuid::from_u128(number))).collect();
        let later = with_form(&all, &[], all[2], true);
        let both = with_form(&all, &later, all[0], true);
        assert_eq!(both, [all[0], all[2]]);
        assert_eq!(with_form(&all, &both, all[2], false), [all[0]]);
    }
}
