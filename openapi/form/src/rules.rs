//! The rules of a form: a rule for each row becomes one for every fixed row, or one that is judged
//! for each dynamic row.

use std::collections::BTreeSet;

use crate::compile::{Compiler, located};
use crate::evaluate::{MessagePart, Rule};
use crate::resolve::{ResolveFault, Resolver, Scope};
use crate::{DefinitionCode, DefinitionFault, RuleDefinition};

impl Compiler<'_> {
    pub(crate) fn rules(&mut self, definitions: &[RuleDefinition]) -> Vec<Rule> {
        let mut seen = BTreeSet::new();
        let mut rules = Vec::new();
        for (at, definition) in definitions.iter().enumerate() {
            let path = format!("/rules/{at}");
            self.key(format!("{path}/id"), &definition.id, &mut seen);
            self.text(format!("{path}/message"), &definition.message, 500);
            if definition.cells.is_empty() {
                self.fault(format!("{path}/cells"), DefinitionCode::Empty);
            }
            let section = match &definition.each {
                None => None,
                Some(key) => match self.sections.iter().position(|section| section.key == *key) {
                    Some(section) => Some(section),
                    None => {
                        let fault = DefinitionFault::new(format!("{path}/each"), DefinitionCode::UnknownReference);
                        self.faults.push(fault.with("reference", key));
                        continue;
                    }
                },
            };
            let rows = section.map_or(1, |section| {
                if self.sections[section].is_dynamic() { 1 } else { self.sections[section].fixed_rows().len() }
            });
            for row in 0..rows {
                let scope = Scope { section, row: section.map(|_| row), column: None };
                match self.rule(definition, scope, &path) {
                    Ok(rule) => {
                        if !self.count_references(&rule.expression) {
                            return rules;
                        }
                        rules.push(rule);
                    }
                    Err(faults) => self.faults.extend(faults),
                }
            }
        }
        rules
    }

    fn rule(&self, definition: &RuleDefinition, scope: Scope, path: &str) -> Result<Rule, Vec<DefinitionFault>> {
        let resolver = self.resolver(scope);
        let mut faults = Vec::new();
        let mut marks = Vec::new();
        for (at, text) in definition.cells.iter().enumerate() {
            match resolver.marks(text) {
                Ok(found) => marks.extend(found),
                Err(fault) => faults.push(located(&format!("{path}/cells/{at}"), fault)),
            }
        }
        let message = message_of(&definition.message, &resolver)
            .map_err(|fault| faults.push(located(&format!("{path}/message"), fault)));
        let expression = resolver
            .rule(&definition.expression)
            .map_err(|fault| faults.push(located(&format!("{path}/expression"), fault)));
        let (Ok(message), Ok(expression), true) = (message, expression, faults.is_empty()) else {
            return Err(faults);
        };
        let section = scope.section.map(|section| &self.sections[section]);
        let row = scope.row.and_then(|row| section.and_then(|section| section.fixed_rows().get(row)));
        Ok(Rule {
            id: row.map_or_else(|| definition.id.clone(), |row| format!("{}/{}", definition.id, row.key)),
            severity: definition.severity,
            each_row_of: scope.section.filter(|section| self.sections[*section].is_dynamic()),
            expression,
            marks,
            row_label: row.map_or_else(String::new, |row| row.label.clone()),
            message,
        })
    }
}

/// Takes a message apart at its braces.
fn message_of(message: &str, resolver: &Resolver<'_>) -> Result<Vec<MessagePart>, ResolveFault> {
    let syntax = |found: &str, rest: &str| ResolveFault {
        code: DefinitionCode::Syntax,
        params: vec![
            ("at", (message.chars().count() - rest.chars().count() + 1).to_string()),
            ("found", found.to_owned()),
        ],
    };
    let mut parts = Vec::new();
    let mut rest = message;
    while let Some((text, after)) = rest.split_once('{') {
        if text.contains('}') {
            return Err(syntax("}", rest));
        }
        parts.push(MessagePart::Text(text.to_owned()));
        let (name, after) = after.split_once('}').ok_or_else(|| syntax("{", rest))?;
        parts.push(match name.trim() {
            "@" if resolver.scope.row.is_some() => MessagePart::RowLabel,
            name => MessagePart::Value { name: name.to_owned(), reference: resolver.single(name)? },
        });
        rest = after;
    }
    if rest.contains('}') {
        return Err(syntax("}", rest));
    }
    parts.push(MessagePart::Text(rest.to_owned()));
    Ok(parts)
}
