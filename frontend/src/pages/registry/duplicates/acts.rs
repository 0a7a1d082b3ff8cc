//! What a reviewer says of a pair.

use fupin_contract::{
    PersonId,
    registry::{DecideDuplicate, Duplicate, DuplicateAct, DuplicateSide, DuplicateState},
};
use yew::prelude::*;

use crate::{
    i18n::{t, tp},
    kit::{Button, ButtonKind, SelectField, use_action, use_toasts},
    pages::reporting::ReasonDialog,
};

#[derive(Properties, PartialEq)]
pub struct ActsProps {
    pub pair: Duplicate,
    pub done: Callback<()>,
}

/// What is being asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Merge,
    Part,
    Reopen,
}

impl Asking {
    fn word(self) -> String {
        t(match self {
            Self::Merge => "duplicate.merge",
            Self::Part => "duplicate.part",
            Self::Reopen => "duplicate.reopen",
        })
    }

    fn hint(self) -> String {
        t(match self {
            Self::Merge => "duplicate.merge_hint",
            Self::Part => "duplicate.part_hint",
            Self::Reopen => "duplicate.reopen_hint",
        })
    }

    fn said(self) -> String {
        t(match self {
            Self::Merge => "duplicate.was_merged",
            Self::Part => "duplicate.was_parted",
            Self::Reopen => "duplicate.was_reopened",
        })
    }
}

/// The record that says more is kept, unless somebody knows better: one with an ID number, else the older one.
fn better(sides: &[DuplicateSide]) -> Option<PersonId> {
    let numbered = sides.iter().find(|side| side.id_number.is_some());
    numbered.or(sides.first()).and_then(|side| side.person_id)
}

#[component]
pub fn Acts(props: &ActsProps) -> Html {
    let pair = &props.pair;
    let asking = use_state(|| None::<Asking>);
    let keep = use_state(|| better(&pair.sides));
    let toasts = use_toasts();
    let id = pair.id;
    let action = {
        let (done, asking) = (props.done.clone(), asking.clone());
        use_action(
            move |api, act: DecideDuplicate, key| async move { api.decide_duplicate(id, &act, key).await },
            Callback::from(move |_: Duplicate| {
                if let Some(asked) = *asking {
                    toasts.done(asked.said());
                }
                asking.set(None);
                done.emit(());
            }),
        )
    };
    if !pair.may_decide {
        return html! { <p class="muted small">{ t("duplicate.not_yours") }</p> };
    }
    let ask = |what: Option<Asking>| {
        let (asking, forget) = (asking.clone(), action.forget.clone());
        Callback::from(move |()| {
            forget.emit(());
            asking.set(what);
        })
    };
    let run = {
        let (asking, keep, run) = (asking.clone(), keep.clone(), action.run.clone());
        Callback::from(move |reason: String| {
            let act = match (*asking, *keep) {
                (Some(Asking::Merge), Some(keep)) => DuplicateAct::Merge { keep },
                (Some(Asking::Part), _) => DuplicateAct::Part,
                (Some(Asking::Reopen), _) => DuplicateAct::Reopen,
                (Some(Asking::Merge), None) | (None, _) => return,
            };
            run.emit(DecideDuplicate { act, reason });
        })
    };
    let button =
        |what: Asking, kind: ButtonKind| html! { <Button {kind} onclick={ask(Some(what))}>{ what.word() }</Button> };
    html! {
        <div class="row">
            if pair.state == DuplicateState::Open {
                { button(Asking::Merge, ButtonKind::Primary) }
                { button(Asking::Part, ButtonKind::Plain) }
            } else {
                { button(Asking::Reopen, ButtonKind::Plain) }
            }
            if let Some(what) = *asking {
                <ReasonDialog title={what.word()} act={what.word()} hint={what.hint()} pending={action.pending} failure={action.failure.clone()} {run} onclose={ask(None)}>
                    if what == Asking::Merge { { kept(&pair.sides, &keep) } }
                </ReasonDialog>
            }
        </div>
    }
}

fn kept(sides: &[DuplicateSide], keep: &UseStateHandle<Option<PersonId>>) -> Html {
    let option = |side: &DuplicateSide| {
        let number = side.id_number.clone().unwrap_or_else(|| t("household.without_id_yet"));
        let household = side.household_number.clone().unwrap_or_default();
        let word = tp(
            "duplicate.side",
            &[("name", &side.name), ("number", &number), ("household", &household), ("place", &side.place)],
        );
        side.person_id.map(|id| (id.to_string(), word))
    };
    let options: Vec<_> = sides.iter().filter_map(option).collect();
    let value = keep.map(|id| id.to_string()).unwrap_or_default();
    let onchange = {
        let keep = keep.clone();
        Callback::from(move |id: String| keep.set(id.parse::<i64>().ok().and_then(|id| PersonId::try_from(id).ok())))
    };
    html! { <SelectField label={t("duplicate.keep")} {options} {value} {onchange} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(id: i64, number: Option<&str>) -> DuplicateSide {
        DuplicateSide {
            person_id: Some(PersonId(id)),
            name: "符小梅".to_owned(),
            sex: "2".to_owned(),
            birthday: None,
            id_number: number.map(str::to_owned),
            household_id: None,
            household_number: None,
            place: "甲东一村".to_owned(),
            year: Some(2025),
            present: true,
            merged: false,
        }
    }

    #[test]
    fn the_record_that_has_a_number_is_offered_to_be_kept() {
        assert_eq!(better(&[side(1, None), side(2, Some("469***********0022"))]), Some(PersonId(2)));
        assert_eq!(
            better(&[side(1, Some("469***********0022")), side(2, Some("469***********0030"))]),
            Some(PersonId(1))
        );
        assert_eq!(better(&[side(1, None), side(2, None)]), Some(PersonId(1)));
    }
}
