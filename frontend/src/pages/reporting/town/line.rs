//! One village's line: its cells, how far it is, whether it is saved, and the way to submit it alone.

use std::{collections::BTreeSet, ops::RangeInclusive, rc::Rc};

use fupin_form::{Cell, CellKind, Severity};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::{
    hands::{SharedVillages, place_of},
    strips::Strip,
    villages::{Closed, Spot, Village},
};
use crate::{
    i18n::{error_sentence, t, tp},
    kit::{Button, ButtonKind, Status, Tone},
    pages::reporting::report::{
        cell_line::source_words,
        desk::Mark,
        grid::mark_class,
        grid_cell::{GridCell, Look, options_of},
        saving::{SaveState, use_saving},
    },
    routes::Route,
    words,
};

#[derive(Properties)]
pub struct VillageLineProps {
    pub villages: SharedVillages,
    pub number: usize,
    pub strip: Rc<Strip>,
    pub tick: u32,
    pub strict: bool,
    /// The places across that are chosen.
    pub chosen: Option<RangeInclusive<usize>>,
    /// What is being typed, and where.
    pub typed: Option<(usize, String)>,
    pub onchange: Callback<()>,
    pub submit: Callback<usize>,
    pub submitting: bool,
    pub reload: Callback<()>,
}

impl PartialEq for VillageLineProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick
            && self.number == other.number
            && self.strict == other.strict
            && self.chosen == other.chosen
            && self.typed == other.typed
            && self.submitting == other.submitting
            && Rc::ptr_eq(&self.strip, &other.strip)
    }
}

#[component]
pub fn VillageLine(props: &VillageLineProps) -> Html {
    let (desk, id) = {
        let villages = props.villages.borrow();
        (villages.list[props.number].desk.clone(), villages.list[props.number].report.id)
    };
    let (saving, poke) = use_saving(desk.clone(), id, props.onchange.clone());
    use_effect_with(props.tick, move |_| {
        let kept = desk.borrow().is_kept();
        if !kept {
            poke.emit(());
        }
    });
    let villages = props.villages.borrow();
    let village = &villages.list[props.number];
    let faults = faults_of(village, props.strict);
    let cells = (0..props.strip.keys.len()).map(|across| cell(props, village, &faults, across));
    let to = Route::Report { id: id.to_string() };
    html! {
        <tr class={classes!(village.closed.is_some().then_some("line-closed"))}>
            <th scope="row"><Link<Route> {to}>{ village.report.unit.name.clone() }</Link<Route>></th>
            { for cells }
            <td class="town-state"><div class="town-state-words">{ state(props, village, &saving) }</div></td>
        </tr>
    }
}

/// Cells of the village with a hard fault, and those with a soft one.
struct Faults {
    hard: BTreeSet<String>,
    soft: BTreeSet<String>,
}

fn faults_of(village: &Village, strict: bool) -> Faults {
    let mut faults = Faults { hard: BTreeSet::new(), soft: BTreeSet::new() };
    if village.closed.is_some() {
        return faults;
    }
    for finding in village.desk.borrow().findings(strict) {
        let into = match finding.severity {
            Severity::Hard => &mut faults.hard,
            Severity::Soft => &mut faults.soft,
        };
        into.extend(finding.cells.iter().map(|key| key.as_str().to_owned()));
    }
    faults
}

