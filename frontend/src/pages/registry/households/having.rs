//! Attributes that a household or one of its members has: chosen from the catalogue, written as `key=value,key=value`.

use std::fmt;

use fupin_contract::registry::catalog::{Catalog, Field, FieldRole, FieldType};
use yew::prelude::*;

use super::super::catalog::{codes, with_blank};
use crate::{
    i18n::{t, tp},
    kit::{Chip, SelectField},
};

/// What is asked most; the rest of the catalogue follows.
const FIRST: [&str; 5] = ["kind", "exit_state", "main_cause", "health", "monitored_kind"];

/// Keys and values that are asked for, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(Vec<(String, String)>);

impl Attributes {
    pub fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs.fold(Self::default(), |all, (key, value)| all.with(key, value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn without(mut self, key: &str) -> Self {
        self.0.retain(|(known, _)| known != key);
        self
    }

    fn with(self, key: &str, value: &str) -> Self {
        let mut all = self.without(key);
        all.0.push((key.to_owned(), value.to_owned()));
        all
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> = self.0.iter().map(|(key, value)| format!("{key}={value}")).collect();
        f.write_str(&pairs.join(","))
    }
}

fn can_be_asked(field: &Field) -> bool {
    let of_few = matches!(field.r#type, FieldType::Code { .. } | FieldType::Boolean);
    of_few && (field.is_fact() || field.role == Some(FieldRole::Relation))
}

/// Every attribute that can be asked for, those first that are asked most.
pub fn fields(catalog: &Catalog) -> Vec<(String, String)> {
    let first = FIRST.into_iter().filter_map(|key| catalog.field(key));
    let rest = catalog.fields.iter().filter(|field| !FIRST.contains(&field.key.as_str()));
    let all = first.chain(rest).filter(|field| can_be_asked(field));
    all.map(|field| (field.key.clone(), field.title.clone())).collect()
}

fn values_of(catalog: &Catalog, field: &Field, year: i16) -> Vec<(String, String)> {
    match &field.r#type {
        FieldType::Code { dictionary } => codes(catalog, dictionary, year),
        _ => vec![("true".to_owned(), t("value.yes")), ("false".to_owned(), t("value.no"))],
    }
}

/// The values of each attribute that can be asked for.
pub fn values(catalog: &Catalog, year: i16) -> Vec<(String, Vec<(String, String)>)> {
    let askable = catalog.fields.iter().filter(|field| can_be_asked(field));
    askable.map(|field| (field.key.clone(), values_of(catalog, field, year))).collect()
}

/// One chip for each attribute that is asked for; a click takes it away.
pub fn chips(catalog: &Catalog, having: &Attributes, year: i16, onchange: &Callback<Attributes>) -> Vec<Html> {
    let chip = |(key, value): &(String, String)| {
        let field = catalog.field(key);
        let title = field.map_or_else(|| key.clone(), |field| field.title_in(year).to_owned());
        let word = field.map_or_else(|| value.clone(), |field| catalog.words(field, value, year));
        let less = having.clone().without(key);
        let onclick = onchange.reform(move |()| less.clone());
        html! { <Chip key={key.clone()} label={tp("household.chip", &[("title", &title), ("value", &word)])} on=true {onclick} /> }
    };
    having.0.iter().map(chip).collect()
}

#[derive(Properties, PartialEq)]
pub struct AddAttributeProps {
    pub options: Vec<(String, String)>,
    pub values: Vec<(String, Vec<(String, String)>)>,
    pub having: Attributes,
    pub onchange: Callback<Attributes>,
}

/// First the attribute, then its value.
#[component]
pub fn AddAttribute(props: &AddAttributeProps) -> Html {
    let key = use_state(String::new);
    let on_key = {
        let key = key.clone();
        Callback::from(move |chosen| key.set(chosen))
    };
    let on_value = {
        let (key, having, onchange) = (key.clone(), props.having.clone(), props.onchange.clone());
        Callback::from(move |value: String| {
            if !value.is_empty() {
                onchange.emit(having.clone().with(&key, &value));
                key.set(String::new());
            }
        })
    };
    let values = props.values.iter().find(|(known, _)| *known == *key).map(|(_, values)| values.clone());
    html! {
        <>
            <SelectField label={t("household.attribute")} options={with_blank(t("household.choose_attribute"), props.options.clone())} value={(*key).clone()} onchange={on_key} />
            if let Some(values) = values {
                <SelectField label={t("household.is")} options={with_blank(t("household.choose_value"), values)} value="" onchange={on_value} />
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::catalog::tests::small, *};

    #[test]
    fn attributes_are_read_back_as_they_are_written() {
        let having = Attributes::default().with("kind", "01").with("health", "02").with("kind", "04");
        assert_eq!(having.to_string(), "health=02,kind=04");
        assert_eq!(Attributes::parse(&having.to_string()), having);
        assert!(Attributes::parse("").is_empty());
        assert_eq!(having.without("health").to_string(), "kind=04");
    }

    #[test]
    fn only_what_has_few_values_can_be_asked_for() {
        let keys: Vec<String> = fields(&small()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["kind", "health", "watched", "relation"]);
    }
}
