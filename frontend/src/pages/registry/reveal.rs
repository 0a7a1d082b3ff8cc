//! Seeing one number in clear: for a stated purpose, on record, for half a minute.
//! Invariant: the number lives in this dialog alone and goes with it.

use fupin_contract::{
    HouseholdId, PersonId,
    registry::{Purpose, Reveal, RevealedValue},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Check, Dialog, TextField, Tone, use_action},
};

const SHOWN_FOR_S: u32 = 30;

/// Whose number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Of {
    Household(HouseholdId),
    Person(PersonId),
}

/// A number that is shown masked.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    pub of: Of,
    pub whose: String,
    /// Key of the field.
    pub field: String,
    pub title: String,
    pub masked: String,
    pub year: Option<i16>,
}

impl Sealed {
    fn asked(&self, purpose: Purpose, note: &str) -> Reveal {
        let (household_id, person_id) = match self.of {
            Of::Household(id) => (Some(id), None),
            Of::Person(id) => (None, Some(id)),
        };
        let note = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
        Reveal { household_id, person_id, year: self.year, field: self.field.clone(), purpose, note }
    }
}

pub(super) fn purpose_word(purpose: Purpose) -> String {
    t(match purpose {
        Purpose::Verification => "reveal.verification",
        Purpose::Visit => "reveal.visit",
        Purpose::Payment => "reveal.payment",
        Purpose::Petition => "reveal.petition",
        Purpose::Inspection => "reveal.inspection",
    })
}

/// `469999 1990 0307 1234`: as it is read out.
fn spaced(value: &str) -> String {
    let cuts: &[usize] = match value.len() {
        11 => &[3, 7],
        18.. if value.len() != 19 => &[6, 14, 18],
        _ => &[4, 8, 12, 16],
    };
    let mut shown = String::with_capacity(value.len() + cuts.len());
    for (at, letter) in value.chars().enumerate() {
        if cuts.contains(&at) {
            shown.push(' ');
        }
        shown.push(letter);
    }
    shown
}

#[derive(Properties, PartialEq)]
pub struct RevealDialogProps {
    pub sealed: Sealed,
    pub onclose: Callback<()>,
}

#[component]
pub fn RevealDialog(props: &RevealDialogProps) -> Html {
    let chosen = use_state(|| None::<Purpose>);
    let note = use_state(String::new);
    let lacking = use_state(|| false);
    let seen = use_state(|| None::<RevealedValue>);
    let action = {
        let seen = seen.clone();
        use_action(
            |api, asked: Reveal, _| async move { api.reveal_number(&asked).await },
            Callback::from(move |value: RevealedValue| seen.set(Some(value))),
        )
    };
    let onsubmit = {
        let (chosen, note, lacking, run, sealed) =
            (chosen.clone(), note.clone(), lacking.clone(), action.run.clone(), props.sealed.clone());
        Callback::from(move |()| match *chosen {
            Some(purpose) => run.emit(sealed.asked(purpose, &note)),
            None => lacking.set(true),
        })
    };
    let title = tp("reveal.title", &[("title", &props.sealed.title)]);
    if let Some(value) = &*seen {
        return html! { <Shown {title} sealed={props.sealed.clone()} value={value.value.clone()} left={value.left} onclose={props.onclose.clone()} /> };
    }
    let set_note = {
        let note = note.clone();
        Callback::from(move |text| note.set(text))
    };
    let choice = |one: Purpose| {
        let checked = *chosen == Some(one);
        let (chosen, lacking) = (chosen.clone(), lacking.clone());
        let onchange = Callback::from(move |_: bool| {
            chosen.set(Some(one));
            lacking.set(false);
        });
        html! { <Check label={purpose_word(one)} radio="purpose" {checked} {onchange} /> }
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("reveal.see") }</Button>
        </>
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {onsubmit} {foot}>
            <p>{ tp("reveal.of", &[("whose", &props.sealed.whose), ("masked", &props.sealed.masked)]) }</p>
            <Alert tone={Tone::Wait}><p>{ t("reveal.warning") }</p></Alert>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <fieldset class="field">
                <legend class="field-legend">{ t("reveal.purpose") }</legend>
                <div class="choice-columns">{ for Purpose::ALL.map(choice) }</div>
                if *lacking { <p class="fault" role="alert">{ t("reveal.purpose_needed") }</p> }
            </fieldset>
            <TextField label={t("reveal.note")} hint={t("reveal.note_hint")} value={(*note).clone()} oninput={set_note} fault={field_fault(action.failure.as_ref(), "note")} autocomplete="off" />
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    title: AttrValue,
    sealed: Sealed,
    value: AttrValue,
    left: i64,
    onclose: Callback<()>,
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let seconds = use_state(|| SHOWN_FOR_S);
    {
        let seconds = seconds.clone();
        use_effect_with(*seconds, move |left| {
            let left = *left;
            let ticking = gloo_timers::callback::Timeout::new(1_000, move || seconds.set(left.saturating_sub(1)));
            move || drop(ticking)
        });
    }
    {
        let (over, onclose) = (*seconds == 0, props.onclose.clone());
        use_effect_with(over, move |over| {
            if *over {
                onclose.emit(());
            }
        });
    }
    let foot =
        html! { <Button kind={ButtonKind::Primary} onclick={props.onclose.clone()}>{ t("reveal.hide") }</Button> };
    html! {
        <Dialog title={props.title.clone()} onclose={props.onclose.clone()} {foot}>
            <p>{ props.sealed.whose.clone() }</p>
            <p class="revealed" role="status">{ spaced(&props.value) }</p>
            <progress class="bar-meter bar-wide" max={SHOWN_FOR_S.to_string()} value={seconds.to_string()} aria-hidden="true"></progress>
            <p class="muted">{ tp("reveal.hides_in", &[("seconds", &*seconds)]) }{ " " }{ tp("reveal.left", &[("left", &format::count(props.left))]) }</p>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_as_it_is_read_out() {
        assert_eq!(spaced("19900000001"), "199 0000 0001");
        assert_eq!(spaced("469999199003071234"), "469999 19900307 1234");
        assert_eq!(spaced("6222021234567890123"), "6222 0212 3456 7890 123");
        assert_eq!(spaced("46999919900307123441"), "469999 19900307 1234 41");
    }

    #[test]
    fn a_blank_note_is_none() {
        let sealed = Sealed {
            of: Of::Person(PersonId(7)),
            whose: String::new(),
            field: "phone".to_owned(),
            title: String::new(),
            masked: String::new(),
            year: Some(2020),
        };
        let asked = sealed.asked(Purpose::Visit, "  ");
        assert_eq!((asked.note, asked.person_id, asked.household_id), (None, Some(PersonId(7)), None));
    }
}
