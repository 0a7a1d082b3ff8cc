//! Rename, move, merge: from a date on, looked at first, done second.

use chrono::NaiveDate;
use fupin_client::{ClientError, Result};
use fupin_contract::units::{Level, MergeUnit, MoveUnit, RenameUnit, TreeReport, Unit, UnitName};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Column, Dialog, Row, Table, TextField, Tone, UnitField, use_action, use_toasts},
    transport::Api,
    words,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rename,
    Move,
    Merge,
}

#[derive(Properties, PartialEq)]
pub struct UnitActsProps {
    pub unit: Unit,
    pub done: Callback<()>,
}

#[component]
pub fn UnitActs(props: &UnitActsProps) -> Html {
    let open = use_state(|| None::<Kind>);
    let show = |kind: Kind| {
        let open = open.clone();
        Callback::from(move |()| open.set(Some(kind)))
    };
    let onclose = {
        let (open, done) = (open.clone(), props.done.clone());
        Callback::from(move |()| {
            open.set(None);
            done.emit(());
        })
    };
    let is_top = props.unit.level == Level::Province;
    html! {
        <>
            <Button onclick={show(Kind::Rename)}>{ t("unit.rename") }</Button>
            if !is_top {
                <Button onclick={show(Kind::Move)}>{ t("unit.move") }</Button>
                <Button onclick={show(Kind::Merge)}>{ t("unit.merge") }</Button>
            }
            if let Some(kind) = *open { <ActDialog {kind} unit={props.unit.clone()} {onclose} /> }
        </>
    }
}

#[derive(Clone, PartialEq)]
struct Draft {
    kind: Kind,
    name: String,
    code: String,
    other: Option<UnitName>,
    from: String,
    dry_run: bool,
}

/// The level at which the other unit stands: parents above, partners of a merger beside.
fn level_of_other(kind: Kind, level: Level) -> Option<Level> {
    match kind {
        Kind::Rename => None,
        Kind::Move => Level::from_rank(level.rank() - 1),
        Kind::Merge => Some(level),
    }
}

#[derive(Properties, PartialEq)]
struct ActDialogProps {
    kind: Kind,
    unit: Unit,
    onclose: Callback<()>,
}

