//! My contact phone: what is kept, and another one in its place, by the own password.

use fupin_contract::{Phone, access::ChangePhone};
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, TextField, Tone, use_action, use_query, use_toasts},
};

#[component]
pub fn OwnPhone() -> Html {
    let query = use_query((), async |api, ()| api.get_own_phone().await);
    let (phone, password, tried) = (use_state(String::new), use_state(String::new), use_state(|| false));
    let toasts = use_toasts();
    let action = {
        let (phone, password, tried, reload) = (phone.clone(), password.clone(), tried.clone(), query.reload.clone());
        use_action(
            |api, (phone, password): (Phone, String), _| async move {
                api.change_phone(&ChangePhone { password, phone }).await
            },
            Callback::from(move |()| {
                phone.set(String::new());
                password.set(String::new());
                tried.set(false);
                toasts.done(t("account.phone_changed"));
                reload.emit(());
            }),
        )
    };
    let parsed = Phone::parse(phone.trim()).ok();
    let onsubmit = {
        let (tried, run, ready, password) = (tried.clone(), action.run.clone(), parsed.clone(), password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if let Some(phone) = ready.clone() {
                run.emit((phone, (*password).clone()));
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let failure = action.failure.as_ref();
    let fault = field_fault(failure, "phone").or_else(|| (*tried && parsed.is_none()).then(|| t("account.bad_phone")));
    let kept = query.ready().map(|own| match &own.phone {
        Some(phone) => tp("account.phone_kept", &[("phone", phone)]),
        None => t("account.phone_none"),
    });
    html! {
        <section class="panel stack" aria-label={t("account.own_phone")}>
            <h2>{ t("account.own_phone") }</h2>
            <p>{ kept.unwrap_or_default() }</p>
            <p class="muted">{ t("account.own_phone_hint") }</p>
            <form class="stack" {onsubmit} novalidate=true>
                if let Some(error) = failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                <TextField label={t("account.new_phone")} kind="tel" autocomplete="tel" value={(*phone).clone()} oninput={set(&phone)} {fault} />
                <TextField label={t("account.current_password")} kind="password" autocomplete="current-password" value={(*password).clone()} oninput={set(&password)} fault={field_fault(failure, "password")} />
                <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("account.change_phone") }</Button>
            </form>
        </section>
    }
}
