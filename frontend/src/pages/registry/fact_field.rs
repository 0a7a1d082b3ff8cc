//! Writing a value of an attribute: the control that fits its type, and the fault while it is typed, found by the same
//! code that the server reads with.

use std::collections::{BTreeMap, BTreeSet};

use fupin_client::ClientError;
use fupin_contract::{
    Secret,
    registry::{
        Fact, Written,
        catalog::{Catalog, Field, FieldType},
    },
};
use yew::prelude::*;

use super::catalog::{codes, with_blank};
use crate::{
    i18n::{fault_sentence, field_fault, t, tp},
    kit::{Check, Same, SelectField, TextField},
};

/// What somebody has typed so far, by key of field; what was not touched is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    texts: BTreeMap<String, String>,
    /// Numbers that are to be taken away: an empty field leaves a number as it is.
    cleared: BTreeSet<String>,
}

impl Typed {
    pub fn with(mut self, key: &str, text: String) -> Self {
        self.texts.insert(key.to_owned(), text);
        self
    }

    fn clearing(mut self, key: &str, on: bool) -> Self {
        if on {
            self.cleared.insert(key.to_owned());
            self.texts.remove(key);
        } else {
            self.cleared.remove(key);
        }
        self
    }

    /// What stands in a field: what was typed, else what is kept.
    fn shown(&self, field: &Field, kept: Option<&Fact>) -> String {
        let kept = kept.filter(|_| !field.r#type.is_sealed()).map(|fact| fact.value.clone());
        self.texts.get(&field.key).cloned().or(kept).unwrap_or_default()
    }

    /// What is to be sent: only what differs from what is kept.
    pub fn written(&self, fields: &[Field], kept: &BTreeMap<String, Fact>) -> Written {
        let mut written = Written::new();
        for field in fields {
            let before = kept.get(&field.key).filter(|_| !field.r#type.is_sealed()).map(|fact| fact.value.as_str());
            match self.texts.get(&field.key) {
                Some(text) if text.trim() != before.unwrap_or_default() => {
                    written.insert(field.key.clone(), Secret::from(text.trim()));
                }
                Some(_) | None if self.cleared.contains(&field.key) => {
                    written.insert(field.key.clone(), Secret::from(""));
                }
                Some(_) | None => {}
            }
        }
        written
    }

    /// Whether everything that was typed can be read.
    pub fn is_readable(&self, catalog: &Catalog, fields: &[Field], year: i16) -> bool {
        let texts = |field: &&Field| self.texts.contains_key(&field.key);
        fields.iter().filter(texts).all(|field| {
            let text = self.texts.get(&field.key).map(String::as_str).unwrap_or_default();
            misread(catalog, field, text, year).is_none()
        })
    }
}

/// Why a text is no value of a field, as a sentence.
pub fn misread(catalog: &Catalog, field: &Field, text: &str, year: i16) -> Option<String> {
    field.read(catalog, text, year, "").err().map(|wrong| fault_sentence(&wrong.fault()))
}

/// A fault that the server found at a place of an act.
pub fn act_fault(failure: Option<&ClientError>, at: &str) -> Option<String> {
    field_fault(failure, &format!("act.{at}"))
}

#[derive(Properties, PartialEq)]
pub struct FactFieldProps {
    pub catalog: Same<Catalog>,
    pub field: Field,
    pub year: i16,
    #[prop_or_default]
    pub kept: Option<Fact>,
    pub typed: Typed,
    pub onchange: Callback<Typed>,
    #[prop_or_default]
    pub fault: Option<String>,
}

fn label(field: &Field, year: i16) -> String {
    let title = field.title_in(year);
    match &field.r#type {
        FieldType::Integer { unit: Some(unit), .. } | FieldType::Decimal { unit: Some(unit), .. } => {
            tp("value.measured", &[("title", &title), ("unit", unit)])
        }
        _ => title.to_owned(),
    }
}

/// One attribute in a form.
#[component]
pub fn FactField(props: &FactFieldProps) -> Html {
    let field = &props.field;
    let value = props.typed.shown(field, props.kept.as_ref());
    let touched = props.typed.texts.contains_key(&field.key);
    let found = touched.then(|| misread(&props.catalog.0, field, &value, props.year)).flatten();
    let fault = found.or_else(|| props.fault.clone());
    let change = {
        let (typed, key, onchange) = (props.typed.clone(), field.key.clone(), props.onchange.clone());
        Callback::from(move |text: String| onchange.emit(typed.clone().with(&key, text)))
    };
    let label = label(field, props.year);
    let unmapped = props.kept.as_ref().and_then(|fact| fact.unmapped.clone());
    let hint = unmapped.map(|typed| AttrValue::from(tp("value.was_unmapped", &[("typed", &typed)])));
    let blank = || t("value.blank");
    match &field.r#type {
        FieldType::Code { dictionary } => {
            let options = with_blank(blank(), codes(&props.catalog.0, dictionary, props.year));
            html! { <SelectField {label} {options} {value} onchange={change} {hint} {fault} /> }
        }
        FieldType::Boolean => {
            let options =
                with_blank(blank(), vec![("true".to_owned(), t("value.yes")), ("false".to_owned(), t("value.no"))]);
            html! { <SelectField {label} {options} {value} onchange={change} {hint} {fault} /> }
        }
        FieldType::Date => html! { <TextField {label} kind="date" {value} oninput={change} {hint} {fault} /> },
        FieldType::Phone | FieldType::Card | FieldType::IdNumber => {
            html! { <SealedField {label} {value} {change} {fault} field={field.clone()} kept={props.kept.clone()} typed={props.typed.clone()} onchange={props.onchange.clone()} /> }
        }
        FieldType::Text { .. } | FieldType::Integer { .. } | FieldType::Decimal { .. } | FieldType::Year => {
            html! { <TextField {label} {value} oninput={change} {hint} {fault} autocomplete="off" /> }
        }
    }
}

