//! What is done with a table: fetch its bad rows, take what is good, let it go, undo it.

use fupin_client::Download;
use fupin_contract::{
    RegistryImportId,
    registry::{TableCounts, TableImport},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Alert, AskFirst, Button, ButtonKind, Icon, Shape, Tone, save_file, use_action, use_ask_first, use_toasts},
};

#[derive(Properties, PartialEq)]
pub struct BadRowsProps {
    pub id: RegistryImportId,
}

/// The bad rows, whole, to be mended and sent again.
#[component]
pub fn BadRows(props: &BadRowsProps) -> Html {
    let id = props.id;
    let download = use_action(
        move |api, (): (), _| async move { api.download_bad_rows(id).await },
        Callback::from(|file: Download| save_file(&file, "bad-rows.xlsx")),
    );
    html! {
        <>
            if let Some(error) = &download.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button onclick={download.run} busy={download.pending}><Icon shape={Shape::Download} />{ t("table.bad_rows") }</Button>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct TakeProps {
    pub id: RegistryImportId,
    pub counts: TableCounts,
    pub done: Callback<()>,
}

#[component]
pub fn Take(props: &TakeProps) -> Html {
    let (id, toasts) = (props.id, use_toasts());
    let done = |said: &'static str| {
        let (done, toasts) = (props.done.clone(), toasts.clone());
        Callback::from(move |_: TableImport| {
            toasts.done(t(said));
            done.emit(());
        })
    };
    let take = use_action(move |api, (): (), key| async move { api.take_table(id, key).await }, done("table.started"));
    let drop_it = use_action(move |api, (): (), _| async move { api.drop_table(id).await }, done("table.let_go"));
    {
        let failure = take.failure.as_ref().or(drop_it.failure.as_ref()).map(error_sentence);
        let (done, toasts) = (props.done.clone(), toasts);
        use_effect_with(failure, move |failure| {
            if let Some(said) = failure {
                toasts.failed(said.clone());
                done.emit(());
            }
        });
    }
    let good = props.counts.create + props.counts.update;
    let word = tp("table.take", &[("count", &format::count(good))]);
    html! {
        <>
            <Button onclick={drop_it.run.clone()} busy={drop_it.pending}>{ t("table.drop_it") }</Button>
            <Button kind={ButtonKind::Primary} onclick={take.run.clone()} busy={take.pending} disabled={good == 0}>{ word }</Button>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct UndoProps {
    pub id: RegistryImportId,
    pub done: Callback<()>,
}

/// Asked once more before all of it goes.
#[component]
pub fn Undo(props: &UndoProps) -> Html {
    let (id, toasts) = (props.id, use_toasts());
    let done = {
        let done = props.done.clone();
        Callback::from(move |_: TableImport| {
            toasts.done(t("table.undo_started"));
            done.emit(());
        })
    };
    let ask = AskFirst::new(t("table.undo"), t("table.undo_hint")).kind(ButtonKind::Danger);
    use_ask_first(ask, move |api, (): (), key| async move { api.undo_table(id, key).await }, done)
}
