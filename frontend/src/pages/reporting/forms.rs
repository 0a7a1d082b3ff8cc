//! Forms: the list, and one form as it will be filled.

use std::{collections::BTreeMap, rc::Rc};

use fupin_client::ClientError;
use fupin_contract::{
    FormId,
    access::Permission,
    reporting::{DraftStart, FormDraft, FormSummary, ReviseForm},
};
use fupin_form::{CellKind, Form, Rows, Section};
use yew::prelude::*;
use yew_router::{hooks::use_navigator, prelude::Link};

use super::{
    designer::{Drafts, FromSheetDialog, StartDialog, definition_button, may_design},
    form_table,
    issue::IssueDialog,
};
use crate::{
    i18n::{error_sentence, t, tp},
    kit::{
        Action, Alert, Allowed, Button, ButtonKind, Column, Crumb, Empty, Icon, PageHead, Row, Shape, Table, Tone,
        use_action, use_query,
    },
    pages::insight::NotFoundPage,
    routes::Route,
    session::use_session,
};

#[component]
pub fn FormsPage() -> Html {
    let query = use_query((), async |api, ()| api.list_forms().await);
    let issuing = use_state(|| false);
    let starting = use_state(|| false);
    let from_sheet = use_state(|| false);
    let designs = may_design(&use_session());
    html! {
        <>
            <PageHead title={t("nav.forms")}>
                if designs { { sheet_button(&from_sheet) } { start_button(&starting) } }
                <Allowed to={Permission::IssueTasks}>{ issue_button(&issuing) }</Allowed>
            </PageHead>
            if designs { <Drafts /> }
            { query.view(|page| list(&page.items)) }
            if *from_sheet { <FromSheetDialog onclose={closing(&from_sheet)} /> }
            if *starting { <StartDialog onclose={closing(&starting)} /> }
            if *issuing { <IssueDialog onclose={closing(&issuing)} form={None::<FormId>} /> }
        </>
    }
}

fn issue_button(issuing: &UseStateHandle<bool>) -> Html {
    let issuing = issuing.clone();
    html! { <Button kind={ButtonKind::Primary} onclick={Callback::from(move |()| issuing.set(true))}>{ t("task.issue") }</Button> }
}

fn sheet_button(from_sheet: &UseStateHandle<bool>) -> Html {
    let from_sheet = from_sheet.clone();
    html! { <Button onclick={Callback::from(move |()| from_sheet.set(true))}><Icon shape={Shape::Upload} />{ t("design.from_sheet") }</Button> }
}

fn start_button(starting: &UseStateHandle<bool>) -> Html {
    let starting = starting.clone();
    html! { <Button onclick={Callback::from(move |()| starting.set(true))}>{ t("design.start") }</Button> }
}

fn closing(open: &UseStateHandle<bool>) -> Callback<()> {
    let open = open.clone();
    Callback::from(move |()| open.set(false))
}

