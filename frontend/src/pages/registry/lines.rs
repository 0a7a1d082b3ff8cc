//! 「收入标准线」: net income per capita that a year is measured by; an officer sets it for a unit.

use fupin_client::ClientError;
use fupin_contract::{
    Page,
    access::Permission,
    registry::{IncomeLine, IncomeLinePlace, LineKind, SetIncomeLine},
    units::UnitName,
};
use yew::prelude::*;

use super::{household::line_kind, households::this_year};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Allowed, AskFirst, Button, ButtonKind, Column, Dialog, Empty, PageHead, Row, SelectField, Table,
        TextField, Tone, UnitField, use_action, use_ask_first, use_query, use_toasts,
    },
    session::use_session,
};

const FIRST_YEAR: i16 = 2014;

#[component]
pub fn IncomeLinesPage() -> Html {
    let query = use_query((), |api, ()| async move { api.list_income_lines().await });
    let open = use_state(|| false);
    let may = use_session().may(Permission::MapCodes);
    let set = |on: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(on))
    };
    html! {
        <>
            <PageHead title={t("nav.income_lines")}>
                <Allowed to={Permission::MapCodes}><Button kind={ButtonKind::Primary} onclick={set(true)}>{ t("income_line.set") }</Button></Allowed>
            </PageHead>
            <p class="muted">{ t("income_line.hint") }</p>
            { query.view(|page| html! { <>{ lacking(&page.items) }{ list(&page.items, may.then_some(&query.reload)) }</> }) }
            if *open { <SetDialog onclose={set(false)} done={query.reload.clone()} /> }
        </>
    }
}

/// The years up to this one of which no line is set at all.
fn years_without(lines: &[IncomeLine], this: i16) -> Vec<i16> {
    (FIRST_YEAR..=this).filter(|year| !lines.iter().any(|line| line.year == *year)).collect()
}

fn lacking(lines: &[IncomeLine]) -> Html {
    let years: Vec<String> = years_without(lines, this_year()).iter().map(i16::to_string).collect();
    if years.is_empty() {
        return Html::default();
    }
    html! { <Alert tone={Tone::Wait}><p>{ tp("income_line.lacking", &[("years", &years.join("、"))]) }</p></Alert> }
}

