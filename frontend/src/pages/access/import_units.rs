//! A whole tree from a file: compared with the one in force from a date on, looked at first, done second.

use chrono::NaiveDate;
use fupin_contract::units::{ImportUnit, ImportUnits, Level, TreeReport};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

use super::unit_acts::report_shown;
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Dialog, TextField, Tone, use_action, use_toasts},
};

/// Why a file is not a tree: the line, and the key of the reason.
#[derive(Clone, Debug, PartialEq)]
struct BadLine {
    line: usize,
    key: &'static str,
}

/// Reads lines of code, name, level and the parent's code; the first line names the columns.
fn read(text: &str) -> Result<Vec<ImportUnit>, BadLine> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let head: Vec<String> = lines.next().map(|(_, line)| fields(line)).unwrap_or_default();
    let column = |name: &str| head.iter().position(|field| field == name);
    let columns = (column("code"), column("name"), column("level"), column("parent_code"));
    let (Some(code), Some(name), Some(level), Some(parent)) = columns else {
        return Err(BadLine { line: 1, key: "unit.import_head" });
    };
    let mut units = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let found = fields(line);
        let field = |column: usize| found.get(column).map(|field| field.trim().to_owned()).unwrap_or_default();
        let level = level_of(&field(level)).ok_or(BadLine { line: at + 1, key: "unit.import_level" })?;
        let (code, name) = (field(code), field(name));
        if code.is_empty() || name.is_empty() {
            return Err(BadLine { line: at + 1, key: "unit.import_empty" });
        }
        units.push(ImportUnit { code, name, level, parent_code: Some(field(parent)).filter(|code| !code.is_empty()) });
    }
    Ok(units)
}

/// A level by its name on the wire or by its rank.
fn level_of(text: &str) -> Option<Level> {
    let named = serde_json::from_value(serde_json::Value::from(text)).ok();
    named.or_else(|| text.parse().ok().and_then(Level::from_rank))
}

/// The fields of one line; a field in quotes may hold commas and doubled quotes.
fn fields(line: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.trim_end_matches('\r').chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut found, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => found.push(String::new()),
            other => push(&mut found, other),
        }
    }
    found
}

fn push(found: &mut [String], character: char) {
    if let Some(last) = found.last_mut() {
        last.push(character);
    }
}

#[derive(Properties, PartialEq)]
pub struct ImportDialogProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn ImportDialog(props: &ImportDialogProps) -> Html {
    let units = use_state(|| None::<Result<Vec<ImportUnit>, BadLine>>);
    let from = use_state(|| format::today().to_string());
    let looked = use_state(|| None::<TreeReport>);
    let toasts = use_toasts();
    let action = {
        let (looked, onclose) = (looked.clone(), props.onclose.clone());
        use_action(
            |api, import: ImportUnits, _| async move { api.import_units(&import).await },
            Callback::from(move |report: TreeReport| {
                if report.dry_run {
                    looked.set(Some(report));
                } else {
                    toasts.done(t("unit.done"));
                    onclose.emit(());
                }
            }),
        )
    };
    let onchange = reading(&units, &looked);
    let set_from = {
        let (from, looked) = (from.clone(), looked.clone());
        Callback::from(move |text: String| {
            looked.set(None);
            from.set(text);
        })
    };
    let day = from.parse::<NaiveDate>().ok();
    let ready = units.as_ref().and_then(|units| units.as_ref().ok()).cloned().zip(day);
    let onsubmit = {
        let (run, ready, dry_run) = (action.run.clone(), ready.clone(), looked.is_none());
        Callback::from(move |()| {
            if let Some((units, from)) = ready.clone() {
                run.emit(ImportUnits { units, from, dry_run });
            }
        })
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true disabled={ready.is_none()} busy={action.pending}>
                { if looked.is_some() { t("unit.do_it") } else { t("unit.look_first") } }
            </Button>
        </>
    };
    html! {
        <Dialog title={t("unit.import")} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            <p>{ t("unit.import_hint") }</p>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <div class="form-grid">
                <label class="field"><span class="label">{ t("unit.import_file") }</span><input class="input" type="file" accept=".csv,text/csv" {onchange} /></label>
                <TextField label={t("unit.from")} kind="date" hint={t("unit.from_hint")} value={(*from).clone()} oninput={set_from} fault={field_fault(action.failure.as_ref(), "from")} />
            </div>
            { said_of(units.as_ref()) }
            if let Some(report) = &*looked { { report_shown(report) } }
        </Dialog>
    }
}

/// A file is chosen: read it; what was looked at before speaks of another file.
fn reading(
    units: &UseStateHandle<Option<Result<Vec<ImportUnit>, BadLine>>>,
    looked: &UseStateHandle<Option<TreeReport>>,
) -> Callback<Event> {
    let (units, looked) = (units.clone(), looked.clone());
    Callback::from(move |event: Event| {
        let (units, looked) = (units.clone(), looked.clone());
        spawn_local(async move {
            looked.set(None);
            units.set(chosen_text(&event).await.map(|text| read(&text)));
        });
    })
}

fn said_of(units: Option<&Result<Vec<ImportUnit>, BadLine>>) -> Html {
    match units {
        Some(Ok(units)) => {
            html! { <p>{ tp("unit.import_read", &[("count", &format::count(units.len() as i64))]) }</p> }
        }
        Some(Err(bad)) => {
            let said = tp("unit.import_bad", &[("line", &bad.line), ("why", &t(bad.key))]);
            html! { <Alert tone={Tone::Danger} urgent=true><p>{ said }</p></Alert> }
        }
        None => Html::default(),
    }
}

/// The text of the file that was chosen.
async fn chosen_text(event: &Event) -> Option<String> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0)?;
    JsFuture::from(file.text()).await.ok()?.as_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_the_names_of_its_columns() {
        let units = read("\u{feff}level,code,name,parent_code\nprovince,46,\"A, \"\"B\"\"\",\n\nvillage,4601,C,46\r\n")
            .unwrap();
        assert_eq!(units.len(), 2);
        assert_eq!((units[0].name.as_str(), units[0].parent_code.clone()), ("A, \"B\"", None));
        assert_eq!((units[1].level, units[1].parent_code.as_deref()), (Level::Village, Some("46")));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        assert_eq!(read("a,b\n"), Err(BadLine { line: 1, key: "unit.import_head" }));
        let head = "code,name,level,parent_code\n";
        assert_eq!(
            read(&format!("{head}1,A,province,\n2,B,hamlet,1\n")),
            Err(BadLine { line: 3, key: "unit.import_level" })
        );
        assert_eq!(read(&format!("{head},A,province,\n")), Err(BadLine { line: 2, key: "unit.import_empty" }));
    }
}
