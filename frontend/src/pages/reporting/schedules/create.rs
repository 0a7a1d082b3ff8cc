//! Make a schedule: forms, who fills and reviews, how often, until when; with the first dates at once.

use fupin_client::ClientError;
use fupin_contract::{
    FormId, Period,
    reporting::{CreateSchedule, DueBy, Every, Schedule, ScheduleRule},
    units::{Level, UnitName},
};
use yew::prelude::*;

use super::{super::form_choice::form_choice, planned};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Check, Dialog, SelectField, TextField, Tone, UnitField, use_action, use_query,
        use_toasts,
    },
    session::use_session,
    words,
};

/// What is being put together.
#[derive(Clone, PartialEq)]
struct Draft {
    title: String,
    forms: Vec<FormId>,
    level: Level,
    unit: Option<UnitName>,
    chain: Vec<Level>,
    rule: ScheduleRule,
}

fn levels_above(level: Level) -> Vec<Level> {
    Level::ALL.into_iter().rev().filter(|above| above.rank() < level.rank()).collect()
}

impl Draft {
    fn new(month: Period, unit: Option<UnitName>) -> Self {
        let rule =
            ScheduleRule { every: Every::Month, issue_day: 20, due: DueBy::WorkingDay, due_number: 5, first: month };
        Self {
            title: String::new(),
            forms: Vec::new(),
            level: Level::Village,
            unit,
            chain: levels_above(Level::Village),
            rule,
        }
    }

    fn with_level(self, level: Level) -> Self {
        Self { level, chain: levels_above(level), ..self }
    }

    fn with_reviewer(mut self, level: Level, on: bool) -> Self {
        self.chain.retain(|known| *known != level);
        if on {
            self.chain.push(level);
            self.chain.sort_by_key(|level| std::cmp::Reverse(level.rank()));
        }
        self
    }

    /// The request, or the key of what is missing.
    fn request(&self) -> Result<CreateSchedule, &'static str> {
        if self.title.trim().is_empty() {
            return Err("schedule.choose_title");
        }
        if self.forms.is_empty() {
            return Err("task.choose_form");
        }
        if self.chain.is_empty() {
            return Err("task.choose_chain");
        }
        Ok(CreateSchedule {
            title: self.title.clone(),
            forms: self.forms.clone(),
            level: self.level,
            unit: self.unit.as_ref().map(|unit| unit.id).ok_or("task.choose_unit")?,
            chain: self.chain.clone(),
            rule: self.rule,
        })
    }
}

#[derive(Properties, PartialEq)]
pub struct CreateProps {
    pub onclose: Callback<()>,
    pub done: Callback<()>,
}

