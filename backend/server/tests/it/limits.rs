//! What the document says a request may hold is what a request may hold: one more, one less, another type or an unknown
//! key is refused; exactly the limit is not.

use fupin_client::Request;
use fupin_contract::access::Role;
use fupin_testing::{Operation, Wire};
use serde_json::{Value, json};

use crate::{
    probes::{PROBES, Probe, sign_anew},
    sources,
    world::{Someone, World},
};

/// A change of a body: what is put where.
#[derive(Clone, Debug)]
struct Change {
    what: String,
    /// Keys from the top; none is the whole body.
    at: Vec<String>,
    value: Value,
    /// Whether the document allows it: then no fault of length or range may come of it.
    fits: bool,
}

struct Walk<'a> {
    wire: &'a Wire,
    changes: Vec<Change>,
}

/// Letters of three classes, so that a password passes as well.
fn text(length: u64) -> Value {
    json!("Aa1".chars().cycle().take(usize::try_from(length).unwrap()).collect::<String>())
}

impl Walk<'_> {
    fn note(&mut self, at: &[String], what: &str, value: Value, fits: bool) {
        self.changes.push(Change { what: what.to_owned(), at: at.to_vec(), value, fits });
    }

    fn visit(&mut self, schema: &Value, sample: &Value, at: &[String]) {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let target = self.wire.schema(name).unwrap().clone();
            return self.visit(&target, sample, at);
        }
        if let Some(variants) = schema["oneOf"].as_array() {
            let fits = |variant: &&Value| self.wire.allows(variant, sample);
            let variant = variants.iter().find(fits).cloned();
            return self.visit(&variant.unwrap(), sample, at);
        }
        match sample {
            Value::String(_) => self.visit_text(schema, at),
            Value::Number(_) => self.visit_number(schema, at),
            Value::Array(items) => self.visit_array(schema, items, at),
            Value::Object(_) => self.visit_object(schema, sample, at),
            Value::Bool(_) => self.note(at, "a word for yes or no", json!("yes"), false),
            Value::Null => {}
        }
    }

    fn visit_text(&mut self, schema: &Value, at: &[String]) {
        self.note(at, "an object for a text", json!({"a": 1}), false);
        self.note(at, "a zero byte", json!("a\u{0}a"), false);
        if let Some(most) = schema["maxLength"].as_u64() {
            self.note(at, "too long", text(most + 1), false);
            self.note(at, "as long as it may be", text(most), true);
        }
        if let Some(least) = schema["minLength"].as_u64().filter(|least| *least > 0) {
            self.note(at, "too short", text(least - 1), false);
            self.note(at, "as short as it may be", text(least), true);
        }
        if schema.get("pattern").is_some() || schema.get("enum").is_some() || schema.get("format").is_some() {
            let length = schema["minLength"].as_u64().unwrap_or(1).max(12);
            // A pattern that only shuts something out is another's form with that alone.
            let shuts_out = schema["pattern"].as_str().is_some_and(|pattern| pattern.starts_with("^[^"));
            let sign = if shuts_out { "\u{7}" } else { "!" };
            self.note(at, "another form", json!(sign.repeat(usize::try_from(length).unwrap())), false);
        }
    }

    fn visit_number(&mut self, schema: &Value, at: &[String]) {
        self.note(at, "a list for a number", json!([1]), false);
        self.note(at, "a fraction", json!(1.5), false);
        if let Some(most) = schema["maximum"].as_i64() {
            self.note(at, "too much", json!(most + 1), false);
        }
        if let Some(least) = schema["minimum"].as_i64() {
            self.note(at, "too little", json!(least - 1), false);
        }
        if schema["format"] == "int32" {
            self.note(at, "beyond thirty-two bits", json!(1_i64 << 40), false);
        }
    }

    fn visit_array(&mut self, schema: &Value, items: &[Value], at: &[String]) {
        self.note(at, "an object for a list", json!({}), false);
        let first = items.first().cloned().unwrap_or_default();
        let many = |length: u64| Value::Array(vec![first.clone(); usize::try_from(length).unwrap()]);
        if let Some(most) = schema["maxItems"].as_u64() {
            self.note(at, "too many", many(most + 1), false);
            self.note(at, "as many as may be", many(most), true);
        }
        if let Some(least) = schema["minItems"].as_u64().filter(|least| *least > 0) {
            self.note(at, "too few", many(least - 1), false);
        }
        if !items.is_empty() {
            self.visit(&schema["items"], &first, &below(at, "0"));
        }
    }

    fn visit_object(&mut self, schema: &Value, sample: &Value, at: &[String]) {
        self.note(at, "a list for an object", json!([]), false);
        let fields = sample.as_object().unwrap();
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let mut without = fields.clone();
            without.remove(name);
            self.note(at, &format!("without {name}"), Value::Object(without), false);
        }
        let others = &schema["additionalProperties"];
        if *others == json!(false) {
            let mut with = fields.clone();
            with.insert("account_id".to_owned(), json!(1));
            self.note(at, "an unknown key", Value::Object(with), false);
        } else {
            let first = fields.values().next().cloned().unwrap_or(json!("a"));
            let many = |most: u64| (0..most).map(|number| (format!("k{number}"), first.clone())).collect();
            if let Some(most) = schema["maxProperties"].as_u64() {
                self.note(at, "too many keys", Value::Object(many(most + 1)), false);
                self.note(at, "as many keys as may be", Value::Object(many(most)), true);
            }
            if schema["minProperties"].as_u64().is_some_and(|least| least > 0) {
                self.note(at, "no key", json!({}), false);
            }
        }
        for (name, value) in fields {
            match schema["properties"].get(name) {
                Some(property) => self.visit(property, value, &below(at, name)),
                None if others.is_object() => {
                    self.visit(others, value, &below(at, name));
                    break;
                }
                None => {}
            }
        }
    }
}

