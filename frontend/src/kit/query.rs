//! Reading from the server: pending, failed, ready; old data stay in sight while new ones come.

use std::{future::Future, rc::Rc};

use fupin_client::{ClientError, Result};
use yew::{platform::spawn_local, prelude::*};

use super::{Failure, Skeleton};
use crate::{session::use_api, transport::Api};

/// Something shared, equal only to itself: a cheap property for components.
#[derive(Debug)]
pub struct Same<T>(pub Rc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Where a reading stands.
#[derive(Debug)]
pub enum Load<T> {
    Pending,
    Failed(ClientError),
    Ready(Rc<T>),
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Pending => Self::Pending,
            Self::Failed(error) => Self::Failed(error.clone()),
            Self::Ready(data) => Self::Ready(data.clone()),
        }
    }
}

/// One reading and the way to repeat it.
pub struct Query<T> {
    pub load: Load<T>,
    /// What is shown is being read anew.
    pub refreshing: bool,
    pub reload: Callback<()>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        Self { load: self.load.clone(), refreshing: self.refreshing, reload: self.reload.clone() }
    }
}

impl<T> Query<T> {
    pub fn ready(&self) -> Option<&Rc<T>> {
        match &self.load {
            Load::Ready(data) => Some(data),
            Load::Pending | Load::Failed(_) => None,
        }
    }

    /// Draws waiting and failure; the page draws only what is ready.
    pub fn view(&self, draw: impl FnOnce(&Rc<T>) -> Html) -> Html {
        match &self.load {
            Load::Pending => html! { <Skeleton /> },
            Load::Failed(error) => html! { <Failure error={error.clone()} retry={self.reload.clone()} /> },
            Load::Ready(data) => {
                html! { <div class={classes!("stack", self.refreshing.then_some("refreshing"))}>{ draw(data) }</div> }
            }
        }
    }
}

/// Reads once for each value of `deps`, and again on `reload`.
#[hook]
pub fn use_query<D, T, F, Fut>(deps: D, fetch: F) -> Query<T>
where
    D: PartialEq + Clone + 'static,
    T: 'static,
    F: Fn(Api, D) -> Fut + 'static,
    Fut: Future<Output = Result<T>> + 'static,
{
    let api = use_api();
    let state = use_state(|| (None::<D>, Load::Pending));
    let generation = use_state(|| 0_u32);
    let refreshing = use_state(|| false);
    {
        let (state, refreshing) = (state.clone(), refreshing.clone());
        use_effect_with((deps.clone(), *generation), move |(deps, _)| {
            let alive = Rc::new(std::cell::Cell::new(true));
            let still = alive.clone();
            refreshing.set(true);
            let answer = fetch(api, deps.clone());
            let deps = deps.clone();
            spawn_local(async move {
                let answer = answer.await;
                if still.get() {
                    let load = answer.map_or_else(Load::Failed, |data| Load::Ready(Rc::new(data)));
                    state.set((Some(deps), load));
                    refreshing.set(false);
                }
            });
            move || alive.set(false)
        });
    }
    let reload = {
        let generation = generation.clone();
        Callback::from(move |()| generation.set(*generation + 1))
    };
    // Data of other deps are not what was asked for.
    let load = if state.0.as_ref() == Some(&deps) { state.1.clone() } else { Load::Pending };
    Query { load, refreshing: *refreshing, reload }
}
