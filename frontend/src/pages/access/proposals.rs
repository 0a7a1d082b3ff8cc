//! 「待确认授权」: roles that sheets of accounts propose, for the security administrator.

mod decide;
mod items;
mod page;

use fupin_contract::grant_proposals::ProposalBatch;
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    format,
    i18n::t,
    kit::{Column, Empty, PageHead, Row, Status, Table, Tone, use_query},
    routes::Route,
};
pub use page::ProposalBatchPage;

fn state(batch: &ProposalBatch) -> (Tone, String) {
    let (tone, key) = match (batch.under_way, batch.pending) {
        (true, _) => (Tone::Accent, "proposal.under_way"),
        (false, 0) => (Tone::Done, "proposal.decided"),
        (false, _) => (Tone::Wait, "proposal.pending"),
    };
    (tone, t(key))
}

#[component]
pub fn ProposalsPage() -> Html {
    let query = use_query((), async |api, ()| api.list_proposal_batches().await);
    html! {
        <>
            <PageHead title={t("nav.proposals")} />
            <p class="muted">{ t("proposal.hint") }</p>
            { query.view(|page| list(&page.items)) }
        </>
    }
}

fn list(batches: &[ProposalBatch]) -> Html {
    if batches.is_empty() {
        return html! { <Empty title={t("proposal.none")}><p>{ t("proposal.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("import.uploaded_at")),
        Column::text(t("import.uploaded_by")),
        Column::text(t("report.status")),
        Column::number(t("proposal.pending")),
        Column::number(t("proposal.confirmed")),
        Column::number(t("proposal.refused")),
    ];
    let rows = batches.iter().map(|batch| {
        let (tone, word) = state(batch);
        let to = Route::ProposalBatch { id: batch.id.to_string() };
        Row::new(
            batch.id,
            vec![
                html! { <Link<Route> {to}><span class="nowrap">{ format::date_time(batch.uploaded_at) }</span></Link<Route>> },
                html! { batch.uploaded_by.clone() },
                html! { <Status {tone} {word} /> },
                html! { format::count(batch.pending) },
                html! { format::count(batch.confirmed) },
                html! { format::count(batch.refused) },
            ],
        )
    });
    html! { <Table caption={t("nav.proposals")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}
