//! Shows something only to those who may do it.

use fupin_contract::access::Permission;
use yew::prelude::*;

use crate::session::use_session;

#[derive(Properties, PartialEq)]
pub struct AllowedProps {
    pub to: Permission,
    pub children: Html,
}

#[component]
pub fn Allowed(props: &AllowedProps) -> Html {
    if use_session().may(props.to) { props.children.clone() } else { Html::default() }
}
