//! What is said of cells, at a column, a row or one cell: kind, unit, hint, bounds, roll-up.

use fupin_form::{Cell, CellTraits, CellType, ChoiceOption, ChoiceSource, RollUp};
use yew::prelude::*;

use super::{
    editing::{self, Chosen},
    properties::Panel,
    sketch::{Pointing, Step},
};
use crate::{
    i18n::t,
    kit::{Button, SelectField, TextArea, TextField},
};

impl Panel<'_> {
    /// The fields of what is chosen; `place` is that of its traits in the definition.
    pub fn traits(&self) -> Html {
        let traits = editing::traits_of(&self.sketch.definition, &self.sketch.chosen).cloned().unwrap_or_default();
        html! {
            <>
                { self.kind(&traits) }
                { self.kind_details(&traits) }
                { self.words(&traits) }
                { self.bounds(&traits) }
                { self.roll_up(&traits) }
                { self.answers(&traits) }
            </>
        }
    }

    /// Says something else of the cells that are chosen.
    fn say(&self, traits: &CellTraits, change: impl Fn(&mut CellTraits, String) + 'static) -> Callback<String> {
        let traits = traits.clone();
        self.changing(move |definition, chosen, text| {
            let mut traits = traits.clone();
            change(&mut traits, text);
            editing::set_traits(definition, chosen, traits);
        })
    }

    fn inherits(&self) -> bool {
        !matches!(self.sketch.chosen, Chosen::Head { .. })
    }

    fn kind(&self, traits: &CellTraits) -> Html {
        let nothing = if self.inherits() { t("design.as_column") } else { t("design.choose_type") };
        let options = vec![
            (String::new(), nothing),
            ("integer".to_owned(), t("design.type_integer")),
            ("decimal".to_owned(), t("design.type_decimal")),
            ("money".to_owned(), t("design.type_money")),
            ("text".to_owned(), t("design.type_text")),
            ("date".to_owned(), t("design.type_date")),
            ("choice".to_owned(), t("design.type_choice")),
            ("computed".to_owned(), t("design.type_computed")),
        ];
        let onchange = self.say(traits, |traits, name| traits.cell_type = type_named(&name));
        html! { <SelectField label={t("design.type")} {options} value={type_name(traits.cell_type.as_ref())} {onchange} fault={self.fault_of("cell/type")} /> }
    }

    fn kind_details(&self, traits: &CellTraits) -> Html {
        match &traits.cell_type {
            Some(CellType::Decimal { scale }) => {
                let oninput = self.say(traits, |traits, text| {
                    if let Ok(scale) = text.trim().parse() {
                        traits.cell_type = Some(CellType::Decimal { scale });
                    }
                });
                html! { <TextField label={t("design.scale")} kind="number" min="0" value={scale.to_string()} {oninput} fault={self.fault("cell/type/decimal/scale")} /> }
            }
            Some(CellType::Text { max_len }) => {
                let oninput = self.say(traits, |traits, text| {
                    if let Ok(max_len) = text.trim().parse() {
                        traits.cell_type = Some(CellType::Text { max_len });
                    }
                });
                html! { <TextField label={t("design.max_len")} kind="number" min="1" value={max_len.to_string()} {oninput} fault={self.fault("cell/type/text")} /> }
            }
            Some(CellType::Computed { formula, scale }) => self.formula(traits, formula, *scale),
            Some(CellType::Choice(ChoiceSource::Options(options))) => {
                let onchange = {
                    let traits = traits.clone();
                    self.changing_with(move |definition, chosen, options: Vec<ChoiceOption>| {
                        let cell_type = Some(CellType::Choice(ChoiceSource::Options(options)));
                        editing::set_traits(definition, chosen, CellTraits { cell_type, ..traits.clone() });
                    })
                };
                html! { <OptionsField key={format!("{:?}", self.sketch.chosen)} options={options.clone()} {onchange} fault={self.fault("cell/type/choice")} /> }
            }
            Some(CellType::Choice(ChoiceSource::Dictionary(name))) => {
                html! { <TextField label={t("design.dictionary")} value={name.clone()} oninput={Callback::noop()} disabled=true fault={self.fault("cell/type/choice")} /> }
            }
            Some(CellType::Integer | CellType::Money | CellType::Date) | None => Html::default(),
        }
    }

    fn formula(&self, traits: &CellTraits, formula: &str, scale: Option<u32>) -> Html {
        let oninput = self.say(traits, |traits, formula| {
            if let Some(CellType::Computed { formula: said, .. }) = &mut traits.cell_type {
                *said = formula;
            }
        });
        let onscale = self.say(traits, |traits, text| {
            if let Some(CellType::Computed { scale, .. }) = &mut traits.cell_type {
                *scale = text.trim().parse().ok();
            }
        });
        html! {
            <>
                <TextArea label={t("design.formula")} value={formula.to_owned()} {oninput} hint={t("design.formula_hint")} fault={self.fault("cell/type/computed/formula")} />
                { self.point(Pointing::Formula) }
                <TextField label={t("design.result_scale")} kind="number" min="0" value={scale.map(|scale| scale.to_string()).unwrap_or_default()} oninput={onscale} fault={self.fault("cell/type/computed/scale")} />
            </>
        }
    }

    /// A button after which the next cell that is chosen goes into a formula.
    pub fn point(&self, to: Pointing) -> Html {
        let points = self.sketch.pointing == Some(to);
        let word = if points { t("design.point_now") } else { t("design.point") };
        let onclick = self.step.reform(move |()| Step::Point((!points).then_some(to)));
        html! { <div class="row"><Button {onclick}>{ word }</Button></div> }
    }

    fn words(&self, traits: &CellTraits) -> Html {
        let unit = self.say(traits, |traits, text| traits.unit = said(text));
        let hint = self.say(traits, |traits, text| traits.hint = said(text));
        html! {
            <>
                <TextField label={t("design.unit")} value={traits.unit.clone().unwrap_or_default()} oninput={unit} hint={t("design.unit_hint")} fault={self.fault("cell/unit")} />
                <TextField label={t("design.hint")} value={traits.hint.clone().unwrap_or_default()} oninput={hint} hint={t("design.hint_hint")} fault={self.fault("cell/hint")} />
            </>
        }
    }

    fn bounds(&self, traits: &CellTraits) -> Html {
        let min = self.say(traits, |traits, text| traits.min = bound(&text));
        let max = self.say(traits, |traits, text| traits.max = bound(&text));
        html! {
            <>
                <TextField label={t("design.min")} value={bound_text(&traits.min)} oninput={min} fault={self.fault("cell/min")} />
                <TextField label={t("design.max")} value={bound_text(&traits.max)} oninput={max} fault={self.fault("cell/max")} />
            </>
        }
    }

    fn roll_up(&self, traits: &CellTraits) -> Html {
        let options = vec![
            (String::new(), t("design.roll_default")),
            ("sum".to_owned(), t("design.roll_sum")),
            ("average".to_owned(), t("design.roll_average")),
            ("min".to_owned(), t("design.roll_min")),
            ("max".to_owned(), t("design.roll_max")),
            ("count".to_owned(), t("design.roll_count")),
            ("last".to_owned(), t("design.roll_last")),
            ("formula".to_owned(), t("design.roll_formula")),
            ("none".to_owned(), t("design.roll_none")),
        ];
        let onchange = self.say(traits, |traits, name| traits.roll_up = roll_up_named(&name));
        let weight = self.say(traits, |traits, weight| traits.roll_up = Some(RollUp::Average { weight }));
        html! {
            <>
                <SelectField label={t("design.roll_up")} {options} value={roll_up_name(traits.roll_up.as_ref())} {onchange} fault={self.fault("cell/roll_up")} />
                if let Some(RollUp::Average { weight: reference }) = &traits.roll_up {
                    <TextField label={t("design.weight")} value={reference.clone()} oninput={weight} hint={t("design.weight_hint")} />
                }
            </>
        }
    }

    fn answers(&self, traits: &CellTraits) -> Html {
        let options = |nothing: String| {
            vec![(String::new(), nothing), ("yes".to_owned(), t("design.yes")), ("no".to_owned(), t("design.no"))]
        };
        let nothing = if self.inherits() { t("design.as_column") } else { t("design.no_by_default") };
        let required = self.say(traits, |traits, text| traits.required = truth(&text));
        let applies = self.say(traits, |traits, text| traits.always_applies = truth(&text));
        let blocked = self.say(traits, |traits, text| traits.blocked = truth(&text));
        html! {
            <>
                <SelectField label={t("design.required")} options={options(nothing.clone())} value={truth_name(traits.required)} onchange={required} />
                <SelectField label={t("design.always_applies")} options={options(nothing.clone())} value={truth_name(traits.always_applies)} onchange={applies} hint={t("design.always_applies_hint")} />
                <SelectField label={t("design.is_blocked")} options={options(nothing)} value={truth_name(traits.blocked)} onchange={blocked} hint={t("design.blocked_hint")} />
            </>
        }
    }
}

