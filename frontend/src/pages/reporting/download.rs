//! A file that the server makes, by a button.

use std::{future::Future, pin::Pin, rc::Rc};

use fupin_client::{Download, Result};
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, t},
    kit::{Alert, Button, Icon, Shape, Tone, save_file, use_action},
    transport::Api,
};

type Answer = Pin<Box<dyn Future<Output = Result<Download>>>>;

/// The call that makes the file.
type Fetch = Rc<dyn Fn(Api) -> Answer>;

/// A button that fetches a file and hands it to the browser.
#[hook]
pub fn use_export<F, Fut>(fetch: F) -> Html
where
    F: Fn(Api) -> Fut + 'static,
    Fut: Future<Output = Result<Download>> + 'static,
{
    let latest = use_mut_ref(|| None::<Fetch>);
    let fetch: Fetch = Rc::new(move |api| -> Answer { Box::pin(fetch(api)) });
    latest.replace(Some(fetch));
    let export = use_action(
        move |api: Api, _: u32, _| {
            let fetch = latest.borrow().clone();
            async move {
                match fetch {
                    Some(fetch) => fetch(api).await,
                    None => Err(fupin_client::ClientError::Unwritable),
                }
            }
        },
        Callback::from(|file: Download| save_file(&file, "fupin.xlsx")),
    );
    let onclick = export.run.reform(|()| 0);
    html! {
        <>
            if let Some(error) = &export.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button {onclick} busy={export.pending}><Icon shape={Shape::Download} />{ t("board.export") }</Button>
        </>
    }
}
