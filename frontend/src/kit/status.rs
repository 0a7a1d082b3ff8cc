//! Status as a word and a shape, so that colour is never needed to read it.

use yew::prelude::*;

use crate::{format, i18n::tp};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// A ring: nothing has happened.
    #[default]
    Plain,
    /// A half disc: under way.
    Accent,
    /// A diamond: waits for somebody.
    Wait,
    /// A tick: done.
    Done,
    /// A triangle: late or wrong.
    Danger,
}

impl Tone {
    fn path(self) -> &'static str {
        match self {
            Self::Plain => "M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
            Self::Accent => "M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0zm0 2v6a3 3 0 0 1 0-6z",
            Self::Wait => "M5 0l5 5-5 5-5-5z",
            Self::Done => "M1.200 4.200L0 5.500 3.800 9.300 10 2.500 8.700 1.200 3.700 6.600z",
            Self::Danger => "M5 .500L10 9.500H0z",
        }
    }

    fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Accent => Some("status-accent"),
            Self::Wait => Some("status-wait"),
            Self::Done => Some("status-done"),
            Self::Danger => Some("status-danger"),
        }
    }
}

/// The shape alone.
pub fn shape(tone: Tone) -> Html {
    html! { <svg viewBox="0 0 10 10" aria-hidden="true"><path d={tone.path()} /></svg> }
}

#[derive(Properties, PartialEq)]
pub struct StatusProps {
    pub tone: Tone,
    pub word: AttrValue,
}

#[component]
pub fn Status(props: &StatusProps) -> Html {
    html! { <span class={classes!("status", props.tone.class())}>{ shape(props.tone) }{ props.word.clone() }</span> }
}

/// How many of how many, as a bar and as words.
pub fn progress_bar(done: i64, all: i64) -> Html {
    let said = tp(
        "board.of_all",
        &[("done", &format::count(done)), ("all", &format::count(all)), ("percent", &format::percent(done, all))],
    );
    html! { <span class="nowrap"><progress class="bar-meter" max={all.max(1).to_string()} value={done.to_string()} aria-label={said.clone()}></progress>{ " " }<span>{ said }</span></span> }
}
