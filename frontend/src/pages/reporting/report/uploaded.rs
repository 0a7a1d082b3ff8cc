//! What an uploaded file does, or did: the cells that change, and those that are left with the reason why.

use fupin_contract::reporting::{SheetPlace, UploadedSheet};
use fupin_form::{Cell, display_cell};
use yew::prelude::*;

use super::{cell_line::cell_name, desk::Desk, grid::SharedDesk};
use crate::{
    i18n::{fault_sentence, t, tp},
    kit::{Alert, Button, ButtonKind, Same, Tone, shape},
    words,
};

/// Lines of each kind; a form of a thousand cells would bury the bad ones.
const SHOWN: usize = 50;

#[derive(Properties)]
pub struct UploadedViewProps {
    pub answer: Same<UploadedSheet>,
    pub desk: SharedDesk,
    /// Goes to a cell of the form, where the page can.
    #[prop_or_default]
    pub jump: Option<Callback<String>>,
}

impl PartialEq for UploadedViewProps {
    fn eq(&self, other: &Self) -> bool {
        self.answer == other.answer && self.jump == other.jump
    }
}

#[component]
pub fn UploadedView(props: &UploadedViewProps) -> Html {
    let (answer, desk) = (&props.answer.0, props.desk.borrow());
    let line = |at: &SheetPlace, said: Html| {
        let place = tp("sheet.place", &[("sheet", &at.sheet), ("cell", &at.cell)]);
        let name = at.key.as_ref().map(|key| cell_name(&desk, key));
        let jump = props.jump.clone().zip(at.key.clone());
        html! {
            <li class="sheet-line">
                { match jump {
                    Some((jump, key)) => html! { <Button kind={ButtonKind::Quiet} title={t("sheet.jump")} onclick={Callback::from(move |()| jump.emit(key.clone()))}>{ place }</Button> },
                    None => html! { <span class="strong nowrap">{ place }</span> },
                } }
                <span class="grow">if let Some(name) = name { <span class="muted">{ name }{ "　" }</span> }{ said }</span>
            </li>
        }
    };
    let rejected = answer.rejected.iter().take(SHOWN).map(|rejection| {
        let typed = (!rejection.typed.is_empty()).then(|| tp("sheet.typed", &[("typed", &rejection.typed)]));
        line(&rejection.at, html! { <>{ typed }{ fault_sentence(&rejection.fault) }</> })
    });
    let conflicts = answer.conflicts.iter().take(SHOWN).map(|conflict| {
        let theirs = shown(&desk, &conflict.at, &conflict.theirs.current);
        let mine = shown(&desk, &conflict.at, &conflict.mine);
        let by = words::doer(&conflict.theirs.by, conflict.theirs.on_behalf_of.as_deref());
        let said = tp("sheet.theirs", &[("by", &by), ("theirs", &theirs), ("mine", &mine)]);
        line(&conflict.at, html! { said })
    });
    let notes = answer.notes.iter().take(SHOWN).map(|note| line(&note.at, html! { fault_sentence(&note.note) }));
    let changed = answer.changed.iter().take(SHOWN).map(|change| {
        let (old, new) = (shown(&desk, &change.at, &change.old), shown(&desk, &change.at, &change.new));
        line(&change.at, html! { <><span class="muted">{ old }</span>{ " → " }<span class="strong">{ new }</span></> })
    });
    html! {
        <div class="stack-tight">
            if answer.says_nothing_new() { <Alert tone={Tone::Done}><p>{ t("sheet.nothing_new") }</p></Alert> }
            { group(Tone::Danger, "sheet.rejected", answer.rejected.len(), rejected.collect()) }
            { group(Tone::Wait, "sheet.conflicts", answer.conflicts.len(), conflicts.collect()) }
            { group(Tone::Accent, "sheet.notes", answer.notes.len(), notes.collect()) }
            // What is done stands in the grid.
            if answer.dry_run { { group(Tone::Done, "sheet.will_change", answer.changed.len(), changed.collect()) } }
            if answer.dry_run && answer.unchanged > 0 { <p class="muted small">{ tp("sheet.unchanged", &[("count", &answer.unchanged)]) }</p> }
        </div>
    }
}

/// Lines of one kind under their number; none without lines.
fn group(tone: Tone, key: &str, count: usize, lines: Vec<Html>) -> Html {
    if count == 0 {
        return Html::default();
    }
    let left = count - lines.len();
    let class = match tone {
        Tone::Danger => "status status-danger",
        Tone::Wait => "status status-wait",
        Tone::Done => "status status-done",
        Tone::Accent | Tone::Plain => "status status-accent",
    };
    html! {
        <section>
            <h3 {class}>{ shape(tone) }{ tp(key, &[("count", &count)]) }</h3>
            <ul class="sheet-lines">{ for lines }</ul>
            if left > 0 { <p class="muted small">{ tp("sheet.more", &[("count", &left)]) }</p> }
        </section>
    }
}

fn shown(desk: &Desk, at: &SheetPlace, cell: &Cell) -> String {
    let spec = at.key.as_ref().and_then(|key| desk.form.cell(key));
    let shown = spec.map(|spec| display_cell(spec, cell)).unwrap_or_default();
    if shown.is_empty() { t("sheet.blank") } else { shown }
}

#[derive(Properties)]
pub struct UploadedPanelProps {
    pub answer: Same<UploadedSheet>,
    pub desk: SharedDesk,
    pub jump: Callback<String>,
    pub onclose: Callback<()>,
}

impl PartialEq for UploadedPanelProps {
    fn eq(&self, other: &Self) -> bool {
        self.answer == other.answer && self.jump == other.jump
    }
}

/// What an upload has left undone, beside the grid in which it is to be done.
#[component]
pub fn UploadedPanel(props: &UploadedPanelProps) -> Html {
    html! {
        <section class="panel no-print" aria-label={t("sheet.result")}>
            <div class="row between">
                <h2>{ t("sheet.result") }</h2>
                <Button kind={ButtonKind::Quiet} onclick={props.onclose.clone()}>{ t("sheet.close_result") }</Button>
            </div>
            <UploadedView answer={props.answer.clone()} desk={props.desk.clone()} jump={props.jump.clone()} />
        </section>
    }
}