/// An empty field says nothing.
pub fn said(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn bound(text: &str) -> Option<Cell> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(text.parse().map_or_else(|_| Cell::text(text), Cell::Integer))
}

fn bound_text(bound: &Option<Cell>) -> String {
    match bound {
        Some(Cell::Integer(number)) => number.to_string(),
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Blank | Cell::NotApplicable) | None => String::new(),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn truth_name(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}

fn type_name(of: Option<&CellType>) -> &'static str {
    match of {
        Some(CellType::Integer) => "integer",
        Some(CellType::Decimal { .. }) => "decimal",
        Some(CellType::Money) => "money",
        Some(CellType::Text { .. }) => "text",
        Some(CellType::Date) => "date",
        Some(CellType::Choice(_)) => "choice",
        Some(CellType::Computed { .. }) => "computed",
        None => "",
    }
}

fn type_named(name: &str) -> Option<CellType> {
    match name {
        "integer" => Some(CellType::Integer),
        "decimal" => Some(CellType::Decimal { scale: 2 }),
        "money" => Some(CellType::Money),
        "text" => Some(CellType::Text { max_len: 100 }),
        "date" => Some(CellType::Date),
        "choice" => Some(CellType::Choice(ChoiceSource::Options(Vec::new()))),
        "computed" => Some(CellType::Computed { formula: String::new(), scale: None }),
        _ => None,
    }
}

