//! What JavaScript draws: charts and maps, behind one element. Rust says what is to be seen; `ts/charts` knows how.
//!
//! Invariant: a chart is never the only place where a figure stands; the page has a table of the same figures.

use fupin_contract::map::{Frame, Inset, Polygon, Position};
use gloo_events::EventListener;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, Element};
use yew::prelude::*;

/// What is drawn; the same types stand in `ts/charts/drawing.ts`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Drawing {
    Map {
        frame: Frame,
        #[serde(skip_serializing_if = "Option::is_none")]
        inset: Option<Inset>,
        areas: Vec<Area>,
    },
    Lines {
        points: Vec<String>,
        measured: String,
        lines: Vec<Line>,
    },
    /// Bars on one another, and lines over them with a measure of their own.
    Stacks {
        points: Vec<String>,
        measured: String,
        measured_over: String,
        stacks: Vec<Stack>,
        lines: Vec<Line>,
    },
}

/// One part of each bar; what is below zero goes down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stack {
    pub name: String,
    pub values: Vec<Option<f64>>,
    /// The values as they are written.
    pub shown: Vec<String>,
}

/// One shape of a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Area {
    /// What a click tells; absent where there is nothing to go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    pub name: String,
    pub label: String,
    pub polygons: Vec<Polygon>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Position>,
    /// Its class in the legend, from 1; absent where there are no figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shade: Option<u8>,
    /// What is said of it; the last of it stands on the map as well.
    pub says: Vec<String>,
    pub chosen: bool,
}

/// One line over some points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub name: String,
    pub values: Vec<Option<f64>>,
    /// The values as they are written.
    pub shown: Vec<String>,
    /// The sum of all.
    pub whole: bool,
}

#[derive(Properties, PartialEq)]
pub struct ChartProps {
    pub drawing: Drawing,
    /// What there is to see, for those who do not see it.
    pub label: AttrValue,
    #[prop_or_default]
    pub class: Classes,
    /// The key of a shape that was clicked.
    #[prop_or_default]
    pub onpick: Callback<String>,
}

/// A chart as wide and high as its class says.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let node = use_node_ref();
    {
        let (node, onpick) = (node.clone(), props.onpick.clone());
        use_effect_with(onpick, move |onpick| {
            let onpick = onpick.clone();
            let listening = node.cast::<Element>().map(|element| {
                EventListener::new(&element, "pick", move |event| {
                    let told = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
                    if let Some(key) = told {
                        onpick.emit(key);
                    }
                })
            });
            move || drop(listening)
        });
    }
    {
        let node = node.clone();
        use_effect_with(props.drawing.clone(), move |drawing| {
            let Some(element) = node.cast::<Element>() else { return };
            // A drawing that cannot be written leaves the table, which says the same.
            let Ok(text) = serde_json::to_string(drawing) else { return };
            drop(js_sys::Reflect::set(&element, &"drawing".into(), &JsValue::from_str(&text)));
        });
    }
    html! { <fupin-chart ref={node} class={classes!("chart", props.class.clone())} role="img" aria-label={props.label.clone()}></fupin-chart> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_written_as_the_other_side_reads_it() {
        let line = Line { name: "全省".to_owned(), values: vec![None], shown: vec![String::new()], whole: true };
        let drawing =
            Drawing::Lines { points: vec!["1 月".to_owned()], measured: "户".to_owned(), lines: vec![line] };
        let written = serde_json::to_value(&drawing).unwrap();
        assert_eq!(written["kind"], "lines");
        assert_eq!(written["lines"][0]["values"][0], serde_json::Value::Null);
    }
}
