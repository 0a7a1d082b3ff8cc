//! The policy as a picture: which role may do what.

use fupin_contract::access::{Permission, RolePermissions};
use yew::prelude::*;

use crate::{
    i18n::t,
    kit::{Column, PageHead, Row, Table, Tone, shape, use_query},
    words,
};

#[component]
pub fn RolesPage() -> Html {
    let query = use_query((), async |api, ()| api.list_roles().await);
    html! {
        <>
            <PageHead title={t("nav.roles")} />
            <p class="muted">{ t("account.roles_hint") }</p>
            { query.view(|page| picture(&page.items)) }
        </>
    }
}

fn picture(roles: &[RolePermissions]) -> Html {
    let mut columns = vec![Column::text(t("account.permission"))];
    columns.extend(roles.iter().map(|role| Column::text(words::role(role.role))));
    let rows = Permission::ALL.into_iter().map(|permission| {
        let mut cells = vec![html! { words::permission(permission) }];
        cells.extend(roles.iter().map(|role| {
            if role.permissions.contains(&permission) {
                html! { <span class="status status-done">{ shape(Tone::Done) }{ t("account.may") }</span> }
            } else {
                html! { <span class="muted">{ "—" }</span> }
            }
        }));
        Row::new(words::permission(permission), cells)
    });
    html! { <Table caption={t("nav.roles")} {columns} rows={rows.collect::<Vec<_>>()} scrolls=true /> }
}
