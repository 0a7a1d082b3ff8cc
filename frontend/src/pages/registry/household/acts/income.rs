//! 「填报收支」: the ledger of a year, item by item; what it comes to moves as it is typed.

use std::collections::BTreeMap;

use fupin_contract::registry::{
    ChangeKind, Household, HouseholdAct, IncomeSum,
    catalog::{Catalog, Field, FieldType, IncomeItem, IncomePart, Subject},
    sum_income,
};
use rust_decimal::Decimal;
use yew::prelude::*;

use super::super::{
    super::{
        change_kind,
        fact_field::{act_fault, misread},
    },
    ledger::part,
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    staying,
};
use crate::{
    format,
    i18n::{t, tp},
    kit::TextField,
};

const MOST_YUAN: i64 = 100_000_000;

/// Yuan by code of item, as typed.
type Lines = BTreeMap<String, String>;

/// How money is written.
fn money() -> Field {
    Field {
        key: String::new(),
        of: Subject::Household,
        title: String::new(),
        titles: Vec::new(),
        group: None,
        r#type: FieldType::Decimal { scale: 2, least: 0, most: MOST_YUAN, unit: None },
        level: 2,
        role: None,
        synonyms: Vec::new(),
        since: None,
        until: None,
        required: false,
    }
}

/// What is written so far; what cannot be read counts nothing yet.
fn readable(lines: &Lines) -> BTreeMap<String, Decimal> {
    let (money, catalog) = (money(), Catalog::default());
    let yuan = |text: &String| money.read(&catalog, text, 0, "").ok().flatten()?.parse::<Decimal>().ok();
    lines.iter().filter_map(|(code, text)| Some((code.clone(), yuan(text)?))).collect()
}

fn is_readable(lines: &Lines) -> bool {
    let (money, catalog) = (money(), Catalog::default());
    lines.values().all(|text| money.read(&catalog, text, 0, "").is_ok())
}

/// What the ledger of a year says now.
fn kept(household: &Household, year: i16) -> Lines {
    let ledger = household.incomes.iter().find(|income| income.year == year);
    let lines = ledger.into_iter().flat_map(|income| &income.lines);
    lines.map(|(code, yuan)| (code.clone(), yuan.normalize().to_string())).collect()
}

fn members(household: &Household) -> i16 {
    i16::try_from(staying(household).len()).unwrap_or(i16::MAX)
}

#[component]
pub fn SetIncome(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::InTheYear);
    let typed = use_state(Lines::new);
    let tried = use_state(|| false);
    let mut lines = kept(&props.household.0, sending.year);
    lines.extend((*typed).clone());
    let people = members(&props.household.0);
    let wrong = !is_readable(&lines);
    let onsubmit = {
        let (lines, tried, run) = (lines.clone(), tried.clone(), sending.run.clone());
        Callback::from(move |()| {
            tried.set(true);
            if is_readable(&lines) {
                run.emit(HouseholdAct::SetIncome { lines: lines.clone() });
            }
        })
    };
    let change = {
        let typed = typed.clone();
        Callback::from(move |(code, text): (String, String)| {
            let mut now = (*typed).clone();
            now.insert(code, text);
            typed.set(now);
        })
    };
    let lacking = match (people, wrong) {
        (0, _) => Some("ledger.nobody"),
        (_, true) if *tried => Some("household.mend_first"),
        _ => None,
    };
    let catalog = &props.catalog.0;
    let failure = sending.failure.clone();
    let field = |item: &IncomeItem| {
        let code = item.code.clone();
        let text = lines.get(&code).cloned().unwrap_or_default();
        let fault =
            misread(catalog, &money(), &text, 0).or_else(|| act_fault(failure.as_ref(), &format!("lines.{code}")));
        let oninput = change.reform(move |text: String| (code.clone(), text));
        html! { <TextField key={item.code.clone()} label={item.title.clone()} value={text} {oninput} {fault} autocomplete="off" /> }
    };
    let group = |of: IncomePart| {
        let items: Vec<&IncomeItem> = catalog.income.iter().filter(|item| item.part == of).collect();
        if items.is_empty() {
            return Html::default();
        }
        let sum = readable(&lines).into_iter().filter(|(code, _)| items.iter().any(|item| item.code == *code));
        let sum: Decimal = sum.map(|(_, yuan)| yuan).sum();
        html! {
            <fieldset class="fact-group">
                <legend>{ part(of) }{ " " }<span class="muted small">{ tp("ledger.yuan", &[("yuan", &money_words(sum))]) }</span></legend>
                <div class="form-grid form-grid-3">{ for items.into_iter().map(field) }</div>
            </fieldset>
        }
    };
    let sum = sum_income(&readable(&lines), &catalog.income, people).ok();
    html! {
        <Frame title={tp("ledger.fill", &[("year", &sending.year)])} word={t("household.send")} wide=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)} blocked={people == 0}>
            if let Some(sum) = sum { { summed(&sum) } }
            { for IncomePart::ALL.into_iter().map(group) }
            <p class="muted small">{ t("ledger.hint") }{ " " }{ change_kind(ChangeKind::SetIncome) }</p>
        </Frame>
    }
}

pub fn money_words(yuan: Decimal) -> String {
    format::decimal(&format!("{yuan:.2}"))
}

/// What a ledger comes to, always in sight.
fn summed(sum: &IncomeSum) -> Html {
    let tile = |name: String, value: String| {
        html! { <div class="tile"><span class="name">{ name }</span><span class="value">{ value }</span></div> }
    };
    html! {
        <div class="tiles ledger-sum" role="status" aria-label={t("ledger.sum")}>
            { tile(t("ledger.total"), money_words(sum.total)) }
            { tile(t("ledger.expense"), money_words(sum.expense)) }
            { tile(t("ledger.net"), money_words(sum.net)) }
            { tile(tp("ledger.per_capita_of", &[("members", &sum.members)]), money_words(sum.per_capita)) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::super::catalog::tests::small, *};

    #[test]
    fn the_sum_moves_with_what_can_be_read() {
        let lines = Lines::from([
            ("A1".to_owned(), "24,000".to_owned()),
            ("E1".to_owned(), "四百".to_owned()),
            ("X1".to_owned(), "9".to_owned()),
        ]);
        assert!(!is_readable(&lines));
        let sum = sum_income(&readable(&lines), &small().income, 4).unwrap();
        assert_eq!(money_words(sum.per_capita), "6,000.00");
        assert_eq!(money_words(Decimal::new(-12345, 1)), "-1,234.50");
    }
}