fn below(at: &[String], name: &str) -> Vec<String> {
    at.iter().cloned().chain([name.to_owned()]).collect()
}

fn changed(body: &Value, change: &Change) -> Value {
    let mut whole = body.clone();
    let mut place = &mut whole;
    for key in &change.at {
        place = match place {
            Value::Array(items) => &mut items[key.parse::<usize>().unwrap()],
            other => &mut other[key.as_str()],
        };
    }
    *place = change.value.clone();
    whole
}

/// Somebody whom the operation lets act; where it refuses all in this state, somebody whose body it looks at.
async fn admitted<'a>(world: &'a World, probe: &Probe) -> Option<&'a Someone> {
    // Some things are done above all places, others at the place alone.
    let people = [4, 0].into_iter().flat_map(|place| Role::ALL.into_iter().map(move |role| world.who(role, place)));
    let mut heard = None;
    for who in [&world.nobody].into_iter().chain(people) {
        match world.call(who, (probe.request)(world, who)).await.status {
            200..300 => return Some(who),
            401 | 403 | 404 => {}
            _ => heard = heard.or(Some(who)),
        }
    }
    heard
}

fn with_body(mut request: Request, body: &Value) -> Request {
    request.body = Some(body.to_string().into_bytes());
    sign_anew(request)
}

/// What is wrong with the answer to one changed body.
async fn judge(world: &World, who: &Someone, request: &Request, body: &Value, change: &Change) -> Option<String> {
    let whole = changed(body, change);
    let answer = world.call(who, with_body(request.clone(), &whole)).await;
    if !change.fits {
        let refused = matches!(answer.status, 400 | 422) && !answer.changed;
        return (!refused).then(|| format!("answered with {}", answer.status));
    }
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let faults = problem["faults"][change.at.join(".")].as_array().cloned().unwrap_or_default();
    let limit = faults.iter().find(|fault| fault["code"] == "length" || fault["code"] == "range");
    limit.map(|fault| format!("refused: {fault}"))
}