fn list(lines: &[IncomeLine], removed: Option<&Callback<()>>) -> Html {
    if lines.is_empty() {
        return html! { <Empty title={t("income_line.none")} /> };
    }
    let mut columns = vec![
        Column::text(t("household.of_year")),
        Column::text(t("income_line.kind")),
        Column::text(t("income_line.where")),
        Column::number(t("income_line.value")),
        Column::text(t("income_line.source")),
    ];
    if removed.is_some() {
        columns.push(Column::text(""));
    }
    let rows = lines.iter().enumerate().map(|(at, line)| {
        let place = line.unit.as_ref().map_or_else(|| t("income_line.nation"), |unit| unit.name.clone());
        let mut cells = vec![
            html! { line.year },
            html! { <span class="nowrap">{ line_kind(line.kind) }</span> },
            html! { place },
            html! { <span class="strong">{ format::decimal(&format!("{:.2}", line.value)) }</span> },
            html! { <span class="line-source">{ line.source.clone() }</span> },
        ];
        if let Some(removed) = removed {
            cells.push(html! { <Remove line={line.clone()} done={removed.clone()} /> });
        }
        Row::new(at, cells)
    });
    html! { <Table caption={t("nav.income_lines")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[derive(Properties, PartialEq)]
struct RemoveProps {
    line: IncomeLine,
    done: Callback<()>,
}

/// Only what somebody set goes; the line above holds again.
#[component]
fn Remove(props: &RemoveProps) -> Html {
    let line = &props.line;
    let toasts = use_toasts();
    let place = line.unit.as_ref().map(|unit| IncomeLinePlace { kind: line.kind, unit_id: unit.id, year: line.year });
    let done = {
        let done = props.done.clone();
        Callback::from(move |_: Page<IncomeLine>| {
            toasts.done(t("income_line.was_removed"));
            done.emit(());
        })
    };
    let name = line.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default();
    let said: [(&str, &dyn std::fmt::Display); 3] =
        [("place", &name), ("year", &line.year), ("kind", &line_kind(line.kind))];
    let ask = AskFirst::new(t("income_line.remove"), tp("income_line.remove_hint", &said)).kind(ButtonKind::Danger);
    let button = use_ask_first(
        ask,
        move |api, (): (), _| async move {
            let place = place.ok_or(ClientError::Unwritable)?;
            api.remove_income_line(&place).await
        },
        done,
    );
    if line.by_hand { button } else { Html::default() }
}

#[derive(Clone, PartialEq)]
struct Draft {
    kind: LineKind,
    unit: Option<UnitName>,
    year: String,
    value: String,
    source: String,
}

impl Draft {
    fn request(&self) -> Result<SetIncomeLine, &'static str> {
        let unit_id = self.unit.as_ref().map(|unit| unit.id).ok_or("income_line.choose_unit")?;
        let year = self.year.parse().map_err(|_| "household.choose_year")?;
        let value: String = self.value.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        if !is_yuan(&value) {
            return Err("income_line.bad_value");
        }
        let source = self.source.trim().to_owned();
        if source.chars().count() < 2 {
            return Err("income_line.source_needed");
        }
        Ok(SetIncomeLine { kind: self.kind, unit_id, year, value, source })
    }
}

/// A sum above zero, of at most two decimals.
fn is_yuan(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && whole.len() <= 9
        && digits(part)
        && part.len() <= 2
        && text.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

#[derive(Properties, PartialEq)]
struct SetDialogProps {
    onclose: Callback<()>,
    done: Callback<()>,
}

#[component]
fn SetDialog(props: &SetDialogProps) -> Html {
    let session = use_session();
    let draft = use_state(|| Draft {
        kind: LineKind::Poverty,
        unit: session.me().and_then(|me| me.grants.first()).map(|grant| grant.unit.clone()),
        year: this_year().to_string(),
        value: String::new(),
        source: String::new(),
    });
    let lacking = use_state(|| None::<&'static str>);
    let toasts = use_toasts();
    let action = {
        let (onclose, done) = (props.onclose.clone(), props.done.clone());
        use_action(
            |api, line: SetIncomeLine, _| async move { api.set_income_line(&line).await },
            Callback::from(move |_: Page<IncomeLine>| {
                toasts.done(t("income_line.was_set"));
                onclose.emit(());
                done.emit(());
            }),
        )
    };
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose = {
        let draft = draft.clone();
        Callback::from(move |unit: UnitName| draft.set(Draft { unit: Some(unit), ..(*draft).clone() }))
    };
    let onsubmit = {
        let (draft, lacking, run) = (draft.clone(), lacking.clone(), action.run.clone());
        Callback::from(move |()| match draft.request() {
            Ok(line) => {
                lacking.set(None);
                run.emit(line);
            }
            Err(key) => lacking.set(Some(key)),
        })
    };
    let fault = |field: &str| field_fault(action.failure.as_ref(), field);
    let kinds = LineKind::ALL.map(|kind| (kind.name().to_owned(), line_kind(kind))).to_vec();
    let years = (FIRST_YEAR..=this_year()).rev().map(|year| (year.to_string(), year.to_string())).collect::<Vec<_>>();
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("kit.save") }</Button>
        </>
    };
    html! {
        <Dialog title={t("income_line.set")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(key) = *lacking { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <div class="form-grid">
                <SelectField label={t("income_line.kind")} options={kinds} value={draft.kind.name()} onchange={change(|draft, kind| Draft { kind: if kind == LineKind::Monitoring.name() { LineKind::Monitoring } else { LineKind::Poverty }, ..draft })} />
                <SelectField label={t("household.of_year")} options={years} value={draft.year.clone()} onchange={change(|draft, year| Draft { year, ..draft })} fault={fault("year")} />
                <UnitField label={t("income_line.where")} value={draft.unit.clone()} onchange={choose} fault={fault("unit_id")} />
                <TextField label={t("income_line.value")} value={draft.value.clone()} oninput={change(|draft, value| Draft { value, ..draft })} fault={fault("value")} autocomplete="off" />
                <TextField wide=true label={t("income_line.source")} hint={t("income_line.source_hint")} value={draft.source.clone()} oninput={change(|draft, source| Draft { source, ..draft })} fault={fault("source")} autocomplete="off" />
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_positive_sum_of_two_decimals() {
        for (text, fits) in [
            ("4000", true),
            ("3218.50", true),
            ("0", false),
            ("1.234", false),
            ("-3", false),
            ("1.", false),
            ("", false),
        ] {
            assert_eq!(is_yuan(text), fits, "{text}");
        }
    }

    #[test]
    fn years_without_a_line_are_named() {
        let line = |year| IncomeLine {
            kind: LineKind::Poverty,
            unit: None,
            year,
            value: Default::default(),
            source: String::new(),
            by_hand: true,
        };
        assert_eq!(years_without(&[line(2014), line(2016)], 2017), [2015, 2017]);
    }
}
