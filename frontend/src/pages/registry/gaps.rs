//! 「代码对照」: codes that came in and that no dictionary knew; an officer says which of ours each means.

use fupin_contract::{
    CodeGapId,
    registry::{CodeGap, CodeGapFilter, MapCode, catalog::Catalog},
    units::Level,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::catalog::{codes, forget_catalog, read_catalog, with_blank};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Chip, Column, Dialog, Empty, More, PageHead, Row, Same, SelectField, Table, Tone,
        use_action, use_address, use_pages, use_query, use_toasts,
    },
    session::use_session,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    mapped: bool,
}

#[component]
pub fn CodeGapsPage() -> Html {
    let address = use_address::<Chosen>();
    // The lists are the whole province's, and so is the word on them.
    let may = use_session().me().is_some_and(|me| me.grants.iter().any(|grant| grant.unit.level == Level::Province));
    let catalog = use_query((), |api, ()| async move { read_catalog(&api).await });
    let open = use_state(|| None::<CodeGap>);
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        api.list_code_gaps(&CodeGapFilter { mapped: Some(chosen.mapped), after, limit: None }).await
    });
    let chip = |mapped: bool, key: &str| {
        let onclick = address.set.reform(move |()| Chosen { mapped });
        html! { <Chip label={t(key)} on={address.value.mapped == mapped} {onclick} /> }
    };
    let choose = {
        let open = open.clone();
        Callback::from(move |gap| open.set(Some(gap)))
    };
    let onclose = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    html! {
        <>
            <PageHead title={t("nav.code_gaps")} />
            <p class="muted">{ t("gap.hint") }</p>
            if !may { <Alert tone={Tone::Accent}><p>{ t("gap.only_province") }</p></Alert> }
            <div class="chips" role="group" aria-label={t("kit.filters")}>{ chip(false, "gap.open") }{ chip(true, "gap.mapped") }</div>
            { catalog.view(|catalog| html! {
                <>
                    { pages.view(|gaps| list(&catalog.0, gaps, may.then_some(&choose), address.value.mapped)) }
                    if !pages.items().is_empty() { <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} /> }
                    if let Some(gap) = &*open { <MapDialog catalog={(**catalog).clone()} gap={gap.clone()} {onclose} done={pages.reload.clone()} /> }
                </>
            }) }
        </>
    }
}

fn source(gap: &CodeGap) -> String {
    if gap.source.is_empty() { t("gap.national") } else { gap.source.clone() }
}

fn list(catalog: &Catalog, gaps: &[&CodeGap], choose: Option<&Callback<CodeGap>>, mapped: bool) -> Html {
    if gaps.is_empty() {
        let (title, hint) =
            if mapped { ("gap.none_mapped", "gap.none_mapped_hint") } else { ("gap.none", "gap.none_hint") };
        return html! { <Empty title={t(title)}><p>{ t(hint) }</p></Empty> };
    }
    let mut columns = vec![
        Column::text(t("gap.typed")),
        Column::text(t("gap.dictionary")),
        Column::text(t("gap.source")),
        Column::number(t("household.of_year")),
        Column::number(t("gap.seen")),
        Column::text(t("gap.last_seen")),
        Column::text(t("gap.means")),
    ];
    if choose.is_some() {
        columns.push(Column::text(""));
    }
    let rows = gaps.iter().map(|gap| {
        let means = gap.means.as_deref().map(|code| {
            let label = catalog.dictionary(&gap.dictionary).and_then(|list| list.label(code, gap.year)).unwrap_or(code);
            html! { label.to_owned() }
        });
        let mut cells = vec![
            html! { <span class="strong">{ gap.typed.clone() }</span> },
            html! { gap.dictionary_title.clone() },
            html! { source(gap) },
            html! { gap.year },
            html! { format::count(gap.seen) },
            html! { <span class="nowrap">{ format::date_time(gap.last_seen_at) }</span> },
            means.unwrap_or_else(|| html! { <span class="muted">{ "—" }</span> }),
        ];
        if let Some(choose) = choose {
            let one = (*gap).clone();
            let onclick = choose.reform(move |()| one.clone());
            let label = tp("gap.map_what", &[("typed", &gap.typed)]);
            cells.push(html! { <Button {onclick} {label}>{ t(if gap.means.is_some() { "gap.remap" } else { "gap.map" }) }</Button> });
        }
        Row::new(gap.id, cells)
    });
    html! { <Table caption={t("nav.code_gaps")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[derive(Properties, PartialEq)]
struct MapDialogProps {
    catalog: Same<Catalog>,
    gap: CodeGap,
    onclose: Callback<()>,
    done: Callback<()>,
}

#[component]
fn MapDialog(props: &MapDialogProps) -> Html {
    let gap = &props.gap;
    let means = use_state(|| gap.means.clone().unwrap_or_default());
    let tried = use_state(|| false);
    let toasts = use_toasts();
    let action = {
        let (onclose, done) = (props.onclose.clone(), props.done.clone());
        use_action(
            |api, (id, means): (CodeGapId, String), _| async move { api.map_code(id, &MapCode { means }).await },
            Callback::from(move |gap: CodeGap| {
                forget_catalog();
                toasts.done(tp("gap.done", &[("typed", &gap.typed), ("count", &format::count(gap.seen))]));
                onclose.emit(());
                done.emit(());
            }),
        )
    };
    let onsubmit = {
        let (means, tried, run, id) = (means.clone(), tried.clone(), action.run.clone(), gap.id);
        Callback::from(move |()| {
            tried.set(true);
            if !means.is_empty() {
                run.emit((id, (*means).clone()));
            }
        })
    };
    let onchange = {
        let means = means.clone();
        Callback::from(move |code| means.set(code))
    };
    let missing = (*tried && means.is_empty()).then(|| t("gap.choose"));
    let fault = field_fault(action.failure.as_ref(), "means").or(missing);
    let options = with_blank(t("household.choose"), codes(&props.catalog.0, &gap.dictionary, gap.year));
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("gap.map") }</Button>
        </>
    };
    html! {
        <Dialog title={tp("gap.map_what", &[("typed", &gap.typed)])} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <p>{ tp("gap.said", &[("source", &source(gap)), ("year", &gap.year), ("dictionary", &gap.dictionary_title), ("typed", &gap.typed), ("count", &format::count(gap.seen))]) }</p>
            <SelectField label={tp("gap.means_in", &[("dictionary", &gap.dictionary_title)])} {options} value={(*means).clone()} {onchange} {fault} />
            <p class="muted small">{ t("gap.consequence") }</p>
        </Dialog>
    }
}
