//! The report as an Excel file: taken home, brought back. What a file would do is shown before it is done.

use std::rc::Rc;

use fupin_client::{ClientError, Download};
use fupin_contract::{
    ReportId,
    reporting::{MOST_SHEET_BYTES, UploadSheet, UploadedSheet},
};
use web_sys::File;
use yew::{platform::spawn_local, prelude::*};

use super::{acts::until_kept, grid::SharedDesk, uploaded::UploadedView};
use crate::{
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Button, ButtonKind, Dialog, DropZone, Icon, Same, Shape, Tone, bytes_of, save_file, use_action,
        use_toasts,
    },
};

#[derive(Properties)]
pub struct ExcelProps {
    pub id: ReportId,
    pub desk: SharedDesk,
    pub editable: bool,
    /// Hears what an upload did.
    pub onuploaded: Callback<Rc<UploadedSheet>>,
}

impl PartialEq for ExcelProps {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.editable == other.editable && self.onuploaded == other.onuploaded
    }
}

/// Both ways, as buttons.
#[component]
pub fn Excel(props: &ExcelProps) -> Html {
    let uploading = use_state(|| false);
    let toasts = use_toasts();
    let download = {
        let (id, desk) = (props.id, props.desk.clone());
        use_action(
            move |api, (): (), _| {
                let desk = desk.clone();
                async move {
                    // What was typed a moment ago belongs into the file.
                    until_kept(&desk).await?;
                    api.download_sheet(id).await
                }
            },
            Callback::from(|file: Download| save_file(&file, "fupin.xlsx")),
        )
    };
    {
        let said = download.failure.as_ref().map(error_sentence);
        use_effect_with(said, move |said| {
            if let Some(said) = said {
                toasts.failed(said.clone());
            }
        });
    }
    let onclick = download.run.clone();
    let open = {
        let uploading = uploading.clone();
        Callback::from(move |()| uploading.set(true))
    };
    let onclose = {
        let uploading = uploading.clone();
        Callback::from(move |()| uploading.set(false))
    };
    html! {
        <>
            <Button {onclick} busy={download.pending}><Icon shape={Shape::Download} />{ t("sheet.download") }</Button>
            if props.editable { <Button onclick={open}><Icon shape={Shape::Upload} />{ t("sheet.upload") }</Button> }
            if *uploading { <UploadDialog id={props.id} desk={props.desk.clone()} {onclose} onuploaded={props.onuploaded.clone()} /> }
        </>
    }
}

/// A file in hand.
#[derive(Clone, PartialEq)]
struct Chosen {
    name: String,
    bytes: Rc<Vec<u8>>,
}

/// What is asked of the server: only to look, or to save.
#[derive(Clone, PartialEq)]
struct Asked {
    file: Chosen,
    dry_run: bool,
}

#[derive(Properties)]
struct UploadDialogProps {
    id: ReportId,
    desk: SharedDesk,
    onclose: Callback<()>,
    onuploaded: Callback<Rc<UploadedSheet>>,
}

impl PartialEq for UploadDialogProps {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.onclose == other.onclose && self.onuploaded == other.onuploaded
    }
}

#[component]
fn UploadDialog(props: &UploadDialogProps) -> Html {
    let chosen = use_state(|| None::<Chosen>);
    let looked = use_state(|| None::<Rc<UploadedSheet>>);
    let too_large = use_state(|| false);
    let action = {
        let (id, desk) = (props.id, props.desk.clone());
        let (looked, done, onclose) = (looked.clone(), props.onuploaded.clone(), props.onclose.clone());
        use_action(
            move |api, Asked { file, dry_run }: Asked, key| {
                let desk = desk.clone();
                async move {
                    until_kept(&desk).await?;
                    api.upload_sheet(id, UploadSheet { dry_run: Some(dry_run) }, (*file.bytes).clone(), key).await
                }
            },
            Callback::from(move |answer: UploadedSheet| {
                let answer = Rc::new(answer);
                if answer.dry_run {
                    looked.set(Some(answer));
                } else {
                    onclose.emit(());
                    done.emit(answer);
                }
            }),
        )
    };
    let take = {
        let (chosen, looked, too_large) = (chosen.clone(), looked.clone(), too_large.clone());
        let (run, forget) = (action.run.clone(), action.forget.clone());
        Callback::from(move |file: File| {
            looked.set(None);
            forget.emit(());
            let is_too_large = file.size() > MOST_SHEET_BYTES as f64;
            too_large.set(is_too_large);
            if is_too_large {
                chosen.set(None);
                return;
            }
            let (chosen, run) = (chosen.clone(), run.clone());
            spawn_local(async move {
                let Some(bytes) = bytes_of(&file).await else { return };
                let file = Chosen { name: file.name(), bytes: Rc::new(bytes) };
                chosen.set(Some(file.clone()));
                run.emit(Asked { file, dry_run: true });
            });
        })
    };
    let ready = looked.as_ref().filter(|looked| !looked.changed.is_empty()).map(|looked| looked.changed.len());
    let onsubmit = {
        let (chosen, run) = (chosen.clone(), action.run.clone());
        Callback::from(move |()| {
            if let Some(file) = (*chosen).clone().filter(|_| ready.is_some()) {
                run.emit(Asked { file, dry_run: false });
            }
        })
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true disabled={ready.is_none()} busy={action.pending && looked.is_some()}>
                { ready.map_or_else(|| t("sheet.save_none"), |count| tp("sheet.save", &[("count", &count)])) }
            </Button>
        </>
    };
    html! {
        <Dialog title={t("sheet.upload_title")} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            <p class="muted">{ t("sheet.hint") }</p>
            <DropZone {take} word={t("sheet.drop")} />
            { state_of(chosen.as_ref(), action.pending, action.failure.as_ref(), *too_large) }
            if let Some(answer) = looked.as_ref() { <UploadedView answer={Same(answer.clone())} desk={props.desk.clone()} /> }
        </Dialog>
    }
}

/// What became of the chosen file so far.
fn state_of(chosen: Option<&Chosen>, pending: bool, failure: Option<&ClientError>, too_large: bool) -> Html {
    if too_large {
        return html! { <Alert tone={Tone::Danger} urgent=true><p>{ t("sheet.too_large") }</p></Alert> };
    }
    let Some(file) = chosen else { return Html::default() };
    if let Some(error) = failure {
        return html! {
            <Alert tone={Tone::Danger} urgent=true>
                <p class="strong">{ tp("sheet.refused", &[("name", &file.name)]) }</p>
                <p>{ error_sentence(error) }</p>
            </Alert>
        };
    }
    let said = if pending { "sheet.reading" } else { "sheet.read" };
    html! {
        <p role="status">
            if pending { <span class="busy" aria-hidden="true"></span>{ " " } }
            { tp(said, &[("name", &file.name)]) }
        </p>
    }
}
