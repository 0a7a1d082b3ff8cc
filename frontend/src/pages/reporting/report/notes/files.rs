//! The files of a cell, or of the whole report: fetched, added, taken away.

use std::rc::Rc;

use fupin_client::Download;
use fupin_contract::{
    AttachmentId,
    reporting::{ATTACHMENT_EXTENSIONS, Attachment, ReportNotes},
};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};
use yew::prelude::*;

use super::sending::{Line, Sending};
use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Button, ButtonKind, Dialog, Failure, Icon, Shape, save_file, use_action, use_toasts},
};

#[derive(Properties, PartialEq)]
pub struct FilesProps {
    /// Of which cell; none for the whole report.
    #[prop_or_default]
    pub cell: Option<String>,
    pub files: Vec<Attachment>,
    pub sending: Sending,
    /// May add to them.
    pub writes: bool,
    pub told: Callback<Rc<ReportNotes>>,
}

#[component]
pub fn Files(props: &FilesProps) -> Html {
    let leaving = use_state(|| None::<Attachment>);
    let toasts = use_toasts();
    let fetch = use_action(
        async |api, id: AttachmentId, _| api.download_attachment(id).await,
        Callback::from(|file: Download| save_file(&file, "attachment")),
    );
    {
        let said = fetch.failure.as_ref().map(error_sentence);
        use_effect_with(said, move |said| {
            if let Some(said) = said {
                toasts.failed(said.clone());
            }
        });
    }
    let on_its_way: Vec<&Line> = props.sending.lines.0.iter().filter(|line| line.cell == props.cell).collect();
    if props.files.is_empty() && on_its_way.is_empty() && !props.writes {
        return Html::default();
    }
    let title = if props.cell.is_some() { t("grid.files") } else { t("grid.files_of_report") };
    let file = |file: &Attachment| {
        let (fetch, id, leave, leaving) = (fetch.run.clone(), file.id, leaving.clone(), file.clone());
        let onfetch = Callback::from(move |_: MouseEvent| fetch.emit(id));
        let onleave = Callback::from(move |()| leave.set(Some(leaving.clone())));
        html! {
            <li key={id.to_string()}>
                <p class="file-line">
                    <Icon shape={Shape::Clip} />
                    <button type="button" class="button-link" onclick={onfetch} title={t("grid.file_fetch")}>{ file.name.clone() }</button>
                    <span class="muted small nowrap">{ format::size(file.bytes) }</span>
                    if file.removable {
                        <Button kind={ButtonKind::Quiet} onclick={onleave} label={tp("grid.file_remove_named", &[("name", &file.name)])}>{ t("grid.file_remove") }</Button>
                    }
                </p>
                <p class="muted small">{ file.by.clone() }{ " " }{ format::date_time(file.at) }</p>
            </li>
        }
    };
    let onclose = {
        let leaving = leaving.clone();
        Callback::from(move |()| leaving.set(None))
    };
    html! {
        <div class="files">
            <h3 class="small">{ title }</h3>
            if props.files.is_empty() && on_its_way.is_empty() { <p class="muted small">{ t("grid.file_none") }</p> }
            <ul class="file-list">
                { for props.files.iter().map(file) }
                { for on_its_way.into_iter().map(|line| travelling(line, &props.sending)) }
            </ul>
            if props.writes { { adding(props) } }
            if let Some(file) = leaving.as_ref() {
                <RemoveDialog file={file.clone()} {onclose} told={props.told.clone()} />
            }
        </div>
    }
}

/// A button that asks for files; a phone offers its camera among the ways to choose one.
fn adding(props: &FilesProps) -> Html {
    let onchange = {
        let (send, cell) = (props.sending.send.clone(), props.cell.clone());
        Callback::from(move |event: Event| {
            let files = chosen_files(&event);
            if !files.is_empty() {
                send.emit((cell.clone(), files));
            }
        })
    };
    let word = if props.cell.is_some() { t("grid.file_add") } else { t("grid.file_add_report") };
    html! {
        <label class="button file-pick">
            <Icon shape={Shape::Clip} />{ word }
            <input class="visually-hidden" type="file" multiple=true accept={accepted()} {onchange} />
        </label>
    }
}

fn accepted() -> String {
    ATTACHMENT_EXTENSIONS.map(|ending| format!(".{ending}")).join(",")
}

fn chosen_files(event: &Event) -> Vec<web_sys::File> {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some((input, files)) = input.and_then(|input| input.files().map(|files| (input, files))) else {
        return Vec::new();
    };
    let files = (0..files.length()).filter_map(|at| files.get(at)).collect();
    // The same file can be chosen again, mended.
    input.set_value("");
    files
}

/// How far a file is, or why it did not arrive.
fn travelling(line: &Line, sending: &Sending) -> Html {
    let (key, name) = (line.key, line.file.name());
    let give_up = sending.give_up.reform(move |()| key);
    let again = {
        let line = line.clone();
        sending.again.reform(move |()| line.clone())
    };
    let under_way = tp("grid.file_sending", &[("name", &name), ("percent", &line.percent)]);
    html! {
        <li key={key.to_string()}>
            <p class="file-line"><Icon shape={Shape::Upload} /><span class="file-name">{ name }</span></p>
            if let Some(failure) = &line.failure {
                <p class="danger-text small" role="alert">{ failure.said.clone() }</p>
                <p class="row">
                    if failure.passing { <Button onclick={again}>{ t("grid.file_again") }</Button> }
                    <Button kind={ButtonKind::Quiet} onclick={give_up}>{ t("grid.file_give_up") }</Button>
                </p>
            } else {
                <p class="small"><progress class="bar-meter" max="100" value={line.percent.to_string()} aria-label={under_way}></progress>{ " " }{ tp("grid.file_percent", &[("percent", &line.percent)]) }</p>
            }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct RemoveDialogProps {
    file: Attachment,
    onclose: Callback<()>,
    told: Callback<Rc<ReportNotes>>,
}

#[component]
fn RemoveDialog(props: &RemoveDialogProps) -> Html {
    let action = {
        let (onclose, told) = (props.onclose.clone(), props.told.clone());
        use_action(
            async |api, id: AttachmentId, _| api.remove_attachment(id).await,
            Callback::from(move |notes: ReportNotes| {
                onclose.emit(());
                told.emit(Rc::new(notes));
            }),
        )
    };
    let onsubmit = {
        let (run, id) = (action.run.clone(), props.file.id);
        Callback::from(move |()| run.emit(id))
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::DangerSolid} submit=true busy={action.pending}>{ t("grid.file_remove") }</Button>
        </>
    };
    html! {
        <Dialog title={t("grid.file_remove_title")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            <p>{ tp("grid.file_remove_hint", &[("name", &props.file.name)]) }</p>
            if let Some(error) = &action.failure { <Failure error={error.clone()} /> }
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chooser_offers_what_the_server_takes() {
        assert_eq!(accepted(), ".jpg,.jpeg,.png,.webp,.pdf,.xlsx,.docx");
    }
}