#[component]
fn ActDialog(props: &ActDialogProps) -> Html {
    let (unit, kind) = (props.unit.clone(), props.kind);
    let draft = use_state(|| Draft {
        kind,
        name: unit.name.clone(),
        code: unit.code.clone(),
        other: None,
        from: format::today().to_string(),
        dry_run: true,
    });
    let looked = use_state(|| None::<(Draft, TreeReport)>);
    let lacking = use_state(|| None::<&'static str>);
    let toasts = use_toasts();
    let action = {
        let (unit, looked, draft, onclose) = (unit.clone(), looked.clone(), draft.clone(), props.onclose.clone());
        use_action(
            move |api, (draft, from): (Draft, NaiveDate), _| perform(api, unit.clone(), draft, from),
            Callback::from(move |report: TreeReport| {
                if report.dry_run {
                    looked.set(Some(((*draft).clone(), report)));
                } else {
                    toasts.done(t("unit.done"));
                    onclose.emit(());
                }
            }),
        )
    };
    let report = looked.as_ref().filter(|(of, _)| *of == *draft).map(|(_, report)| report.clone());
    let onsubmit = {
        let (draft, run, lacking, ready) = (draft.clone(), action.run.clone(), lacking.clone(), report.is_some());
        Callback::from(move |()| {
            let Ok(from) = draft.from.parse::<NaiveDate>() else { return lacking.set(Some("unit.choose_date")) };
            if draft.kind != Kind::Rename && draft.other.is_none() {
                return lacking.set(Some("unit.choose_other"));
            }
            lacking.set(None);
            run.emit((Draft { dry_run: !ready, ..(*draft).clone() }, from));
        })
    };
    let (title, hint) = match kind {
        Kind::Rename => (t("unit.rename"), t("unit.rename_hint")),
        Kind::Move => (t("unit.move"), t("unit.move_hint")),
        Kind::Merge => (t("unit.merge"), t("unit.merge_hint")),
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ if report.is_some() { t("unit.do_it") } else { t("unit.look_first") } }</Button>
        </>
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            <p>{ hint }</p>
            if let Some(key) = *lacking { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            { fields(&draft, &unit, action.failure.as_ref()) }
            if let Some(report) = report { { report_shown(&report) } }
        </Dialog>
    }
}

async fn perform(api: Api, unit: Unit, draft: Draft, from: NaiveDate) -> Result<TreeReport> {
    let dry_run = draft.dry_run;
    match (draft.kind, draft.other) {
        (Kind::Move, Some(other)) => api.move_unit(unit.id, &MoveUnit { parent: other.id, from, dry_run }).await,
        (Kind::Merge, Some(other)) => api.merge_unit(unit.id, &MergeUnit { into: other.id, from, dry_run }).await,
        (Kind::Rename, _) | (Kind::Move | Kind::Merge, None) => {
            let code = Some(draft.code.trim().to_owned()).filter(|code| *code != unit.code);
            let rename = RenameUnit { name: draft.name.trim().to_owned(), code, from, dry_run };
            api.rename_unit(unit.id, &rename).await
        }
    }
}

fn fields(draft: &UseStateHandle<Draft>, unit: &Unit, failure: Option<&ClientError>) -> Html {
    let kind = draft.kind;
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose = {
        let draft = draft.clone();
        Callback::from(move |other: UnitName| draft.set(Draft { other: Some(other), ..(*draft).clone() }))
    };
    let fault = |field| field_fault(failure, field);
    html! {
        <div class="form-grid">
            if kind == Kind::Rename {
                <TextField label={t("unit.name")} value={draft.name.clone()} oninput={change(|draft, name| Draft { name, ..draft })} fault={fault("name")} />
                <TextField label={t("unit.code")} value={draft.code.clone()} oninput={change(|draft, code| Draft { code, ..draft })} fault={fault("code")} />
            } else {
                <UnitField label={if kind == Kind::Move { t("unit.new_parent") } else { t("unit.merge_into") }} value={draft.other.clone()} only={level_of_other(kind, unit.level)} onchange={choose} fault={fault(if kind == Kind::Move { "parent" } else { "into" })} />
            }
            <TextField label={t("unit.from")} kind="date" hint={t("unit.from_hint")} value={draft.from.clone()} oninput={change(|draft, from| Draft { from, ..draft })} fault={fault("from")} />
        </div>
    }
}

/// What would happen, to the unit.
pub fn report_shown(report: &TreeReport) -> Html {
    let columns = vec![
        Column::text(t("unit.name")),
        Column::text(t("unit.change")),
        Column::text(t("unit.before")),
        Column::text(t("unit.after")),
    ];
    let rows = report.changes.iter().enumerate().map(|(at, change)| {
        Row::new(
            at,
            vec![
                html! { <>{ change.name.clone() }{ " " }<span class="muted small">{ change.code.clone() }</span></> },
                html! { words::tree_change(change.kind) },
                html! { change.before.clone().unwrap_or_default() },
                html! { change.after.clone().unwrap_or_default() },
            ],
        )
    });
    let counts = tp(
        "unit.report",
        &[
            ("added", &format::count(report.added)),
            ("renamed", &format::count(report.renamed)),
            ("moved", &format::count(report.moved)),
            ("ended", &format::count(report.ended)),
            ("from", &report.from),
        ],
    );
    html! {
        <div class="stack-tight">
            <Alert tone={Tone::Wait}><p class="strong">{ t("unit.dry_run") }</p><p>{ counts }</p></Alert>
            if !report.changes.is_empty() { <Table caption={t("unit.dry_run")} {columns} rows={rows.collect::<Vec<_>>()} /> }
        </div>
    }
}
