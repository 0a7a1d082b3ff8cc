//! What tests send and receive is held against the API's document: a transport that looks at each answer, and at each
//! request that was answered with a success, and panics where status, media type or body is not what the document says.
//!
//! Invariants: the document is the one that the server collects from its handlers; answers are read strictly (a field
//! that the document does not name is a lie as well); a code that a person may see has its sentence in the locale.

#![expect(clippy::unwrap_used, reason = "a test without its document cannot go on")]

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use fupin_access::stack;
use fupin_client::{
    Client, Request, Response, Transport, TransportError,
    native::{Bearer, Native},
};
use fupin_contract::Problem;
use jsonschema::Validator;
use serde_json::{Value, json};

/// A client whose calls are held against the document.
pub type Caller = Client<Checked<Native>>;

/// A transport that holds what another carries against the document.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    inner: T,
    wire: Arc<Wire>,
}

impl<T> Checked<T> {
    /// Around another transport.
    pub fn new(inner: T, wire: Arc<Wire>) -> Self {
        Self { inner, wire }
    }
}

impl<T: Bearer> Checked<T> {
    /// From now on, call as the bearer of this token, or as nobody.
    pub fn set_token(&self, token: Option<String>) {
        self.inner.call_as(token);
    }
}

impl<T: Bearer> Bearer for Checked<T> {
    fn call_as(&self, token: Option<String>) {
        self.inner.call_as(token);
    }
}

impl<T: Transport> Transport for Checked<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let sent = request.clone();
        let response = self.inner.send(request).await?;
        let lie = self.wire.check(&sent, &response).err();
        assert!(lie.is_none(), "{} {}: {}", sent.method.name(), sent.path, lie.unwrap_or_default());
        Ok(response)
    }
}

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `submit_report`.
    pub id: String,
    /// `PUT`.
    pub method: String,
    /// `/api/reports/{id}/submission`.
    pub path: String,
    /// The operation as the document has it.
    pub value: Value,
}

impl Operation {
    /// Whether calling it may change something.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }

    /// The schema of its JSON body, where it takes one.
    #[must_use]
    pub fn body_schema(&self) -> Option<&Value> {
        self.value.pointer("/requestBody/content/application~1json/schema")
    }

    /// Whether it takes a body of this type.
    fn takes(&self, media_type: &str) -> bool {
        self.value.pointer("/requestBody/content").and_then(|content| content.get(media_type)).is_some()
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let (known, asked) = (self.path.split('/'), path.split('/'));
        self.method == method
            && known.clone().count() == asked.clone().count()
            && known.zip(asked).all(|(known, asked)| known.starts_with('{') || known == asked)
    }
}

/// The document of an application, with a validator for each schema, made when it is first needed.
pub struct Wire {
    pub operations: Vec<Operation>,
    components: Value,
    /// The same, with every object closed to fields that it does not name.
    closed: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("operations", &self.operations.len()).finish_non_exhaustive()
    }
}

/// One document for each set of operations, whatever the number of tests in the process.
static WIRES: LazyLock<Mutex<HashMap<usize, Arc<Wire>>>> = LazyLock::new(Mutex::default);

/// The sentences that people read.
static SENTENCES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/locales/zh.json");
    let locale: HashMap<String, Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    locale.into_keys().collect()
});

impl Wire {
    /// The document of what `configure` registers.
    #[must_use]
    pub fn of(configure: stack::Configure) -> Arc<Self> {
        let mut wires = WIRES.lock().unwrap_or_else(PoisonError::into_inner);
        wires.entry(configure as usize).or_insert_with(|| Arc::new(Self::read(configure))).clone()
    }