#[component]
pub fn CreateDialog(props: &CreateProps) -> Html {
    let session = use_session();
    let own_unit = session.me().and_then(|me| me.grants.first()).map(|grant| grant.unit.clone());
    let draft = use_state(|| Draft::new(Period::of(format::today()), own_unit));
    let missing = use_state(|| None::<&'static str>);
    let toasts = use_toasts();
    let preview = use_query(draft.rule, async |api, rule| api.preview_schedule(&rule).await);
    let act =
        use_action(|api, schedule: CreateSchedule, key| async move { api.create_schedule(&schedule, key).await }, {
            let (onclose, done) = (props.onclose.clone(), props.done.clone());
            Callback::from(move |_: Schedule| {
                toasts.done(t("schedule.created"));
                done.emit(());
                onclose.emit(());
            })
        });
    let onsubmit = {
        let (draft, missing, run) = (draft.clone(), missing.clone(), act.run.clone());
        Callback::from(move |()| match draft.request() {
            Ok(schedule) => {
                missing.set(None);
                run.emit(schedule);
            }
            Err(key) => missing.set(Some(key)),
        })
    };
    let forms = use_query((), async |api, ()| api.list_forms().await);
    let choose_forms = {
        let draft = draft.clone();
        Callback::from(move |forms: Vec<FormId>| draft.set(Draft { forms, ..(*draft).clone() }))
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={act.pending}>{ t("schedule.create") }</Button>
        </>
    };
    html! {
        <Dialog title={t("schedule.create")} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            if let Some(key) = *missing { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &act.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            { form_choice(&forms, draft.forms.clone(), choose_forms) }
            { fields(&draft, act.failure.as_ref()) }
            { rule_fields(&draft) }
            <section class="stack-tight" aria-label={t("schedule.next")}>
                <h3>{ t("schedule.next") }</h3>
                { preview.view(|page| planned(draft.rule.every, &page.items)) }
            </section>
        </Dialog>
    }
}

fn fields(draft: &UseStateHandle<Draft>, failure: Option<&ClientError>) -> Html {
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose_unit = {
        let draft = draft.clone();
        Callback::from(move |unit: UnitName| draft.set(Draft { unit: Some(unit), ..(*draft).clone() }))
    };
    let levels =
        [Level::Village, Level::Town, Level::County].map(|level| (level.rank().to_string(), words::level(level)));
    html! {
        <div class="form-grid">
            <TextField label={t("schedule.title")} value={draft.title.clone()} oninput={change(|draft, title| Draft { title, ..draft })} hint={t("schedule.title_hint")} fault={field_fault(failure, "title")} />
            <UnitField label={t("task.unit")} value={draft.unit.clone()} onchange={choose_unit} fault={field_fault(failure, "unit")} />
            <SelectField label={t("task.level")} options={levels.to_vec()} value={draft.level.rank().to_string()}
                onchange={change(|draft, rank| { let level = rank.parse().ok().and_then(Level::from_rank).unwrap_or(draft.level); draft.with_level(level) })} />
            <fieldset class="field">
                <legend class="field-legend">{ t("task.chain") }</legend>
                { for levels_above(draft.level).into_iter().map(|level| {
                    let checked = draft.chain.contains(&level);
                    let draft = draft.clone();
                    let onchange = Callback::from(move |on: bool| draft.set((*draft).clone().with_reviewer(level, on)));
                    html! { <Check key={level.rank()} label={tp("task.reviewed_by", &[("level", &words::level(level))])} {checked} {onchange} /> }
                }) }
            </fieldset>
        </div>
    }
}

/// Days that every month has.
fn numbers() -> Vec<(String, String)> {
    (1..=28).map(|number: i16| (number.to_string(), number.to_string())).collect()
}

fn rule_fields(draft: &UseStateHandle<Draft>) -> Html {
    let change = |apply: fn(ScheduleRule, String) -> ScheduleRule| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(Draft { rule: apply(draft.rule, text), ..(*draft).clone() }))
    };
    let rule = draft.rule;
    let every =
        [("month", "schedule.every_month"), ("quarter", "schedule.every_quarter"), ("year", "schedule.every_year")];
    let chosen_every = match rule.every {
        Every::Month => "month",
        Every::Quarter => "quarter",
        Every::Year => "year",
    };
    let due = [("day", "schedule.by_day"), ("working_day", "schedule.by_working_day")];
    let chosen_due = match rule.due {
        DueBy::Day => "day",
        DueBy::WorkingDay => "working_day",
    };
    let options =
        |all: &[(&str, &str)]| all.iter().map(|(value, key)| ((*value).to_owned(), t(key))).collect::<Vec<_>>();
    html! {
        <div class="form-grid">
            <SelectField label={t("schedule.every")} options={options(&every)} value={chosen_every} onchange={change(|rule, text| {
                let every = match text.as_str() { "quarter" => Every::Quarter, "year" => Every::Year, _ => Every::Month };
                ScheduleRule { every, ..rule }
            })} />
            <TextField label={t("schedule.first")} kind="month" value={rule.first.to_string()} oninput={change(|rule, text| ScheduleRule { first: Period::parse(&text).unwrap_or(rule.first), ..rule })} />
            <SelectField label={t("schedule.issue_day")} options={numbers()} value={rule.issue_day.to_string()} onchange={change(|rule, text| ScheduleRule { issue_day: text.parse().unwrap_or(rule.issue_day), ..rule })} hint={t("schedule.issue_day_hint")} />
            <SelectField label={t("schedule.due")} options={options(&due)} value={chosen_due} onchange={change(|rule, text| ScheduleRule { due: if text == "day" { DueBy::Day } else { DueBy::WorkingDay }, ..rule })} />
            <SelectField label={t("schedule.due_number")} options={numbers()} value={rule.due_number.to_string()} onchange={change(|rule, text| ScheduleRule { due_number: text.parse().unwrap_or(rule.due_number), ..rule })} hint={t("schedule.due_number_hint")} />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fupin_client::Uuid;

    #[test]
    fn what_is_missing_is_named() {
        let unit = UnitName { id: fupin_contract::UnitId(1), name: "P".into(), level: Level::Province };
        let draft = Draft::new(Period::parse("2026-11").unwrap(), Some(unit));
        assert_eq!(draft.request(), Err("schedule.choose_title"));
        let titled = Draft { title: "T".into(), ..draft };
        assert_eq!(titled.request(), Err("task.choose_form"));
        let whole = Draft { forms: vec![FormId(Uuid::nil())], ..titled };
        assert_eq!(whole.request().unwrap().chain, [Level::Town, Level::County, Level::Province]);
        assert_eq!(Draft { unit: None, ..whole }.request(), Err("task.choose_unit"));
    }
}