#[derive(Properties, PartialEq)]
struct SealedFieldProps {
    label: String,
    value: String,
    change: Callback<String>,
    fault: Option<String>,
    field: Field,
    kept: Option<Fact>,
    typed: Typed,
    onchange: Callback<Typed>,
}

/// A number of which only the mask is known here: it is written anew, left, or taken away.
#[component]
fn SealedField(props: &SealedFieldProps) -> Html {
    let cleared = props.typed.cleared.contains(&props.field.key);
    let hint = props.kept.as_ref().map(|fact| AttrValue::from(tp("value.kept", &[("masked", &fact.value)])));
    let clear = {
        let (typed, key, onchange) = (props.typed.clone(), props.field.key.clone(), props.onchange.clone());
        Callback::from(move |on: bool| onchange.emit(typed.clone().clearing(&key, on)))
    };
    html! {
        <div>
            <TextField label={props.label.clone()} value={props.value.clone()} oninput={props.change.clone()} {hint} fault={props.fault.clone()} disabled={cleared} autocomplete="off" />
            if props.kept.is_some() { <Check label={t("value.clear")} checked={cleared} onchange={clear} /> }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::catalog::tests::{field, small},
        *,
    };
    use fupin_contract::registry::catalog::Subject;

    fn fact(value: &str, masked: bool) -> Fact {
        Fact { value: value.to_owned(), masked, origin: 0, verified: None, unmapped: None }
    }

    #[test]
    fn only_what_differs_is_sent() {
        let catalog = small();
        let fields = catalog.fields.clone();
        let kept = BTreeMap::from([
            ("kind".to_owned(), fact("01", false)),
            ("farmland".to_owned(), fact("3", false)),
            ("phone".to_owned(), fact("199****0001", true)),
        ]);
        let typed = Typed::default().with("kind", "01".to_owned()).with("farmland", " 3.5 ".to_owned());
        let written = typed.written(&fields, &kept);
        assert_eq!(written.keys().collect::<Vec<_>>(), ["farmland"]);
        assert_eq!(written["farmland"].reveal(), "3.5");
        let emptied = Typed::default().with("farmland", String::new()).with("phone", String::new());
        assert_eq!(emptied.written(&fields, &kept).keys().collect::<Vec<_>>(), ["farmland"], "a mask is no value");
        let cleared = Typed::default().clearing("phone", true);
        assert_eq!(cleared.written(&fields, &kept)["phone"].reveal(), "");
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_at_once() {
        let catalog = small();
        let phone = field("phone", Subject::Person, "who", FieldType::Phone);
        assert!(misread(&catalog, &phone, "1990000", 2020).is_some());
        assert!(misread(&catalog, &phone, "", 2020).is_none());
        let typed = Typed::default().with("farmland", "三".to_owned());
        assert!(!typed.is_readable(&catalog, &catalog.fields, 2020));
        assert!(Typed::default().is_readable(&catalog, &catalog.fields, 2020));
    }
}
