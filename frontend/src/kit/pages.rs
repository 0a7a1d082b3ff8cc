//! A keyset list read page by page.

use std::{future::Future, rc::Rc};

use fupin_client::Result;
use fupin_contract::{Cursor, Page};
use yew::{platform::spawn_local, prelude::*};

use super::{Failure, Load, Query, Skeleton, use_query};
use crate::{session::use_api, transport::Api};

/// What was read of a list so far.
#[derive(Clone)]
pub struct Pages<T: 'static> {
    pub first: Query<Page<T>>,
    rest: Rc<Vec<Rc<Page<T>>>>,
    pub more: Option<Callback<()>>,
    pub reading_more: bool,
    pub reload: Callback<()>,
}

impl<T> Pages<T> {
    /// Everything that was read, in order.
    pub fn items(&self) -> Vec<&T> {
        let first = self.first.ready().into_iter().flat_map(|page| page.items.iter());
        first.chain(self.rest.iter().flat_map(|page| page.items.iter())).collect()
    }

    /// Draws waiting and failure; the page draws only what is there.
    pub fn view(&self, draw: impl FnOnce(&[&T]) -> Html) -> Html {
        match &self.first.load {
            Load::Pending => html! { <Skeleton /> },
            Load::Failed(error) => html! { <Failure error={error.clone()} retry={self.reload.clone()} /> },
            Load::Ready(_) => draw(&self.items()),
        }
    }
}

/// Reads the first page for each value of `deps`, and the next ones when asked.
#[hook]
pub fn use_pages<D, T, F, Fut>(deps: D, fetch: F) -> Pages<T>
where
    D: PartialEq + Clone + 'static,
    T: 'static,
    F: Fn(Api, D, Option<Cursor>) -> Fut + Clone + 'static,
    Fut: Future<Output = Result<Page<T>>> + 'static,
{
    let api = use_api();
    let first = {
        let fetch = fetch.clone();
        use_query(deps.clone(), move |api, deps| fetch(api, deps, None))
    };
    let rest = use_state(|| Rc::new(Vec::<Rc<Page<T>>>::new()));
    let reading_more = use_state(|| false);
    {
        let rest = rest.clone();
        use_effect_with(deps.clone(), move |_| rest.set(Rc::new(Vec::new())));
    }
    let last = rest.last().cloned().or_else(|| first.ready().cloned());
    let more = last.and_then(|page| page.next.clone()).map(|next| {
        let (rest, reading_more) = (rest.clone(), reading_more.clone());
        Callback::from(move |()| {
            let (rest, reading_more) = (rest.clone(), reading_more.clone());
            let answer = fetch(api.clone(), deps.clone(), Some(next.clone()));
            reading_more.set(true);
            spawn_local(async move {
                // A failed page changes nothing: the button stays and can be pressed again.
                if let Ok(page) = answer.await {
                    let mut pages = (**rest).clone();
                    pages.push(Rc::new(page));
                    rest.set(Rc::new(pages));
                }
                reading_more.set(false);
            });
        })
    });
    let reload = {
        let (rest, reload) = (rest.clone(), first.reload.clone());
        Callback::from(move |()| {
            rest.set(Rc::new(Vec::new()));
            reload.emit(());
        })
    };
    Pages { first, rest: (*rest).clone(), more, reading_more: *reading_more, reload }
}
