//! A new password, typed twice, with what it still lacks.

use fupin_contract::access::password;
use yew::prelude::*;

use crate::{
    i18n::{t, tp},
    kit::TextField,
};

/// What a new password still lacks; nothing when it will do.
pub fn lack(new: &str, again: &str) -> Option<String> {
    let length = new.chars().count() as u64;
    if length < password::MIN {
        return Some(tp("account.password_short", &[("min", &password::MIN)]));
    }
    if length > password::MAX {
        return Some(tp("account.password_long", &[("max", &password::MAX)]));
    }
    if password::classes(new) < password::CLASSES {
        return Some(tp("account.password_classes", &[("min", &password::CLASSES)]));
    }
    (new != again).then(|| t("account.password_differs"))
}

#[derive(Properties, PartialEq)]
pub struct PasswordFieldsProps {
    pub new: String,
    pub again: String,
    pub onnew: Callback<String>,
    pub onagain: Callback<String>,
    pub fault: Option<String>,
}

#[component]
pub fn PasswordFields(props: &PasswordFieldsProps) -> Html {
    let hint = tp("account.password_hint", &[("min", &password::MIN), ("classes", &password::CLASSES)]);
    html! {
        <>
            <TextField label={t("account.new_password")} kind="password" autocomplete="new-password" {hint} value={props.new.clone()} oninput={props.onnew.clone()} fault={props.fault.clone()} />
            <TextField label={t("account.new_password_again")} kind="password" autocomplete="new-password" value={props.again.clone()} oninput={props.onagain.clone()} />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::lack;

    #[test]
    fn a_password_that_will_do_lacks_nothing() {
        assert_eq!(lack("Abcdefgh12", "Abcdefgh12"), None);
        assert!(lack("Abcdefgh12", "Abcdefgh13").is_some());
        assert!(lack("Ab1", "Ab1").is_some());
        assert!(lack("abcdefghijk", "abcdefghijk").is_some());
    }
}
