//! Beginning a form: empty, as a copy, as the next version, or from a definition that was taken out of here.

use fupin_contract::{
    FormId,
    reporting::{CopyForm, DraftStart, EmptyForm, FormDraft, FormSummary, ReviseForm, TaskFilter},
};
use yew::{platform::spawn_local, prelude::*};
use yew_router::hooks::use_navigator;

use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Check, Dialog, SelectField, TextArea, TextField, Tone, bytes_of, chosen_file,
        use_action, use_query,
    },
    routes::Route,
};

/// What a form may begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Starting {
    #[default]
    Empty,
    Copy,
    Revise,
    Definition,
}

impl Starting {
    const ALL: [Self; 4] = [Self::Empty, Self::Copy, Self::Revise, Self::Definition];

    fn word(self) -> String {
        match self {
            Self::Empty => t("design.start_empty"),
            Self::Copy => t("design.start_copy"),
            Self::Revise => t("design.start_revise"),
            Self::Definition => t("design.start_definition"),
        }
    }
}

/// What is being put together.
#[derive(Clone, Debug, Default, PartialEq)]
struct Beginning {
    starting: Starting,
    form: Option<FormId>,
    code: String,
    title: String,
    json: String,
}

impl Beginning {
    /// The request, or the sentence of what is missing.
    fn request(&self) -> Result<DraftStart, String> {
        let form = || self.form.ok_or_else(|| t("design.choose_form"));
        let named = || {
            let (code, title) = (self.code.trim().to_owned(), self.title.trim().to_owned());
            if code.is_empty() || title.is_empty() { Err(t("design.name_it")) } else { Ok((code, title)) }
        };
        Ok(match self.starting {
            Starting::Empty => {
                let (code, title) = named()?;
                DraftStart::Empty(EmptyForm { code, title })
            }
            Starting::Copy => {
                let (code, title) = named()?;
                DraftStart::Copy(CopyForm { form: form()?, code, title })
            }
            Starting::Revise => DraftStart::Revise(ReviseForm { form: form()? }),
            Starting::Definition => {
                let read = serde_json::from_str(&self.json);
                DraftStart::Definition(read.map_err(|fault| {
                    tp("design.not_a_definition", &[("line", &fault.line()), ("column", &fault.column())])
                })?)
            }
        })
    }
}

#[derive(Properties, PartialEq)]
pub struct StartDialogProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn StartDialog(props: &StartDialogProps) -> Html {
    let navigator = use_navigator();
    let beginning = use_state(Beginning::default);
    let missing = use_state(|| None::<String>);
    let sources = use_query((), async |api, ()| {
        let forms = api.list_forms().await?.items;
        let tasks = api.list_tasks(&TaskFilter::default()).await?.items;
        Ok(sources_of(forms, &tasks))
    });
    let create = use_action(
        async |api, start: DraftStart, key| api.create_form_draft(&start, key).await,
        Callback::from(move |draft: FormDraft| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::FormDraft { id: draft.summary.id.to_string() });
            }
        }),
    );
    let onsubmit = {
        let (beginning, missing, run) = (beginning.clone(), missing.clone(), create.run.clone());
        Callback::from(move |()| match beginning.request() {
            Ok(start) => {
                missing.set(None);
                run.emit(start);
            }
            Err(why) => missing.set(Some(why)),
        })
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={create.pending}>{ t("design.begin") }</Button>
        </>
    };
    let fault = |field: &str| field_fault(create.failure.as_ref(), field);
    html! {
        <Dialog title={t("design.start_title")} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            if let Some(why) = &*missing { <Alert tone={Tone::Danger} urgent=true><p>{ why.clone() }</p></Alert> }
            if let Some(error) = &create.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            { ways(&beginning) }
            if matches!(beginning.starting, Starting::Copy | Starting::Revise) {
                { sources.view(|sources| source_field(&beginning, sources)) }
            }
            if matches!(beginning.starting, Starting::Empty | Starting::Copy) { { names(&beginning, &fault) } }
            if beginning.starting == Starting::Definition { { definition_field(&beginning) } }
        </Dialog>
    }
}