#[tokio::test]
async fn every_request_body_is_held_to_what_the_document_says() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for probe in PROBES.iter() {
        let operation = world.test.wire.operations.iter().find(|known| known.id == probe.operation).unwrap();
        let Some(schema) = operation.body_schema() else { continue };
        let Some(who) = admitted(&world, probe).await else { panic!("nobody is admitted to {}", probe.operation) };
        let request = (probe.request)(&world, who);
        let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
        let mut walk = Walk { wire: &world.test.wire, changes: Vec::new() };
        walk.visit(schema, &body, &[]);
        for change in walk.changes {
            let lawful = world.test.wire.allows(schema, &changed(&body, &change));
            // Neither can be said by a schema: a format of numbers is a comment.
            let unsaid = matches!(change.what.as_str(), "a zero byte" | "beyond thirty-two bits");
            if !change.fits && lawful && !unsaid {
                wrong.push(format!("{} {:?} {}: the document allows it", probe.operation, change.at, change.what));
            }
            tried += 1;
            if let Some(what) = judge(&world, who, &request, &body, &change).await {
                wrong.push(format!("{} {:?} {}: {what}", probe.operation, change.at, change.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 300, "{tried}");
}

fn query_changes(operation: &Operation, wire: &Wire) -> Vec<(String, String)> {
    let mut changes = vec![("fupin_unknown".to_owned(), "1".to_owned())];
    for parameter in operation.value["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query") {
        let name = parameter["name"].as_str().unwrap();
        let schema = &parameter["schema"];
        let schema = match schema["$ref"].as_str() {
            Some(reference) => wire.schema(reference.rsplit('/').next().unwrap()).unwrap(),
            None => schema,
        };
        let mut add = |value: String| changes.push((name.to_owned(), value));
        let text = |length: u64| "a".repeat(usize::try_from(length).unwrap());
        schema["maxLength"].as_u64().into_iter().for_each(|most| add(text(most + 1)));
        schema["minLength"].as_u64().into_iter().filter(|least| *least > 0).for_each(|least| add(text(least - 1)));
        schema["maximum"].as_i64().into_iter().for_each(|most| add((most + 1).to_string()));
        schema["minimum"].as_i64().into_iter().for_each(|least| add((least - 1).to_string()));
        if schema.get("enum").is_some() || schema.get("format").is_some() || schema.get("pattern").is_some() {
            add("no-such-thing".to_owned());
        }
    }
    changes
}

#[tokio::test]
async fn every_query_is_held_to_what_the_document_says() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for probe in PROBES.iter() {
        let operation = world.test.wire.operations.iter().find(|known| known.id == probe.operation).unwrap();
        if operation.method != "GET" || !operation.value["parameters"].to_string().contains("\"query\"") {
            continue;
        }
        let Some(who) = admitted(&world, probe).await else { panic!("nobody is admitted to {}", probe.operation) };
        for (name, value) in query_changes(operation, &world.test.wire) {
            let mut request = (probe.request)(&world, who);
            let kept =
                request.query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(&name));
            request.query = kept.map(str::to_owned).chain([format!("{name}={value}")]).collect::<Vec<_>>().join("&");
            let answer = world.call(who, request).await;
            if !matches!(answer.status, 400 | 422) {
                let shown: String = value.chars().take(20).collect();
                wrong.push(format!("{} ?{name}={shown}: answered with {}", probe.operation, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_name_that_is_none_names_nothing() {
    let world = World::start().await;
    for probe in PROBES.iter() {
        let operation = world.test.wire.operations.iter().find(|known| known.id == probe.operation).unwrap();
        if !operation.path.contains("{id}") {
            continue;
        }
        let Some(who) = admitted(&world, probe).await else { panic!("nobody is admitted to {}", probe.operation) };
        for nonsense in ["0x1", "-1", "null", "%00", "..%2f..", "%E6%9D%91", "9999999999999999999", "' or 1=1 --"] {
            let mut request = (probe.request)(&world, who);
            let parts = operation.path.split('/').zip(request.path.split('/'));
            let path: Vec<&str> = parts.map(|(known, sent)| if known == "{id}" { nonsense } else { sent }).collect();
            request.path = path.join("/").replace(' ', "%20");
            let answer = world.call(who, request).await;
            assert_eq!((answer.status, answer.changed), (404, false), "{} with {nonsense}", probe.operation);
        }
    }
}

/// The attribute with which these lines begin, on one line.
fn attribute(lines: &[&str]) -> String {
    let end = lines.iter().position(|line| line.ends_with(")]")).unwrap_or_default();
    lines.iter().take(end + 1).copied().collect()
}

/// `#[validate(length(min = 1, max = 64))]` → 1 and 64; names of constants are left out.
fn numbers(attribute: &str) -> Vec<u64> {
    let words = attribute.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(|word| word.replace('_', ""));
    words.filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn every_check_in_the_contract_is_in_the_document() {
    let mut missing = Vec::new();
    let mut found = 0;
    for path in sources::below("openapi/contract/src") {
        let source = sources::read(&path);
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        for (index, line) in lines.iter().enumerate() {
            let limited = line.starts_with("#[validate(") && (line.contains("length(") || line.contains("range("));
            if !limited {
                continue;
            }
            found += 1;
            let attribute = attribute(lines.get(index + 1..).unwrap_or_default());
            let stated = numbers(&attribute);
            let said = attribute.contains("schema_with") || numbers(line).iter().all(|number| stated.contains(number));
            if !attribute.starts_with("#[cfg_attr(feature = \"openapi\"") || !said {
                missing.push(format!("{path}:{}: {line}", index + 1));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(found > 30, "{found}");
}