    fn read(configure: stack::Configure) -> Self {
        let document = serde_json::to_value(stack::document(configure, &[])).unwrap();
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(value) = item.get(method) else { continue };
                operations.push(Operation {
                    id: value["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    value: value.clone(),
                });
            }
        }
        let components = document["components"].clone();
        let mut closed = components.clone();
        close(&mut closed);
        Self { operations, components, closed, validators: Mutex::default() }
    }

    /// A schema of the document by name.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Value> {
        self.components["schemas"].get(name)
    }

    /// Whether a body is what a schema of the document allows.
    #[must_use]
    pub fn allows(&self, schema: &Value, body: &Value) -> bool {
        self.validator(schema, &self.components, "open").is_valid(body)
    }

    /// Hold a call against the document.
    pub fn check(&self, request: &Request, response: &Response) -> Result<(), String> {
        let operation = self.operations.iter().find(|operation| operation.fits(request.method.name(), &request.path));
        let Some(operation) = operation else { return check_unserved(request, response) };
        self.check_answer(operation, response)?;
        if response.status < 300 { self.check_request(operation, request) } else { Ok(()) }
    }

    fn check_answer(&self, operation: &Operation, response: &Response) -> Result<(), String> {
        let status = response.status;
        let responses = &operation.value["responses"];
        let documented = responses.get(status.to_string());
        let fallback = responses.get("default").filter(|_| status >= 400);
        let documented = documented.or(fallback).ok_or_else(|| format!("{status} is not in the document"))?;
        let Some(content) = documented.get("content").and_then(Value::as_object) else {
            let empty = response.body.is_empty();
            return if empty { Ok(()) } else { Err(format!("{status} has a body, and none is in the document")) };
        };
        let media_type = response.media_type.clone().unwrap_or_default();
        let entry = content.get(&media_type);
        let entry = entry.ok_or_else(|| format!("{status} comes as {media_type:?}, which is not in the document"))?;
        if !media_type.ends_with("json") {
            return Ok(());
        }
        let body = read(&response.body)?;
        self.hold(&entry["schema"], &self.closed, "closed", &body).map_err(|lie| format!("answer {status}: {lie}"))?;
        if status >= 400 { check_problem(&body, status) } else { Ok(()) }
    }

    fn check_request(&self, operation: &Operation, request: &Request) -> Result<(), String> {
        let sent_as = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        match (operation.body_schema(), &request.body) {
            (Some(schema), Some(body)) => self
                .hold(schema, &self.components, "open", &read(body)?)
                .map_err(|lie| format!("accepted a body that the document forbids: {lie}"))?,
            (Some(_), None) => return Err("accepted a call without the body that the document demands".to_owned()),
            (None, Some(_)) if sent_as.is_some_and(|(_, media_type)| operation.takes(media_type)) => {}
            (None, Some(_)) => return Err("took a body of which the document knows nothing".to_owned()),
            (None, None) => {}
        }
        let sent: Vec<(String, String)> = serde_urlencoded::from_str(&request.query).map_err(|e| e.to_string())?;
        let none = Vec::new();
        let parameters = operation.value["parameters"].as_array().unwrap_or(&none);
        let named = |place: &'static str| parameters.iter().filter(move |parameter| parameter["in"] == place);
        for (name, value) in &sent {
            let parameter = named("query").find(|parameter| parameter["name"] == name.as_str());
            let parameter = parameter.ok_or_else(|| format!("took ?{name}, of which the document knows nothing"))?;
            if !self.allows_text(&parameter["schema"], value) {
                return Err(format!("accepted ?{name}={value}, which the document forbids"));
            }
        }
        let demanded = |parameter: &&Value| parameter["required"] == true;
        for parameter in named("query").filter(demanded).chain(named("header").filter(demanded)) {
            let name = parameter["name"].as_str().unwrap_or_default();
            let there = sent.iter().any(|(sent, _)| sent == name)
                || request.headers.iter().any(|(sent, _)| sent.eq_ignore_ascii_case(name));
            if !there {
                return Err(format!("accepted a call without {name}, which the document demands"));
            }
        }
        Ok(())
    }

    /// A parameter travels as text, whatever its type.
    fn allows_text(&self, schema: &Value, text: &str) -> bool {
        let as_written =
            serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
        self.allows(schema, &json!(text)) || as_written.is_some_and(|value| self.allows(schema, &value))
    }

    fn hold(&self, schema: &Value, components: &Value, kind: &str, body: &Value) -> Result<(), String> {
        let validator = self.validator(schema, components, kind);
        match validator.iter_errors(body).next() {
            None => Ok(()),
            Some(error) => Err(format!("{error} at {:?}", error.instance_path().to_string())),
        }
    }

    fn validator(&self, schema: &Value, components: &Value, kind: &str) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let mut root = schema.clone();
            if kind == "closed" {
                close(&mut root);
            }
            root["components"] = components.clone();
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
            Arc::new(options.should_validate_formats(true).build(&root).unwrap())
        };
        validators.entry(format!("{kind} {schema}")).or_insert_with(make).clone()
    }
}

fn read(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|error| format!("a body that is no JSON: {error}"))
}

/// What is no operation is answered with a problem, too.
fn check_unserved(request: &Request, response: &Response) -> Result<(), String> {
    if !request.path.starts_with("/api/") {
        return Ok(());
    }
    if !matches!(response.status, 404 | 405) {
        return Err(format!("{} for a path that is not in the document", response.status));
    }
    check_problem(&read(&response.body)?, response.status)
}

fn check_problem(body: &Value, status: u16) -> Result<(), String> {
    let problem: Problem = serde_json::from_value(body.clone()).map_err(|error| format!("no problem: {error}"))?;
    if problem.status != status || problem.request_id.is_empty() {
        return Err(format!("a problem of status {status} that says otherwise of itself: {body}"));
    }
    let faults = problem.faults.values().flatten().map(|fault| &fault.code);
    for code in std::iter::once(&problem.code).chain(faults) {
        if !SENTENCES.contains(&format!("error.{code}")) {
            return Err(format!("the locale has no sentence for error.{code}"));
        }
    }
    Ok(())
}

/// Let no object have fields that its schema does not name.
fn close(schema: &mut Value) {
    if let Value::Object(object) = schema {
        if object.contains_key("properties") && !object.contains_key("additionalProperties") {
            object.insert("additionalProperties".to_owned(), json!(false));
        }
        object.values_mut().for_each(close);
    } else if let Value::Array(items) = schema {
        items.iter_mut().for_each(close);
    }
}