/// Forms to begin with: each in its newest version, then those of the tasks that were issued last in the version of
/// their issue.
fn sources_of(forms: Vec<FormSummary>, tasks: &[fupin_contract::reporting::Task]) -> Vec<(String, String)> {
    let newest = forms.iter().map(|form| (form.id.to_string(), format!("{} {}", form.code, form.title)));
    let mut sources: Vec<(String, String)> = newest.collect();
    let last = tasks.iter().map(|task| task.period).max();
    for task in tasks.iter().filter(|task| Some(task.period) == last) {
        for form in &task.forms {
            let period = crate::format::period(task.period);
            let word = tp(
                "design.of_task",
                &[("period", &period), ("code", &form.code), ("title", &form.title), ("version", &form.version)],
            );
            if !sources.iter().any(|(_, known)| *known == word) {
                sources.push((form.id.to_string(), word));
            }
        }
    }
    sources
}

fn ways(beginning: &UseStateHandle<Beginning>) -> Html {
    html! {
        <fieldset class="field">
            <legend class="field-legend">{ t("design.start_from") }</legend>
            { for Starting::ALL.into_iter().map(|way| {
                let beginning = beginning.clone();
                let checked = beginning.starting == way;
                let onchange = Callback::from(move |_: bool| beginning.set(Beginning { starting: way, ..(*beginning).clone() }));
                html! { <Check label={way.word()} {checked} {onchange} radio="starting" /> }
            }) }
        </fieldset>
    }
}

fn source_field(beginning: &UseStateHandle<Beginning>, sources: &[(String, String)]) -> Html {
    let options: Vec<_> =
        [(String::new(), t("design.choose_form"))].into_iter().chain(sources.iter().cloned()).collect();
    let value = beginning.form.map(|form| form.to_string()).unwrap_or_default();
    let beginning = beginning.clone();
    let onchange =
        Callback::from(move |id: String| beginning.set(Beginning { form: id.parse().ok(), ..(*beginning).clone() }));
    html! { <SelectField label={t("design.source")} {options} {value} {onchange} wide=true /> }
}

fn names(beginning: &UseStateHandle<Beginning>, fault: &impl Fn(&str) -> Option<String>) -> Html {
    let (coded, titled) = (beginning.clone(), beginning.clone());
    let code = Callback::from(move |code: String| coded.set(Beginning { code, ..(*coded).clone() }));
    let title = Callback::from(move |title: String| titled.set(Beginning { title, ..(*titled).clone() }));
    let kind = if beginning.starting == Starting::Copy { "copy" } else { "empty" };
    html! {
        <div class="form-grid">
            <TextField label={t("form.code")} value={beginning.code.clone()} oninput={code} hint={t("design.code_hint")} fault={fault(&format!("{kind}.code"))} />
            <TextField label={t("form.title")} value={beginning.title.clone()} oninput={title} fault={fault(&format!("{kind}.title"))} />
        </div>
    }
}

fn definition_field(beginning: &UseStateHandle<Beginning>) -> Html {
    let typed = beginning.clone();
    let oninput = Callback::from(move |json: String| typed.set(Beginning { json, ..(*typed).clone() }));
    let onfile = {
        let beginning = beginning.clone();
        Callback::from(move |event: Event| {
            let Some(file) = chosen_file(&event) else { return };
            let beginning = beginning.clone();
            spawn_local(async move {
                let bytes = bytes_of(&file).await.unwrap_or_default();
                let json = String::from_utf8_lossy(&bytes).into_owned();
                beginning.set(Beginning { json, ..(*beginning).clone() });
            });
        })
    };
    html! {
        <>
            <TextArea label={t("design.definition")} value={beginning.json.clone()} {oninput} hint={t("design.definition_hint")} wide=true />
            <label class="field">{ t("design.definition_file") }<input class="input" type="file" accept=".json,application/json" onchange={onfile} /></label>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_begun_without_a_number_and_a_title() {
        let named = Beginning { code: " 甲01表 ".into(), title: "甲".into(), ..Beginning::default() };
        let empty = EmptyForm { code: "甲01表".into(), title: "甲".into() };
        assert_eq!(named.request(), Ok(DraftStart::Empty(empty)));
        assert!(Beginning { title: " ".into(), ..named.clone() }.request().is_err());
        assert!(Beginning { starting: Starting::Copy, ..named }.request().is_err(), "a copy of nothing");
        let pasted = Beginning { starting: Starting::Definition, json: "{\"code\": 1}".into(), ..Beginning::default() };
        assert!(pasted.request().is_err());
    }
}