fn cell(props: &VillageLineProps, village: &Village, faults: &Faults, across: usize) -> Html {
    let (key, (title, _)) = (props.strip.keys[across].as_str(), &props.strip.heads[across]);
    let desk = village.desk.borrow();
    let Some(spec) = desk.form.cell(key) else { return html! { <td></td> } };
    let cell = desk.cell(spec, key);
    let text = match &props.typed {
        Some((at, text)) if *at == across => text.clone(),
        Some(_) | None => desk.shown(spec, key),
    };
    let mark = desk.marks.get(key);
    let look = Look {
        hard: faults.hard.contains(key) || matches!(mark, Some(Mark::Rejected(_) | Mark::Conflict(_))),
        soft: faults.soft.contains(key),
        mark: mark.map(mark_class),
        chosen: props.chosen.as_ref().is_some_and(|chosen| chosen.contains(&across)),
        not_applicable: cell == Cell::NotApplicable && spec.is_fillable(),
        locked: village.closed.is_none() && spec.is_fillable() && desk.is_locked(key),
        remark: desk.remark(key).filter(|_| village.closed.is_none()).map(str::to_owned),
        suggested: source_words(&desk, key).filter(|_| village.closed.is_none()),
        ..Look::default()
    };
    let chosen_option = match &cell {
        Cell::Text(code) => code.clone(),
        Cell::Blank | Cell::NotApplicable | Cell::Integer(_) => String::new(),
    };
    let label = tp("grid.cell_label", &[("row", &village.report.unit.name), ("column", title)]);
    html! {
        <GridCell key={key.to_owned()} place={place_of(Spot { village: props.number, across })} {text} options={options_of(spec)} {chosen_option}
            numeric={spec.kind.scale().is_some()} computed={matches!(spec.kind, CellKind::Computed { .. })} blocked={matches!(spec.kind, CellKind::Blocked)}
            editable={village.closed.is_none() && desk.is_open(key)} {label} {look} />
    }
}

/// Why it is closed, or how far it is and what can be done.
fn state(props: &VillageLineProps, village: &Village, saving: &SaveState) -> Html {
    if let Some(closed) = village.closed {
        let (tone, word) = words::report_status(village.report.status);
        let why = match closed {
            Closed::Submitted => match village.report.waits_for {
                Some(level) => tp("grid.many_with", &[("level", &words::level(level))]),
                None => t("grid.many_submitted"),
            },
            Closed::Approved => t("grid.many_approved"),
            Closed::Ended => t("grid.many_ended"),
            Closed::NotMine => t("grid.many_not_mine"),
        };
        return html! { <><Status {tone} {word} /><span class="muted small">{ why }</span></> };
    }
    let standing = village.standing();
    let (filled, all) = village.desk.borrow().progress();
    let submit = {
        let (submit, number) = (props.submit.clone(), props.number);
        Callback::from(move |()| submit.emit(number))
    };
    let label = tp("grid.many_submit_one", &[("unit", &village.report.unit.name)]);
    html! {
        <>
            { save_words(props, saving) }
            if standing.wrong > 0 {
                <Status tone={Tone::Danger} word={tp("grid.many_wrong", &[("count", &standing.wrong)])} />
            } else if standing.missing > 0 {
                <Status tone={Tone::Accent} word={tp("grid.progress", &[("filled", &filled), ("all", &all)])} />
            } else if standing.unconfirmed > 0 {
                <Status tone={Tone::Wait} word={tp("grid.prefill_title", &[("count", &standing.unconfirmed)])} />
            } else if standing.unexplained > 0 {
                <Status tone={Tone::Wait} word={tp("grid.many_unexplained", &[("count", &standing.unexplained)])} />
            } else if village.may_submit {
                <Button kind={ButtonKind::Quiet} {label} disabled={props.submitting} onclick={submit}>{ t("report.submit") }</Button>
            }
        </>
    }
}

fn save_words(props: &VillageLineProps, saving: &SaveState) -> Html {
    match saving {
        SaveState::Kept => Html::default(),
        SaveState::Saving => html! { <span class="busy" role="img" aria-label={t("grid.saving")}></span> },
        SaveState::Waiting => html! { <span class="danger-text small" role="alert">{ t("grid.many_offline") }</span> },
        SaveState::Refused(error) => html! {
            <span class="danger-text small" role="alert">{ error_sentence(error) }<Button kind={ButtonKind::Quiet} onclick={props.reload.clone()}>{ t("report.see_fresh") }</Button></span>
        },
    }
}
