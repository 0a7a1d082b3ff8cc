//! 「查人」: one box that guesses by what is looked for. Enter searches, the arrows move, Enter opens.
//! Invariant: what was typed and what was found stay in memory; neither stands in the address.

mod mark;
mod results;

use std::{cell::RefCell, rc::Rc};

use chrono::{DateTime, Utc};
use fupin_contract::{
    AccountId, Cursor, Page,
    registry::{FindPeople, FoundPerson, catalog::Catalog},
    units::UnitName,
};
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_router::hooks::{use_location, use_navigator};

use super::catalog::read_catalog;
use crate::{
    format,
    i18n::{error_sentence, fault_sentence, field_fault, t, tp},
    kit::{
        Action, Alert, Button, ButtonKind, Chip, Empty, PageHead, Same, Tone, UnitField, typed, use_action, use_query,
    },
    routes::Route,
    session::use_session,
};
use mark::{Mark, asked, guess};
use results::Results;

/// What was looked for and what came of it.
#[derive(Clone, PartialEq, Default)]
struct Found {
    asked: Option<FindPeople>,
    people: Vec<FoundPerson>,
    next: Option<Cursor>,
}

/// What stands on the page.
#[derive(Clone, PartialEq, Default)]
struct Search {
    text: String,
    mark: Option<Mark>,
    unit: Option<UnitName>,
    found: Rc<Found>,
    at: usize,
}

/// Who is looked for from elsewhere on the page: it comes with the way here, in the browser's memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Sought {
    text: String,
    /// The same text sought again is another search.
    at: DateTime<Utc>,
}

impl Sought {
    pub fn now(text: &str) -> Self {
        Self { text: text.to_owned(), at: format::now() }
    }
}

thread_local! {
    /// The way back from a household leads to what was found, for the same account and until the page is left.
    static KEPT: RefCell<Option<(AccountId, Search)>> = const { RefCell::new(None) };
}

fn kept(account: Option<AccountId>) -> Search {
    let kept = KEPT.with(|kept| kept.borrow().clone());
    kept.filter(|(of, _)| Some(*of) == account).map(|(_, search)| search).unwrap_or_default()
}

fn keep(account: Option<AccountId>, search: &Search) {
    KEPT.with(|kept| kept.replace(account.map(|account| (account, search.clone()))));
}

/// What was left here, unless the way here names somebody else.
fn start(account: Option<AccountId>, sought: Option<&Sought>) -> Search {
    let kept = kept(account);
    match sought {
        Some(sought) if sought.text != kept.text => Search { text: sought.text.clone(), ..Search::default() },
        _ => kept,
    }
}

impl Search {
    fn mark(&self) -> Mark {
        self.mark.unwrap_or_else(|| guess(&self.text))
    }

    fn asked(&self) -> Option<FindPeople> {
        asked(&self.text, self.mark(), self.unit.as_ref().map(|unit| unit.id))
    }

    /// What was found is what is asked.
    fn is_answered(&self) -> bool {
        self.found.asked.is_some() && self.found.asked == self.asked()
    }
}

#[component]
pub fn PeoplePage() -> Html {
    let sought = use_location().and_then(|location| location.state::<Sought>()).map(|sought| (*sought).clone());
    let key = sought.as_ref().map(|sought| sought.at.to_rfc3339()).unwrap_or_default();
    html! { <Desk {key} {sought} /> }
}

#[derive(Properties, PartialEq)]
struct DeskProps {
    sought: Option<Sought>,
}

#[component]
fn Desk(props: &DeskProps) -> Html {
    let account = use_session().me().map(|me| me.account_id);
    let catalog = use_query((), |api, ()| async move { read_catalog(&api).await });
    let search = use_state(|| start(account, props.sought.as_ref()));
    let input = use_node_ref();
    {
        let input = input.clone();
        use_effect_with((), move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                drop(input.focus());
            }
        });
    }
    use_effect_with((*search).clone(), move |search| keep(account, search));
    let finding = use_finding(search.clone());
    {
        // Who came to look for somebody need not say so twice; the way back finds what was found.
        let (asked, run) = (search.asked(), finding.run.clone());
        let to_ask = asked.filter(|_| props.sought.is_some() && !search.is_answered());
        use_effect_with((), move |()| to_ask.into_iter().for_each(|asked| run.emit(asked)));
    }
    let oninput = {
        let search = search.clone();
        Callback::from(move |event: InputEvent| {
            search.set(Search { text: typed(&event), mark: None, at: 0, ..(*search).clone() })
        })
    };
    let choose_unit = {
        let search = search.clone();
        Callback::from(move |unit: UnitName| search.set(Search { unit: Some(unit), ..(*search).clone() }))
    };
    let everywhere = {
        let search = search.clone();
        Callback::from(move |()| search.set(Search { unit: None, ..(*search).clone() }))
    };
    let open = use_opening();
    let go = {
        let (search, run, open) = (search.clone(), finding.run.clone(), open.clone());
        Callback::from(move |()| {
            if search.is_answered() {
                if let Some(person) = search.found.people.get(search.at) {
                    open.emit(person.clone());
                }
            } else if let Some(asked) = search.asked() {
                run.emit(asked);
            }
        })
    };
    let onkeydown = keys(&search, &go);
    let onclick = go.reform(|()| ());
    let fault = fault_of(&search, &finding);
    let listed = catalog.ready().is_some() && !search.found.people.is_empty();
    let marks = Mark::ALL.into_iter().map(|mark| {
        let chosen = search.clone();
        let onclick = Callback::from(move |()| chosen.set(Search { mark: Some(mark), at: 0, ..(*chosen).clone() }));
        html! { <Chip label={mark.word()} on={search.mark() == mark && !search.text.trim().is_empty()} {onclick} /> }
    });
    html! {
        <>
            <PageHead title={t("nav.people")} />
            <section class="panel stack-tight" aria-label={t("people.search")} role="search">
                <div class="with-act">
                    <input ref={input} class="input search-large" type="text" inputmode="search" enterkeyhint="search" aria-label={t("people.search")} placeholder={t("people.placeholder")}
                        value={search.text.clone()} {oninput} {onkeydown} autocomplete="off" spellcheck="false" role="combobox" aria-expanded={listed.to_string()} aria-controls={listed.then_some("found-people")}
                        aria-activedescendant={(search.is_answered() && listed).then(|| format!("found-{}", search.at))} />
                    <Button kind={ButtonKind::Primary} {onclick} busy={finding.pending}>{ t("people.find") }</Button>
                </div>
                <div class="chips" role="group" aria-label={t("people.mark")}><span class="muted small wide-screen">{ t("people.mark") }</span>{ for marks }</div>
                <div class="row">
                    <UnitField label={t("people.within")} value={search.unit.clone()} onchange={choose_unit} />
                    if search.unit.is_some() { <Chip label={t("household.everywhere")} on=false onclick={everywhere} /> }
                </div>
                if let Some(fault) = fault { <Alert tone={Tone::Danger} urgent=true><p>{ fault }</p></Alert> }
            </section>
            { found(&search, &finding, catalog.ready().map(|catalog| (**catalog).clone()), open) }
        </>
    }
}