fn list(forms: &[FormSummary]) -> Html {
    if forms.is_empty() {
        return html! { <Empty title={t("form.none")}><p>{ t("form.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("form.title")),
        Column::text(t("form.code")),
        Column::number(t("form.version")),
        Column::number(t("form.cells")),
    ];
    let rows = forms.iter().map(|form| {
        let to = Route::Form { id: form.id.to_string() };
        Row::new(
            form.id,
            vec![
                html! { <Link<Route> {to}>{ form.title.clone() }</Link<Route>> },
                html! { form.code.clone() },
                html! { form.version },
                html! { crate::format::count(form.cells.into()) },
            ],
        )
    });
    html! { <Table caption={t("nav.forms")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[derive(Properties, PartialEq)]
pub struct FormPageProps {
    pub id: String,
}

#[component]
pub fn FormPage(props: &FormPageProps) -> Html {
    match props.id.parse::<FormId>() {
        Ok(id) => html! { <Preview {id} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct PreviewProps {
    id: FormId,
}

#[component]
fn Preview(props: &PreviewProps) -> Html {
    let issuing = use_state(|| false);
    let query = use_query(props.id, |api, id| async move {
        let detail = api.get_form(id).await?;
        let form = Form::compile(detail.definition.clone()).map_err(|_| ClientError::Unreadable(200))?;
        Ok((detail, Rc::new(form)))
    });
    let title = query.ready().map_or_else(|| t("nav.forms"), |found| found.0.summary.title.clone());
    let revise = use_revise();
    let revising = {
        let id = props.id;
        revise.run.reform(move |()| id)
    };
    let designs = may_design(&use_session());
    html! {
        <>
            <PageHead {title} path={vec![Crumb::to(t("nav.forms"), Route::Forms)]}>
                if designs {
                    if let Some(found) = query.ready() { { definition_button(&Rc::new(found.0.definition.clone())) } }
                    <Button onclick={revising} busy={revise.pending}>{ t("design.revise") }</Button>
                }
                <Allowed to={Permission::IssueTasks}>{ issue_button(&issuing) }</Allowed>
            </PageHead>
            if let Some(error) = &revise.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            { query.view(|found| {
                let (detail, form) = &**found;
                html! {
                    <>
                        <p class="report-notes"><span>{ detail.summary.code.clone() }</span><span>{ tp("form.version_number", &[("version", &detail.summary.version)]) }</span>
                            if let Some(note) = &detail.definition.unit_note { <span>{ note.clone() }</span> }
                        </p>
                        { for form.sections().iter().map(|section| blank(form, section)) }
                        if let Some(note) = &detail.definition.note { <p class="muted small">{ note.clone() }</p> }
                        { rules(form) }
                    </>
                }
            }) }
            if *issuing { <IssueDialog onclose={closing(&issuing)} form={Some(props.id)} /> }
        </>
    }
}

/// Begins the next version of a form, and opens it.
#[hook]
fn use_revise() -> Action<FormId> {
    let navigator = use_navigator();
    use_action(
        async |api, form: FormId, key| api.create_form_draft(&DraftStart::Revise(ReviseForm { form }), key).await,
        Callback::from(move |draft: FormDraft| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::FormDraft { id: draft.summary.id.to_string() });
            }
        }),
    )
}

/// A section as it stands on paper: empty, with the kind of each cell.
fn blank(form: &Form, section: &Section) -> Html {
    let cell = |row: usize, column: usize| {
        let spec = form.cells().get(section.index_at(row, column));
        let (class, word) = match spec.map(|spec| &spec.kind) {
            Some(CellKind::Computed { .. }) => ("cell cell-computed", t("form.computed")),
            Some(CellKind::Blocked) => ("cell cell-blocked", String::new()),
            Some(
                CellKind::Integer
                | CellKind::Decimal { .. }
                | CellKind::Money
                | CellKind::Text { .. }
                | CellKind::Date
                | CellKind::Choice { .. },
            )
            | None => ("cell", String::new()),
        };
        html! { <td {class}><span class="shown muted" title={spec.and_then(|spec| spec.hint.clone())}>{ word }</span></td> }
    };
    let labels = match &section.rows {
        Rows::Fixed(rows) => rows.iter().map(|row| (row.label.clone(), form_table::indent(row.indent))).collect(),
        Rows::Dynamic { max, .. } => vec![(tp("form.up_to_rows", &[("max", max)]), None)],
    };
    html! {
        <section class="stack-tight" aria-label={section.title.clone()}>
            if form.sections().len() > 1 { <h2>{ section.title.clone() }</h2> }
            <div class="sheet" tabindex="0" role="group" aria-label={section.title.clone()}>
                <table>
                    { form_table::head(form, section, None) }
                    <tbody>
                        { for labels.iter().enumerate().map(|(row, (label, indent))| html! {
                            <tr>
                                <th scope="row" class={classes!(*indent)}>{ label.clone() }</th>
                                { for (0..section.columns.len()).map(|column| cell(row, column)) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn rules(form: &Form) -> Html {
    let definition = form.definition();
    if definition.rules.is_empty() {
        return Html::default();
    }
    // References in braces mean the value of the moment; on an empty form the row or column stands for it.
    let names: BTreeMap<&str, &str> =
        form.cells().iter().map(|spec| (spec.key.as_str(), spec.row_label.as_str())).collect();
    html! {
        <section class="panel">
            <h2>{ t("form.rules") }</h2>
            <ul class="stack-tight">
                { for definition.rules.iter().map(|rule| {
                    let word = match rule.severity {
                        fupin_form::Severity::Hard => t("report.hard"),
                        fupin_form::Severity::Soft => t("report.soft"),
                    };
                    html! { <li key={rule.id.clone()}><span class="muted">{ word }{ "：" }</span>{ without_values(&rule.message, &names) }</li> }
                }) }
            </ul>
        </section>
    }
}

/// A rule's sentence without its values: what stands in braces, and brackets left empty by it, go.
fn without_values(message: &str, names: &BTreeMap<&str, &str>) -> String {
    let mut text = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        let (reference, tail) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        if let Some(name) = names.get(reference) {
            text.push_str(name);
        }
        rest = tail;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_without_values() {
        let names = BTreeMap::from([("a.r1.x", "Poor people")]);
        assert_eq!(without_values("{a.r1.x} > {other}!", &names), "Poor people > !");
        assert_eq!(without_values("plain", &names), "plain");
    }
}
