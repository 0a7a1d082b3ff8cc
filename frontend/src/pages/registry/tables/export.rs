//! Taking a table out: which, of which year, and whether with numbers in clear, and what for.

use chrono::Datelike;
use fupin_client::Download;
use fupin_contract::registry::{ExportTable, Purpose, TableKind};
use yew::prelude::*;

use super::{kind_word, kinds};
use crate::{
    format,
    i18n::{error_sentence, t},
    kit::{Alert, Button, ButtonKind, Dialog, Icon, SelectField, Shape, TextField, Tone, save_file, use_action},
    pages::registry::purpose_word,
};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    table: TableKind,
    year: String,
    purpose: Option<Purpose>,
}

impl Asked {
    fn request(&self) -> Option<ExportTable> {
        let year = self.year.trim().parse().ok().filter(|year| (2000..=2100).contains(year))?;
        Some(ExportTable { table: self.table, year, unit_id: None, purpose: self.purpose })
    }
}

fn purposes() -> Vec<(String, String)> {
    let masked = (String::new(), t("table.masked"));
    let clear = Purpose::ALL.into_iter().map(|purpose| (purpose.name().to_owned(), purpose_word(purpose)));
    std::iter::once(masked).chain(clear).collect()
}

#[component]
pub fn Export() -> Html {
    let asking = use_state(|| false);
    let asked =
        use_state(|| Asked { table: TableKind::Person, year: (format::today().year() - 1).to_string(), purpose: None });
    let action = {
        let asking = asking.clone();
        use_action(
            |api, asked: ExportTable, _| async move { api.export_table(&asked).await },
            Callback::from(move |file: Download| {
                save_file(&file, "fupin.csv");
                asking.set(false);
            }),
        )
    };
    let ask = |on: bool| {
        let (asking, forget) = (asking.clone(), action.forget.clone());
        Callback::from(move |()| {
            forget.emit(());
            asking.set(on);
        })
    };
    let change = |with: fn(&mut Asked, String)| {
        let asked = asked.clone();
        Callback::from(move |typed: String| {
            let mut now = (*asked).clone();
            with(&mut now, typed);
            asked.set(now);
        })
    };
    let request = asked.request();
    let onsubmit = {
        let (run, request) = (action.run.clone(), request.clone());
        Callback::from(move |()| {
            if let Some(request) = &request {
                run.emit(request.clone());
            }
        })
    };
    let foot = html! {
        <>
            <Button onclick={ask(false)}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending} disabled={request.is_none()}>{ t("table.export") }</Button>
        </>
    };
    let table = asked.table;
    html! {
        <>
            <Button onclick={ask(true)}><Icon shape={Shape::Download} />{ t("table.export") }</Button>
            if *asking {
                <Dialog title={t("table.export")} onclose={ask(false)} {onsubmit} {foot}>
                    if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                    <SelectField label={t("table.kind")} options={kinds()} value={table.name()}
                        onchange={change(|asked, name| asked.table = TableKind::from_name(&name).unwrap_or(TableKind::Person))} />
                    <TextField label={t("table.year")} value={asked.year.clone()} oninput={change(|asked, typed| asked.year = typed)} />
                    <SelectField label={t("table.numbers")} options={purposes()} value={asked.purpose.map_or("", Purpose::name)}
                        onchange={change(|asked, name| asked.purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == name))} />
                    <p class="muted">{ t(if asked.purpose.is_some() { "table.clear_hint" } else { "table.masked_hint" }) }</p>
                    if action.pending { <p role="status"><span class="busy" aria-hidden="true"></span>{ " " }{ format!("{} {}", t("table.exporting"), kind_word(table)) }</p> }
                </Dialog>
            }
        </>
    }
}
