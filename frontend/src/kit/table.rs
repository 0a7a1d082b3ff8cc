//! A dense list: sticky head and first column; on a phone each row becomes a card, unless it must scroll.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub title: AttrValue,
    pub number: bool,
    /// Whether rows are in the order of this column, and upwards; absent where it does not sort.
    pub sort: Option<(Option<bool>, Callback<()>)>,
}

impl Column {
    pub fn text(title: impl Into<AttrValue>) -> Self {
        Self { title: title.into(), number: false, sort: None }
    }

    pub fn number(title: impl Into<AttrValue>) -> Self {
        Self { title: title.into(), number: true, sort: None }
    }

    pub fn sorted(mut self, ascending: Option<bool>, onclick: Callback<()>) -> Self {
        self.sort = Some((ascending, onclick));
        self
    }
}

/// One row; the first cell is its head.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub key: String,
    pub cells: Vec<Html>,
    pub class: Classes,
    /// A click anywhere opens what the link in its head leads to.
    pub onopen: Option<Callback<()>>,
}

impl Row {
    pub fn new(key: impl ToString, cells: Vec<Html>) -> Self {
        Self { key: key.to_string(), cells, class: Classes::new(), onopen: None }
    }

    pub fn opens(mut self, onopen: Callback<()>) -> Self {
        self.class.push("opens");
        self.onopen = Some(onopen);
        self
    }

    pub fn class(mut self, class: &'static str) -> Self {
        self.class.push(class);
        self
    }
}

/// Links and buttons in a row act for themselves, and marking text opens nothing.
fn opening(onopen: Callback<()>) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let inner = element.and_then(|element| element.closest("a, button, input, select, label").ok().flatten());
        let plain = !event.ctrl_key() && !event.meta_key() && !event.shift_key();
        if inner.is_none() && plain {
            onopen.emit(());
        }
    })
}

#[derive(Properties, PartialEq)]
pub struct TableProps {
    /// What the table shows; for screen readers.
    pub caption: AttrValue,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Wide tables of numbers scroll on a phone instead of becoming cards.
    #[prop_or_default]
    pub scrolls: bool,
}

#[component]
pub fn Table(props: &TableProps) -> Html {
    let head = props.columns.iter().map(|column| {
        let class = column.number.then_some("number");
        match &column.sort {
            None if column.title.is_empty() => html! { <td class={classes!(class)}></td> },
            None => html! { <th scope="col" class={classes!(class)}>{ column.title.clone() }</th> },
            Some((ascending, onclick)) => {
                let (order, mark) = match ascending {
                    Some(true) => ("ascending", " ↑"),
                    Some(false) => ("descending", " ↓"),
                    None => ("none", ""),
                };
                let onclick = onclick.reform(|_: MouseEvent| ());
                html! {
                    <th scope="col" class={classes!(class)} aria-sort={order}>
                        <button type="button" class="sort" {onclick}>{ column.title.clone() }{ mark }</button>
                    </th>
                }
            }
        }
    });
    let rows = props.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&props.columns).enumerate().map(|(at, (cell, column))| {
            let class = classes!(column.number.then_some("number"), column.title.is_empty().then_some("acts"));
            if at == 0 {
                html! { <th scope="row" {class} data-label={column.title.clone()}>{ cell.clone() }</th> }
            } else {
                html! { <td {class} data-label={column.title.clone()}>{ cell.clone() }</td> }
            }
        });
        let onclick = row.onopen.clone().map(opening);
        html! { <tr key={row.key.clone()} class={row.class.clone()} {onclick}>{ for cells }</tr> }
    });
    html! {
        <div class={classes!("table-wrap", props.scrolls.then_some("scrolls"))} tabindex="0" role="region" aria-label={props.caption.clone()}>
            <table class={classes!("table", (!props.scrolls).then_some("cards"))}>
                <caption class="visually-hidden">{ props.caption.clone() }</caption>
                <thead><tr>{ for head }</tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}
