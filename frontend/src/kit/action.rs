//! Changing something on the server: one call at a time, its failure kept in sight until the next try.
//! Invariant: the same input after a passing failure travels under the same key, so that it counts once.

use std::{cell::RefCell, future::Future, rc::Rc};

use fupin_client::{ClientError, Result, Uuid};
use yew::{platform::spawn_local, prelude::*};

use crate::{session::use_api, transport::Api};

/// One kind of change and how its last try went.
#[derive(Clone, PartialEq)]
pub struct Action<I: 'static> {
    pub run: Callback<I>,
    pub pending: bool,
    pub failure: Option<ClientError>,
    pub forget: Callback<()>,
}

/// An act on the server; `done` hears of success.
#[hook]
pub fn use_action<I, T, F, Fut>(perform: F, done: Callback<T>) -> Action<I>
where
    I: PartialEq + Clone + 'static,
    T: 'static,
    F: Fn(Api, I, Uuid) -> Fut + 'static,
    Fut: Future<Output = Result<T>> + 'static,
{
    let api = use_api();
    let running = use_mut_ref(|| false);
    let kept_key = use_mut_ref(|| None::<(I, Uuid)>);
    let pending = use_state(|| false);
    let failure = use_state(|| None::<ClientError>);
    let run = {
        let (pending, failure) = (pending.clone(), failure.clone());
        Callback::from(move |input: I| {
            if running.replace(true) {
                return;
            }
            pending.set(true);
            let key = key_for(&kept_key, &input);
            let answer = perform(api.clone(), input.clone(), key);
            let (running, kept_key, pending, failure, done) =
                (running.clone(), kept_key.clone(), pending.clone(), failure.clone(), done.clone());
            spawn_local(async move {
                let answer = answer.await;
                running.replace(false);
                pending.set(false);
                match answer {
                    Ok(value) => {
                        failure.set(None);
                        done.emit(value);
                    }
                    Err(error) => {
                        if error.is_passing() {
                            kept_key.replace(Some((input, key)));
                        }
                        failure.set(Some(error));
                    }
                }
            });
        })
    };
    let forget = {
        let failure = failure.clone();
        Callback::from(move |()| failure.set(None))
    };
    Action { run, pending: *pending, failure: (*failure).clone(), forget }
}

fn key_for<I: PartialEq>(kept: &Rc<RefCell<Option<(I, Uuid)>>>, input: &I) -> Uuid {
    match kept.borrow_mut().take() {
        Some((before, key)) if before == *input => key,
        Some(_) | None => Uuid::new_v4(),
    }
}
