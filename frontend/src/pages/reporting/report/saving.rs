//! Brings what was left in cells to the server: one save at a time, again and again while the network is bad.

use std::{cell::Cell, rc::Rc};

use fupin_client::{ClientError, Uuid};
use fupin_contract::ReportId;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use yew::{platform::spawn_local, prelude::*};

use super::grid::SharedDesk;
use crate::session::use_api;

const FIRST_PAUSE_MS: u32 = 1_500;
const LONGEST_PAUSE_MS: u32 = 20_000;

/// Where saving stands.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveState {
    Kept,
    Saving,
    /// The network is bad; it is tried again by itself.
    Waiting,
    Refused(ClientError),
}

/// Saves whenever poked; `told` hears of each change.
#[hook]
pub fn use_saving(desk: SharedDesk, report: ReportId, told: Callback<()>) -> (SaveState, Callback<()>) {
    let api = use_api();
    let state = use_state(|| SaveState::Kept);
    let running = use_memo((), |()| Cell::new(false));
    let poke = {
        let (state, desk) = (state.clone(), desk.clone());
        Callback::from(move |()| {
            if running.replace(true) {
                return;
            }
            let (api, state, desk, running, told) =
                (api.clone(), state.clone(), desk.clone(), running.clone(), told.clone());
            spawn_local(async move {
                let mut pause = FIRST_PAUSE_MS;
                let end = loop {
                    // The borrow ends here: nothing is held across the call.
                    let next = desk.borrow_mut().next_batch(Uuid::new_v4());
                    let Some(batch) = next else { break SaveState::Kept };
                    if pause == FIRST_PAUSE_MS {
                        state.set(SaveState::Saving);
                    }
                    told.emit(());
                    match api.save_cells(report, &batch.save, batch.key).await {
                        Ok(answer) => {
                            pause = FIRST_PAUSE_MS;
                            desk.borrow_mut().saved(answer);
                        }
                        Err(error) if error.is_passing() => {
                            desk.borrow_mut().not_saved();
                            state.set(SaveState::Waiting);
                            told.emit(());
                            TimeoutFuture::new(pause).await;
                            pause = (pause * 2).min(LONGEST_PAUSE_MS);
                        }
                        Err(error) => {
                            desk.borrow_mut().refused();
                            break SaveState::Refused(error);
                        }
                    }
                };
                running.set(false);
                state.set(end);
                told.emit(());
            });
        })
    };
    use_effect_with((), move |()| {
        let guard = guard_leaving(desk);
        move || drop(guard)
    });
    ((*state).clone(), poke)
}

/// A page is not closed over cells that are not kept without a question.
fn guard_leaving(desk: SharedDesk) -> Option<Rc<EventListener>> {
    let window = web_sys::window()?;
    let listener = EventListener::new_with_options(
        &window,
        "beforeunload",
        EventListenerOptions::enable_prevent_default(),
        move |event| {
            if !desk.borrow().is_kept() {
                event.prevent_default();
                if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
                    event.set_return_value("unsaved");
                }
            }
        },
    );
    Some(Rc::new(listener))
}