#[hook]
fn use_finding(search: UseStateHandle<Search>) -> Action<FindPeople> {
    let asked = use_mut_ref(|| None::<FindPeople>);
    let sent = asked.clone();
    use_action(
        move |api, find: FindPeople, _| {
            sent.replace(Some(find.clone()));
            async move { api.find_people(&find).await }
        },
        Callback::from(move |page: Page<FoundPerson>| {
            let find = asked.borrow().clone();
            let going_on = find.as_ref().is_some_and(|find| find.after.is_some());
            let mut people = if going_on { search.found.people.clone() } else { Vec::new() };
            people.extend(page.items);
            let asked = find.map(|find| FindPeople { after: None, ..find });
            let found = Found { asked, people, next: page.next };
            let at = if going_on { search.at } else { 0 };
            search.set(Search { found: Rc::new(found), at, ..(*search).clone() });
        }),
    )
}

#[hook]
fn use_opening() -> Callback<FoundPerson> {
    let navigator = use_navigator();
    Callback::from(move |person: FoundPerson| {
        if let Some(navigator) = &navigator {
            // The household of today does not show those who left it before this year.
            navigator.push(&if person.present {
                Route::Household { id: person.household_id.to_string() }
            } else {
                Route::Person { id: person.id.to_string() }
            });
        }
    })
}

fn keys(search: &UseStateHandle<Search>, go: &Callback<()>) -> Callback<KeyboardEvent> {
    let (search, go) = (search.clone(), go.clone());
    Callback::from(move |event: KeyboardEvent| {
        // While an input method offers characters, Enter and the arrows are its own.
        if event.is_composing() {
            return;
        }
        let last = search.found.people.len().saturating_sub(1);
        let at = match event.key().as_str() {
            "ArrowDown" => (search.at + 1).min(last),
            "ArrowUp" => search.at.saturating_sub(1),
            "Enter" => {
                event.prevent_default();
                return go.emit(());
            }
            _ => return,
        };
        event.prevent_default();
        search.set(Search { at, ..(*search).clone() });
    })
}

/// What is wrong with what was typed, before it is sent or after.
fn fault_of(search: &Search, finding: &Action<FindPeople>) -> Option<String> {
    let early = search.mark().fault(&search.text).map(|fault| fault_sentence(&fault));
    early.filter(|_| !search.text.trim().is_empty() && search.mark.is_some()).or_else(|| {
        let error = finding.failure.as_ref()?;
        let of_field = ["unit_id", "id_number", "id_tail", "phone", "household_number", "name"]
            .into_iter()
            .find_map(|field| field_fault(Some(error), field));
        Some(of_field.unwrap_or_else(|| error_sentence(error)))
    })
}

fn found(
    search: &UseStateHandle<Search>,
    finding: &Action<FindPeople>,
    catalog: Option<Same<Catalog>>,
    open: Callback<FoundPerson>,
) -> Html {
    let Some(catalog) = catalog else { return Html::default() };
    if search.found.asked.is_none() {
        return html! { <Empty title={t("people.how")}><p>{ t("people.how_hint") }</p></Empty> };
    }
    if search.found.people.is_empty() {
        return html! { <Empty title={t("people.none")}><p>{ t("people.none_hint") }</p></Empty> };
    }
    let next = search.found.next.clone();
    let more = next
        .zip(search.found.asked.clone())
        .map(|(after, asked)| finding.run.reform(move |()| FindPeople { after: Some(after.clone()), ..asked.clone() }));
    let count = tp("people.found", &[("count", &search.found.people.len())]);
    html! {
        <section class="stack-tight" aria-label={t("people.results")}>
            <p class="muted small" role="status">{ count }{ " " }<span class="wide-screen">{ t("people.keys") }</span></p>
            <Results {catalog} people={search.found.people.clone()} at={search.at} {open} />
            if let Some(more) = more { <div><Button onclick={more} busy={finding.pending}>{ t("kit.more") }</Button></div> }
        </section>
    }
}