fn roll_up_name(of: Option<&RollUp>) -> &'static str {
    match of {
        Some(RollUp::Sum) => "sum",
        Some(RollUp::Average { .. }) => "average",
        Some(RollUp::Min) => "min",
        Some(RollUp::Max) => "max",
        Some(RollUp::Count) => "count",
        Some(RollUp::Last) => "last",
        Some(RollUp::Formula) => "formula",
        Some(RollUp::None) => "none",
        None => "",
    }
}

fn roll_up_named(name: &str) -> Option<RollUp> {
    match name {
        "sum" => Some(RollUp::Sum),
        "average" => Some(RollUp::Average { weight: String::new() }),
        "min" => Some(RollUp::Min),
        "max" => Some(RollUp::Max),
        "count" => Some(RollUp::Count),
        "last" => Some(RollUp::Last),
        "formula" => Some(RollUp::Formula),
        "none" => Some(RollUp::None),
        _ => None,
    }
}

#[derive(Properties, PartialEq)]
struct OptionsFieldProps {
    options: Vec<ChoiceOption>,
    onchange: Callback<Vec<ChoiceOption>>,
    fault: Option<String>,
}

/// Choices, one a line: a code, a space, a word. What is being typed stands as it is typed.
#[component]
fn OptionsField(props: &OptionsFieldProps) -> Html {
    let text = use_state(|| options_text(&props.options));
    {
        let text = text.clone();
        use_effect_with(props.options.clone(), move |options| {
            if options_of(&text) != *options {
                text.set(options_text(options));
            }
        });
    }
    let oninput = {
        let (text, onchange) = (text.clone(), props.onchange.clone());
        Callback::from(move |typed: String| {
            onchange.emit(options_of(&typed));
            text.set(typed);
        })
    };
    html! { <TextArea label={t("design.options")} value={(*text).clone()} {oninput} hint={t("design.options_hint")} fault={props.fault.clone()} /> }
}

fn options_text(options: &[ChoiceOption]) -> String {
    options.iter().map(|option| format!("{} {}", option.code, option.label)).collect::<Vec<_>>().join("\n")
}

/// A line without a word stands for itself.
fn options_of(text: &str) -> Vec<ChoiceOption> {
    let option = |line: &str| {
        let (code, label) = line.split_once(char::is_whitespace).unwrap_or((line, line));
        ChoiceOption { code: code.to_owned(), label: label.trim().to_owned() }
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_a_line_at_a_time() {
        let options = options_of("1 是\n\n否\n");
        assert_eq!(options_text(&options), "1 是\n否 否");
    }

    #[test]
    fn every_kind_keeps_its_name() {
        for name in ["integer", "decimal", "money", "text", "date", "choice", "computed", ""] {
            assert_eq!(type_name(type_named(name).as_ref()), name);
        }
        for name in ["sum", "average", "min", "max", "count", "last", "formula", "none", ""] {
            assert_eq!(roll_up_name(roll_up_named(name).as_ref()), name);
        }
    }

    #[test]
    fn a_bound_is_a_number_or_a_date() {
        assert_eq!(bound(" 12 "), Some(Cell::Integer(12)));
        assert_eq!(bound("2026-11-01").map(|cell| bound_text(&Some(cell))), Some("2026-11-01".to_owned()));
        assert_eq!(bound(" "), None);
    }
}
