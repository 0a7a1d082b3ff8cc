//! Issue a task: forms, period, who fills, by when, who reviews.

use chrono::{Days, NaiveDate};
use fupin_client::ClientError;
use fupin_contract::{
    FormId, Period,
    reporting::{FormIds, IssueTask, IssuedTask, OverlapFilter},
    units::{Level, UnitName},
};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use super::{designer::overlap_lines, form_choice::form_choice};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Check, Dialog, SelectField, TextField, Tone, UnitField, use_action, use_query,
        use_toasts,
    },
    routes::Route,
    session::use_session,
    words,
};

/// What is being put together.
#[derive(Clone, PartialEq)]
struct Draft {
    title: Option<String>,
    forms: Vec<FormId>,
    period: String,
    level: Level,
    unit: Option<UnitName>,
    deadline: String,
    /// Levels that review.
    chain: Vec<Level>,
}

/// Levels above the filling one, lowest first.
fn levels_above(level: Level) -> Vec<Level> {
    Level::ALL.into_iter().rev().filter(|above| above.rank() < level.rank()).collect()
}

impl Draft {
    fn new(today: NaiveDate, form: Option<FormId>, unit: Option<UnitName>) -> Self {
        let in_a_week = today.checked_add_days(Days::new(7)).unwrap_or(today);
        Self {
            title: None,
            forms: form.into_iter().collect(),
            period: Period::of(today).to_string(),
            level: Level::Village,
            unit,
            deadline: in_a_week.to_string(),
            chain: levels_above(Level::Village),
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
    fn request(&self, offered_title: &str) -> Result<IssueTask, &'static str> {
        if self.forms.is_empty() {
            return Err("task.choose_form");
        }
        if self.chain.is_empty() {
            return Err("task.choose_chain");
        }
        Ok(IssueTask {
            title: self.title.clone().unwrap_or_else(|| offered_title.to_owned()),
            forms: self.forms.clone(),
            period: Period::parse(&self.period).map_err(|_| "task.choose_period")?,
            level: self.level,
            unit: self.unit.as_ref().map(|unit| unit.id).ok_or("task.choose_unit")?,
            deadline: self.deadline.parse().map_err(|_| "task.choose_deadline")?,
            chain: self.chain.clone(),
        })
    }
}

#[derive(Properties, PartialEq)]
pub struct IssueDialogProps {
    pub onclose: Callback<()>,
    /// Chosen beforehand.
    pub form: Option<FormId>,
}

#[component]
pub fn IssueDialog(props: &IssueDialogProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let toasts = use_toasts();
    let forms = use_query((), async |api, ()| api.list_forms().await);
    let own_unit = session.me().and_then(|me| me.grants.first()).map(|grant| grant.unit.clone());
    let draft = use_state(|| Draft::new(format::today(), props.form, own_unit));
    let missing = use_state(|| None::<&'static str>);
    let overlaps = use_query((draft.forms.clone(), draft.period.clone()), async |api, (forms, period)| {
        match Period::parse(&period) {
            Ok(period) if !forms.is_empty() => {
                Ok(api.list_item_overlaps(&OverlapFilter { forms: FormIds(forms), period }).await?.items)
            }
            Ok(_) | Err(_) => Ok(Vec::new()),
        }
    });
    let offered_title = {
        let month = Period::parse(&draft.period).map(format::period).unwrap_or_default();
        let title_of = |id: &FormId| {
            forms.ready().and_then(|page| page.items.iter().find(|form| form.id == *id).map(|form| form.title.clone()))
        };
        match draft.forms.as_slice() {
            [] => String::new(),
            [one] => title_of(one)
                .map_or_else(String::new, |title| tp("task.offered_title", &[("period", &month), ("form", &title)])),
            many => tp("task.offered_title_many", &[("period", &month), ("count", &many.len().to_string())]),
        }
    };
    let issue = use_action(|api, task: IssueTask, key| async move { api.issue_task(&task, key).await }, {
        let (toasts, navigator, onclose) = (toasts.clone(), navigator.clone(), props.onclose.clone());
        Callback::from(move |issued: IssuedTask| {
            toasts.done(tp(
                "task.issued",
                &[("added", &format::count(issued.added)), ("already", &format::count(issued.already_expected))],
            ));
            onclose.emit(());
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Task { id: issued.task.id.to_string() });
            }
        })
    });
    let onsubmit = {
        let (draft, missing, run, offered) = (draft.clone(), missing.clone(), issue.run.clone(), offered_title.clone());
        Callback::from(move |()| match draft.request(&offered) {
            Ok(task) => {
                missing.set(None);
                run.emit(task);
            }
            Err(key) => missing.set(Some(key)),
        })
    };
    let choose_forms = {
        let draft = draft.clone();
        Callback::from(move |forms: Vec<FormId>| draft.set(Draft { forms, ..(*draft).clone() }))
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={issue.pending}>{ t("task.issue") }</Button>
        </>
    };
    html! {
        <Dialog title={t("task.issue_title")} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            if let Some(key) = *missing { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &issue.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            { form_choice(&forms, draft.forms.clone(), choose_forms) }
            { fields(&draft, offered_title, issue.failure.as_ref()) }
            if let Some(found) = overlaps.ready() { { overlap_lines(found) } }
            <Alert tone={Tone::Accent}><p>{ t("task.issue_hint") }</p></Alert>
        </Dialog>
    }
}

fn fields(draft: &UseStateHandle<Draft>, offered_title: String, failure: Option<&ClientError>) -> Html {
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose_unit = {
        let draft = draft.clone();
        Callback::from(move |unit: UnitName| draft.set(Draft { unit: Some(unit), ..(*draft).clone() }))
    };
    let level_options =
        [Level::Village, Level::Town, Level::County].map(|level| (level.rank().to_string(), words::level(level)));
    let fault = |field| field_fault(failure, field);
    html! {
        <div class="form-grid">
            <TextField label={t("task.period")} kind="month" value={draft.period.clone()} oninput={change(|draft, period| Draft { period, ..draft })} fault={fault("period")} />
            <TextField label={t("task.deadline")} kind="date" value={draft.deadline.clone()} oninput={change(|draft, deadline| Draft { deadline, ..draft })} hint={t("task.deadline_hint")} fault={fault("deadline")} />
            <SelectField label={t("task.level")} options={level_options.to_vec()} value={draft.level.rank().to_string()}
                onchange={change(|draft, rank| { let level = rank.parse().ok().and_then(Level::from_rank).unwrap_or(draft.level); draft.with_level(level) })} fault={fault("level")} />
            <UnitField label={t("task.unit")} value={draft.unit.clone()} onchange={choose_unit} fault={fault("unit")} />
            <fieldset class="field">
                <legend class="field-legend">{ t("task.chain") }</legend>
                { for levels_above(draft.level).into_iter().map(|level| {
                    let checked = draft.chain.contains(&level);
                    let draft = draft.clone();
                    let onchange = Callback::from(move |on: bool| draft.set((*draft).clone().with_reviewer(level, on)));
                    html! { <Check key={level.rank()} label={tp("task.reviewed_by", &[("level", &words::level(level))])} {checked} {onchange} /> }
                }) }
            </fieldset>
            <TextField label={t("task.title")} value={draft.title.clone().unwrap_or(offered_title)} oninput={change(|draft, title| Draft { title: Some(title), ..draft })} fault={fault("title")} />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fupin_client::Uuid;

    fn draft() -> Draft {
        let unit = UnitName { id: fupin_contract::UnitId(1), name: "P".into(), level: Level::Province };
        Draft::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), Some(FormId(Uuid::nil())), Some(unit))
    }

    #[test]
    fn a_task_goes_to_all_villages_through_all_levels_unless_said_otherwise() {
        let task = draft().request("T").unwrap();
        assert_eq!(task.chain, [Level::Town, Level::County, Level::Province]);
        assert_eq!((task.period.to_string(), task.deadline.to_string()), ("2026-11".into(), "2026-11-30".into()));
    }

    #[test]
    fn reviewers_stand_lowest_first_and_above_who_fills() {
        let chosen = draft().with_reviewer(Level::County, false).with_reviewer(Level::County, true);
        assert_eq!(chosen.chain, [Level::Town, Level::County, Level::Province]);
        assert_eq!(draft().with_level(Level::Town).chain, [Level::County, Level::Province]);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(Draft { unit: None, ..draft() }.request("T"), Err("task.choose_unit"));
        assert_eq!(Draft { deadline: "soon".into(), ..draft() }.request("T"), Err("task.choose_deadline"));
        assert_eq!(Draft { forms: Vec::new(), ..draft() }.request("T"), Err("task.choose_form"));
    }
}
