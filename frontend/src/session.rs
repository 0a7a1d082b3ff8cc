//! Who is here. Boots by asking the cookie for a session; ends in this tab when it ends in another.

use std::rc::Rc;

use fupin_client::Client;
use fupin_contract::{
    access::{Me, Permission, SignedIn},
    setup::Instance,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::BroadcastChannel;
use yew::{platform::spawn_local, prelude::*};

use crate::{
    format,
    transport::{Api, Browser},
};

const CHANNEL: &str = "fupin-session";
/// Set while this browser has a session: scripts cannot see the cookie itself, and need not ask for nothing.
const HAS_SESSION: &str = "fupin.session";

/// How far the session is known.
#[derive(Clone, PartialEq)]
pub enum Phase {
    Booting,
    /// The server did not answer; nothing can be shown yet.
    Unreachable,
    SignedOut,
    SignedIn(Rc<Me>),
}

/// What pages know of session and instance.
#[derive(Clone, PartialEq)]
pub struct Session {
    pub phase: Phase,
    pub instance: Option<Rc<Instance>>,
    browser: Browser,
    phase_state: UseStateHandle<Phase>,
}

impl Session {
    pub fn api(&self) -> Api {
        Client::new(self.browser.clone())
    }

    pub fn me(&self) -> Option<&Rc<Me>> {
        match &self.phase {
            Phase::SignedIn(me) => Some(me),
            Phase::Booting | Phase::Unreachable | Phase::SignedOut => None,
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.me().is_some_and(|me| me.permissions.contains(&permission))
    }

    pub fn is_demo(&self) -> bool {
        self.instance.as_ref().is_some_and(|instance| instance.demo)
    }

    /// A password was right.
    pub fn begin(&self, signed_in: SignedIn) {
        remember_session(true);
        self.browser.set_token(Some(signed_in.access_token));
        self.phase_state.set(Phase::SignedIn(Rc::new(signed_in.me)));
    }

    /// End the session on the server and in every tab.
    pub fn sign_out(&self) {
        let (api, browser, phase) = (self.api(), self.browser.clone(), self.phase_state.clone());
        spawn_local(async move {
            // Whatever the server answers, this device forgets.
            drop(api.sign_out().await);
            browser.set_token(None);
            remember_session(false);
            announce_end();
            phase.set(Phase::SignedOut);
        });
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn may_have_session() -> bool {
    // A browser that keeps nothing is asked every time.
    storage().is_none_or(|storage| storage.get_item(HAS_SESSION).ok().flatten().is_some())
}

fn remember_session(on: bool) {
    let Some(storage) = storage() else { return };
    drop(if on { storage.set_item(HAS_SESSION, "1") } else { storage.remove_item(HAS_SESSION) });
}

fn announce_end() {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        drop(channel.post_message(&"ended".into()));
        channel.close();
    }
}

/// The session, for any page.
#[hook]
pub fn use_session() -> Session {
    let context = use_context::<Session>();
    let browser = use_memo((), |()| Browser::default());
    let phase_state = use_state(|| Phase::Booting);
    context.unwrap_or(Session { phase: Phase::Booting, instance: None, browser: (*browser).clone(), phase_state })
}

/// The operations of the server, for any page.
#[hook]
pub fn use_api() -> Api {
    use_session().api()
}

#[derive(Properties, PartialEq)]
pub struct SessionProviderProps {
    pub children: Html,
}

/// Boots the session and gives it to everything below.
#[component]
pub fn SessionProvider(props: &SessionProviderProps) -> Html {
    let browser = use_memo((), |()| Browser::default());
    let phase = use_state(|| Phase::Booting);
    let instance = use_state(|| None::<Rc<Instance>>);
    {
        let (browser, phase, instance) = ((*browser).clone(), phase.clone(), instance.clone());
        use_effect_with((), move |()| {
            let renewed = {
                let (phase, seen) = (phase.clone(), Rc::new(std::cell::RefCell::new(None)));
                Callback::from(move |signed_in: Rc<SignedIn>| {
                    let account = signed_in.me.account_id;
                    let before = seen.replace(Some(account));
                    if before.is_some_and(|before| before != account) {
                        // Another tab signed in as somebody else: nothing on this page may stay.
                        reload();
                    }
                    phase.set(Phase::SignedIn(Rc::new(signed_in.me.clone())));
                })
            };
            let lost = {
                let phase = phase.clone();
                Callback::from(move |()| {
                    remember_session(false);
                    phase.set(Phase::SignedOut);
                })
            };
            browser.listen(renewed, lost);
            let listener = listen_for_end(browser.clone(), phase.clone());
            spawn_local(async move {
                let api = Client::new(browser.clone());
                match api.get_instance().await {
                    Ok(found) => {
                        format::set_clock(found.now);
                        instance.set(Some(Rc::new(found)));
                    }
                    Err(_) => return phase.set(Phase::Unreachable),
                }
                if !may_have_session() || !browser.renew(None).await {
                    phase.set(Phase::SignedOut);
                }
            });
            move || drop(listener)
        });
    }
    let session = Session {
        phase: (*phase).clone(),
        instance: (*instance).clone(),
        browser: (*browser).clone(),
        phase_state: phase,
    };
    html! { <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>> }
}

/// Loads the page anew, keeping its address.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        drop(window.location().reload());
    }
}

fn listen_for_end(browser: Browser, phase: UseStateHandle<Phase>) -> Option<(BroadcastChannel, Closure<dyn Fn()>)> {
    let channel = BroadcastChannel::new(CHANNEL).ok()?;
    let heard = Closure::<dyn Fn()>::new(move || {
        browser.set_token(None);
        phase.set(Phase::SignedOut);
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    Some((channel, heard))
}
