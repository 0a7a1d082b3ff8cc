//! 「委托代办」: whose work I do, who does mine; and, for a unit administrator, those of the people below.

mod create;

use fupin_contract::{
    DelegationId,
    access::Permission,
    delegations::{Delegation, DelegationFilter, DelegationState},
};
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Allowed, Button, ButtonKind, Column, Dialog, Empty, PageHead, Query, Row, Status, Table, Tone,
        use_action, use_query, use_toasts,
    },
    session::use_session,
};
use create::{CreateDialog, Whose};

#[component]
pub fn DelegationsPage() -> Html {
    let session = use_session();
    let own = use_query((), async |api, ()| api.list_delegations(&DelegationFilter::default()).await);
    let administers = session.may(Permission::GrantBelow);
    let below = use_query(administers, async |api, administers| {
        let filter = DelegationFilter { below: Some(true) };
        if administers { api.list_delegations(&filter).await.map(Some) } else { Ok(None) }
    });
    let creating = use_state(|| None::<Whose>);
    let open = |whose: Option<Whose>| {
        let creating = creating.clone();
        Callback::from(move |()| creating.set(whose))
    };
    let reload = {
        let (own, below) = (own.reload.clone(), below.reload.clone());
        Callback::from(move |()| {
            own.emit(());
            below.emit(());
        })
    };
    let closed = {
        let (creating, reload) = (creating.clone(), reload.clone());
        Callback::from(move |()| {
            creating.set(None);
            reload.emit(());
        })
    };
    // Only whoever fills or reviews has work to delegate.
    let has_work = session.me().is_some_and(|me| me.grants.iter().any(create::is_own_work));
    html! {
        <>
            <PageHead title={t("nav.delegations")}>
                <Allowed to={Permission::GrantBelow}><Button kind={ButtonKind::Plain} onclick={open(Some(Whose::Below))}>{ t("delegation.create_below") }</Button></Allowed>
                if has_work { <Button kind={ButtonKind::Primary} onclick={open(Some(Whose::Own))}>{ t("delegation.create") }</Button> }
            </PageHead>
            <p class="muted">{ t("delegation.hint") }</p>
            { lists(&session, &own, &reload) }
            if administers {
                <section class="stack-tight">
                    <h2>{ t("delegation.below") }</h2>
                    { below.view(|page| (**page).as_ref().map(|page| table(&page.items.iter().collect::<Vec<_>>(), t("delegation.below"), &reload)).unwrap_or_default()) }
                </section>
            }
            if let Some(whose) = *creating { <CreateDialog {whose} onclose={closed} /> }
        </>
    }
}

/// What the caller received and what he gave.
fn lists(
    session: &crate::session::Session,
    own: &Query<fupin_contract::Page<Delegation>>,
    reload: &Callback<()>,
) -> Html {
    let Some(me) = session.me().map(|me| me.account_id) else { return Html::default() };
    own.view(|page| {
        if page.items.is_empty() {
            return html! { <Empty title={t("delegation.none")}><p>{ t("delegation.none_hint") }</p></Empty> };
        }
        let (received, given): (Vec<&Delegation>, Vec<&Delegation>) =
            page.items.iter().partition(|delegation| delegation.delegate.id == me);
        let section = |title: String, items: &[&Delegation]| {
            html! {
                <section class="stack-tight">
                    <h2>{ title.clone() }</h2>
                    { table(items, title, reload) }
                </section>
            }
        };
        html! {
            <>
                { section(t("delegation.received"), &received) }
                { section(t("delegation.given"), &given) }
            </>
        }
    })
}

fn table(delegations: &[&Delegation], title: String, reload: &Callback<()>) -> Html {
    if delegations.is_empty() {
        return html! { <p class="muted">{ t("delegation.nothing") }</p> };
    }
    let columns = vec![
        Column::text(t("delegation.principal")),
        Column::text(t("delegation.delegate")),
        Column::text(t("delegation.days")),
        Column::text(t("report.status")),
        Column::text(t("report.reason")),
        Column::text(""),
    ];
    let rows = delegations.iter().map(|delegation| {
        let (tone, word) = state(delegation);
        let days = tp("delegation.from_to", &[("first", &delegation.first_day), ("last", &delegation.last_day)]);
        let person = |name: &str, unit: &str| html! { <span>{ name.to_owned() }{ " " }<span class="muted small">{ unit.to_owned() }</span></span> };
        Row::new(
            delegation.id,
            vec![
                person(&delegation.principal.name, &delegation.principal.unit.name),
                person(&delegation.delegate.name, &delegation.delegate.unit.name),
                html! { <span class="nowrap">{ days }</span> },
                html! { <Status {tone} {word} /> },
                html! { <div class="cut" title={delegation.reason.clone()}>{ delegation.reason.clone() }</div> },
                if delegation.state == DelegationState::Over {
                    Html::default()
                } else {
                    html! { <End delegation={(*delegation).clone()} done={reload.clone()} /> }
                },
            ],
        )
    });
    html! { <Table caption={title} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

fn state(delegation: &Delegation) -> (Tone, String) {
    let (tone, key) = match (delegation.state, delegation.ended_at) {
        (DelegationState::Ahead, _) => (Tone::Wait, "delegation.ahead"),
        (DelegationState::Running, _) => (Tone::Done, "delegation.running"),
        (DelegationState::Over, Some(_)) => (Tone::Plain, "delegation.ended"),
        (DelegationState::Over, None) => (Tone::Plain, "delegation.over"),
    };
    (tone, t(key))
}

#[derive(Properties, PartialEq)]
struct EndProps {
    delegation: Delegation,
    done: Callback<()>,
}

/// Ends at once, after a word of assurance: what the delegate has begun goes back to the principal.
#[component]
fn End(props: &EndProps) -> Html {
    let asking = use_state(|| false);
    let toasts = use_toasts();
    let action = {
        let (asking, done) = (asking.clone(), props.done.clone());
        use_action(
            |api, id: DelegationId, _| async move { api.end_delegation(id).await },
            Callback::from(move |()| {
                asking.set(false);
                toasts.done(t("delegation.was_ended"));
                done.emit(());
            }),
        )
    };
    let open = |on: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(on))
    };
    let id = props.delegation.id;
    let onsubmit = action.run.reform(move |()| id);
    let foot = html! {
        <>
            <Button onclick={open(false)}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::DangerSolid} submit=true busy={action.pending}>{ t("delegation.end") }</Button>
        </>
    };
    let (principal, delegate) = (&props.delegation.principal.name, &props.delegation.delegate.name);
    html! {
        <>
            <Button onclick={open(true)}>{ t("delegation.end") }</Button>
            if *asking {
                <Dialog title={t("delegation.end")} onclose={open(false)} {onsubmit} {foot}>
                    if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                    <p>{ tp("delegation.end_hint", &[("principal", principal), ("delegate", delegate)]) }</p>
                </Dialog>
            }
        </>
    }
}
