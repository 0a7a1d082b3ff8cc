//! What is done with a sheet of accounts: fetch what is wrong, take what is good, send links again.

use fupin_client::Download;
use fupin_contract::{
    AccountImportId,
    account_imports::{AccountImport, ImportCounts, InvitedAgain},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Alert, AskFirst, Button, ButtonKind, Icon, Shape, Tone, save_file, use_action, use_ask_first, use_toasts},
};

#[derive(Properties, PartialEq)]
pub struct ReportProps {
    pub id: AccountImportId,
}

/// All that is wrong, as a file of either kind.
#[component]
pub fn Report(props: &ReportProps) -> Html {
    let id = props.id;
    let download = use_action(
        move |api, workbook: bool, _| async move {
            if workbook { api.download_row_report(id).await } else { api.download_row_report_text(id).await }
        },
        Callback::from(|file: Download| save_file(&file, "fupin.xlsx")),
    );
    html! {
        <>
            if let Some(error) = &download.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button onclick={download.run.reform(|()| true)} busy={download.pending}><Icon shape={Shape::Download} />{ t("import.report") }</Button>
            <Button onclick={download.run.reform(|()| false)} busy={download.pending}>{ t("import.report_text") }</Button>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct RunProps {
    pub id: AccountImportId,
    pub counts: ImportCounts,
    pub done: Callback<()>,
}

#[component]
pub fn Run(props: &RunProps) -> Html {
    let (id, toasts) = (props.id, use_toasts());
    let action = {
        let (done, toasts) = (props.done.clone(), toasts.clone());
        use_action(
            move |api, (): (), key| async move { api.run_account_import(id, key).await },
            Callback::from(move |_: AccountImport| {
                toasts.done(t("import.started"));
                done.emit(());
            }),
        )
    };
    {
        let failure = action.failure.as_ref().map(error_sentence);
        let done = props.done.clone();
        use_effect_with(failure, move |failure| {
            if let Some(said) = failure {
                toasts.failed(said.clone());
                done.emit(());
            }
        });
    }
    let good = props.counts.create + props.counts.propose;
    let word = tp("import.run", &[("count", &format::count(good))]);
    html! {
        <Button kind={ButtonKind::Primary} onclick={action.run.clone()} busy={action.pending} disabled={good == 0}>{ word }</Button>
    }
}

#[derive(Properties, PartialEq)]
pub struct InviteAgainProps {
    pub id: AccountImportId,
    pub waiting: i64,
    pub done: Callback<()>,
}

/// Asked once more before thousands of messages go out.
#[component]
pub fn InviteAgain(props: &InviteAgainProps) -> Html {
    let (id, toasts) = (props.id, use_toasts());
    let done = {
        let done = props.done.clone();
        Callback::from(move |again: InvitedAgain| {
            toasts.done(tp("import.invited_again", &[("count", &format::count(again.people))]));
            done.emit(());
        })
    };
    let hint = tp("import.invite_again_hint", &[("count", &format::count(props.waiting))]);
    let ask = AskFirst::new(t("import.invite_again"), hint);
    use_ask_first(ask, move |api, (): (), key| async move { api.invite_again(id, key).await }, done)
}
