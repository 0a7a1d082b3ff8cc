//! Buttons. One primary act a page.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    Primary,
    Danger,
    DangerSolid,
    Quiet,
}

#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub onclick: Callback<()>,
    /// Sends the form that it stands in.
    #[prop_or_default]
    pub submit: bool,
    #[prop_or_default]
    pub disabled: bool,
    /// Its act is under way.
    #[prop_or_default]
    pub busy: bool,
    #[prop_or_default]
    pub wide: bool,
    /// What a screen reader says, where the visible word alone is not enough.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub title: Option<AttrValue>,
    pub children: Html,
}

#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let kind = match props.kind {
        ButtonKind::Plain => None,
        ButtonKind::Primary => Some("button-primary"),
        ButtonKind::Danger => Some("button-danger"),
        ButtonKind::DangerSolid => Some("button-danger-solid"),
        ButtonKind::Quiet => Some("button-quiet"),
    };
    let onclick = props.onclick.reform(|_: MouseEvent| ());
    html! {
        <button
            type={if props.submit { "submit" } else { "button" }}
            class={classes!("button", kind, props.wide.then_some("button-wide"))}
            disabled={props.disabled || props.busy}
            aria-busy={props.busy.then_some("true")}
            aria-label={props.label.clone()}
            title={props.title.clone()}
            {onclick}
        >
            if props.busy { <span class="busy" aria-hidden="true"></span> }
            { props.children.clone() }
        </button>
    }
}
