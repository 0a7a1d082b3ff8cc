//! Form fields: a label, a control, a hint, a fault; tied together for screen readers.

use std::sync::atomic::{AtomicU32, Ordering};

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

static LAST: AtomicU32 = AtomicU32::new(0);

/// An id that nothing else on the page has.
#[hook]
pub fn use_id() -> AttrValue {
    let id = use_memo((), |()| AttrValue::from(format!("f{}", LAST.fetch_add(1, Ordering::Relaxed))));
    (*id).clone()
}

fn frame(
    id: &AttrValue,
    label: &AttrValue,
    hint: &Option<AttrValue>,
    fault: &Option<String>,
    wide: bool,
    control: Html,
) -> Html {
    html! {
        <div class={classes!("field", wide.then_some("wide"))}>
            <label for={id.clone()}>{ label.clone() }</label>
            { control }
            if let Some(fault) = fault {
                <p class="fault" id={format!("{id}-fault")}>{ fault }</p>
            } else if let Some(hint) = hint {
                <p class="hint" id={format!("{id}-hint")}>{ hint.clone() }</p>
            }
        </div>
    }
}

fn described(id: &AttrValue, hint: &Option<AttrValue>, fault: &Option<String>) -> Option<String> {
    match (fault, hint) {
        (Some(_), _) => Some(format!("{id}-fault")),
        (None, Some(_)) => Some(format!("{id}-hint")),
        (None, None) => None,
    }
}

#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    /// The `type` of the input: text, password, tel, date, month, search.
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub fault: Option<String>,
    #[prop_or_default]
    pub autocomplete: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub wide: bool,
    #[prop_or_default]
    pub min: Option<AttrValue>,
}

#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let id = use_id();
    let node = use_node_ref();
    {
        let (node, wanted) = (node.clone(), props.autofocus);
        use_effect_with((), move |()| {
            if let Some(input) = node.cast::<HtmlInputElement>().filter(|_| wanted) {
                drop(input.focus());
            }
        });
    }
    let oninput = props.oninput.reform(|event: InputEvent| typed(&event));
    let control = html! {
        <input ref={node} id={id.clone()} class="input" type={props.kind.clone()} value={props.value.clone()} {oninput}
            autocomplete={props.autocomplete.clone()} placeholder={props.placeholder.clone()} required={props.required}
            disabled={props.disabled} min={props.min.clone()} aria-invalid={props.fault.is_some().then_some("true")}
            aria-describedby={described(&id, &props.hint, &props.fault)} />
    };
    frame(&id, &props.label, &props.hint, &props.fault, props.wide, control)
}

/// What stands in the input that an event came from.
pub fn typed(event: &InputEvent) -> String {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value())
        .unwrap_or_default()
}

#[derive(Properties, PartialEq)]
pub struct TextAreaProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub fault: Option<String>,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub wide: bool,
    #[prop_or_default]
    pub disabled: bool,
}

#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let id = use_id();
    let node = use_node_ref();
    {
        let (node, wanted) = (node.clone(), props.autofocus);
        use_effect_with((), move |()| {
            if let Some(area) = node.cast::<HtmlTextAreaElement>().filter(|_| wanted) {
                drop(area.focus());
            }
        });
    }
    let oninput = props.oninput.reform(|event: InputEvent| {
        event
            .target()
            .and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok())
            .map(|area| area.value())
            .unwrap_or_default()
    });
    let control = html! {
        <textarea ref={node} id={id.clone()} class="textarea" rows="3" value={props.value.to_string()} {oninput} disabled={props.disabled}
            aria-invalid={props.fault.is_some().then_some("true")} aria-describedby={described(&id, &props.hint, &props.fault)} />
    };
    frame(&id, &props.label, &props.hint, &props.fault, props.wide, control)
}

#[derive(Properties, PartialEq)]
pub struct SelectFieldProps {
    pub label: AttrValue,
    /// Value and word of each choice.
    pub options: Vec<(String, String)>,
    pub value: AttrValue,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub fault: Option<String>,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub wide: bool,
}

#[component]
pub fn SelectField(props: &SelectFieldProps) -> Html {
    let id = use_id();
    let onchange = props.onchange.reform(|event: Event| {
        event
            .target()
            .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
            .map(|select| select.value())
            .unwrap_or_default()
    });
    let options = props.options.iter().map(|(value, word)| {
        html! { <option key={value.clone()} value={value.clone()} selected={*value == props.value}>{ word }</option> }
    });
    let control = html! {
        <select id={id.clone()} class="select" {onchange} disabled={props.disabled} aria-invalid={props.fault.is_some().then_some("true")}
            aria-describedby={described(&id, &props.hint, &props.fault)}>{ for options }</select>
    };
    frame(&id, &props.label, &props.hint, &props.fault, props.wide, control)
}

#[derive(Properties, PartialEq)]
pub struct CheckProps {
    pub label: AttrValue,
    pub checked: bool,
    pub onchange: Callback<bool>,
    /// Radio buttons of one name exclude each other.
    #[prop_or_default]
    pub radio: Option<AttrValue>,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Check(props: &CheckProps) -> Html {
    let onchange = props.onchange.reform(|event: Event| {
        event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            .is_some_and(|input| input.checked())
    });
    html! {
        <label class="check">
            <input type={if props.radio.is_some() { "radio" } else { "checkbox" }} name={props.radio.clone()} checked={props.checked}
                disabled={props.disabled} {onchange} />
            <span>{ props.label.clone() }{ props.children.clone() }</span>
        </label>
    }
}
