//! Asking again and again for as long as something goes on by itself.

use gloo_timers::callback::Interval;
use yew::prelude::*;

const EVERY_MS: u32 = 1_500;

#[hook]
pub fn use_asking(under_way: bool, reload: Callback<()>) {
    let latest = use_mut_ref(|| reload.clone());
    latest.replace(reload);
    use_effect_with(under_way, move |under_way| {
        let asking = under_way.then(|| Interval::new(EVERY_MS, move || latest.borrow().emit(())));
        move || drop(asking)
    });
}
