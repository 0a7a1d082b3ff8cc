//! Forged, stale, twisted and broken access tokens: none is let in, anywhere.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::Utc;
use fupin_contract::access::Role;
use fupin_kernel::keys::Purpose;
use fupin_testing::TestApp;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

const ROUTES: [(Method, &str); 3] =
    [(Method::GET, "/api/session"), (Method::POST, "/api/audit/verification"), (Method::DELETE, "/api/session")];

struct Forge {
    key: [u8; 32],
    header: Value,
    claims: Value,
    /// Genuine ones: the person's, and somebody else's.
    token: String,
    other_token: String,
}

impl Forge {
    async fn open(test: &TestApp) -> Self {
        let (person, other) =
            (test.person(Role::AuditAdmin, "样例省").await, test.person(Role::Clerk, "甲东一村").await);
        let token = test.nobody().enter(&person.username, fupin_testing::PASSWORD).await.unwrap().access_token;
        let other_token = test.nobody().enter(&other.username, fupin_testing::PASSWORD).await.unwrap().access_token;
        let part = |index: usize| -> Value {
            serde_json::from_slice(&BASE64.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
        };
        Self { key: *test.app.keys.of(Purpose::Token), header: part(0), claims: part(1), token, other_token }
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let body = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap();
        mac.update(body.as_bytes());
        format!("{body}.{}", BASE64.encode(mac.finalize().into_bytes()))
    }

    /// Rightly signed, with another header.
    fn headed(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        self.sign(&header.to_string(), &self.claims.to_string())
    }

    /// Rightly signed, with other claims.
    fn claiming(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        self.sign(&self.header_text(), &claims.to_string())
    }

    fn header_text(&self) -> String {
        String::from_utf8(BASE64.decode(self.token.split('.').next().unwrap()).unwrap()).unwrap()
    }

    fn parts(&self) -> (String, String, String) {
        let parts: Vec<&str> = self.token.split('.').collect();
        (parts[0].to_owned(), parts[1].to_owned(), parts[2].to_owned())
    }

    fn by_algorithm(&self) -> Vec<String> {
        let mut forged = Vec::new();
        let (_, claims, signature) = self.parts();
        for name in ["none", "None", "NONE", "nOnE", "", "null", "hs256", "HS256 ", "RS256", "ES256", "PS256", "EdDSA"]
        {
            let header = BASE64.encode(json!({"typ": "at+jwt", "alg": name}).to_string());
            forged.extend([format!("{header}.{claims}."), format!("{header}.{claims}.{signature}")]);
            forged.push(self.headed(|header| header["alg"] = json!(name)));
        }
        for value in [json!(null), json!(0), json!(["HS256"]), json!({"alg": "HS256"})] {
            forged.push(self.headed(|header| header["alg"] = value));
        }
        let longer = |name: &str| {
            let header = BASE64.encode(json!({"typ": "at+jwt", "alg": name}).to_string());
            format!("{header}.{claims}")
        };
        let (body, mut mac) = (longer("HS512"), Hmac::<Sha512>::new_from_slice(&self.key).unwrap());
        mac.update(body.as_bytes());
        forged.push(format!("{body}.{}", BASE64.encode(mac.finalize().into_bytes())));
        let (body, mut mac) = (longer("HS384"), Hmac::<Sha384>::new_from_slice(&self.key).unwrap());
        mac.update(body.as_bytes());
        forged.push(format!("{body}.{}", BASE64.encode(mac.finalize().into_bytes())));
        forged
    }

    fn by_signature(&self) -> Vec<String> {
        let (header, claims, signature) = self.parts();
        let body = format!("{header}.{claims}");
        let other_key = Self { key: [7; 32], ..self.copy() };
        let empty_key = {
            let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
            mac.update(body.as_bytes());
            format!("{body}.{}", BASE64.encode(mac.finalize().into_bytes()))
        };
        let mut bytes = BASE64.decode(&signature).unwrap();
        bytes[0] ^= 1;
        let mut late = BASE64.decode(&signature).unwrap();
        late[31] ^= 128;
        vec![
            body.clone(),
            format!("{body}."),
            format!("{body}.A"),
            format!("{body}.{}", &signature[..signature.len() / 2]),
            format!("{body}.{signature}{signature}"),
            format!("{body}.{}", BASE64.encode([0; 32])),
            format!("{body}.{}", BASE64.encode([255; 64])),
            format!("{body}.{}", BASE64.encode(bytes)),
            format!("{body}.{}", BASE64.encode(late)),
            format!("{body}.{signature}="),
            other_key.claiming(|_| {}),
            empty_key,
        ]
    }

    fn by_header(&self) -> Vec<String> {
        let key = json!({"kty": "oct", "k": BASE64.encode(self.key)});
        let extras = [
            ("kid", json!("../../../../dev/null")),
            ("kid", json!("' or 1=1 --")),
            ("kid", json!("k".repeat(10_000))),
            ("kid", json!("token")),
            ("jku", json!("http://127.0.0.1/keys.json")),
            ("x5u", json!("http://127.0.0.1/cert.pem")),
            ("x5c", json!(["MIIB"])),
            ("x5t", json!("AAAA")),
            ("jwk", key),
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("b64", json!(false)),
            ("zip", json!("DEF")),
            ("cty", json!("JWT")),
            ("enc", json!("A256GCM")),
            ("typ", json!("JWT")),
            ("typ", json!("AT+JWT")),
            ("typ", json!("application/at+jwt")),
            ("typ", json!("refresh+jwt")),
            ("typ", json!(null)),
        ];
        let mut forged: Vec<String> =
            extras.into_iter().map(|(name, value)| self.headed(|h| h[name] = value)).collect();
        forged.push(self.headed(|header| drop(header.as_object_mut().unwrap().remove("typ"))));
        forged.push(self.headed(|header| drop(header.as_object_mut().unwrap().remove("alg"))));
        forged.push(self.sign("[]", &self.claims.to_string()));
        forged.push(self.sign("", &self.claims.to_string()));
        forged
    }

    fn by_claims(&self) -> Vec<String> {
        let now = Utc::now().timestamp();
        let values = [
            ("exp", json!((now + 600).to_string())),
            ("exp", json!(now - 60)),
            ("exp", json!(-1)),
            ("exp", json!(null)),
            ("exp", json!(1e308)),
            ("nbf", json!(now.to_string())),
            ("nbf", json!(now + 600)),
            ("nbf", json!(null)),
            ("iat", json!("now")),
            ("aud", json!("fupin")),
            ("aud", json!("")),
            ("aud", json!(null)),
            ("aud", json!(["other", "fupin-api"])),
            ("iss", json!("FUPIN")),
            ("iss", json!("fupin ")),
            ("iss", json!(null)),
            ("sub", json!("00000000-0000-0000-0000-000000000000")),
            ("sub", json!("admin")),
            ("sub", json!("' or 1=1 --")),
            ("sid", json!("018f0000-0000-7000-8000-000000000001")),
            ("sid", json!("*")),
            ("sid", json!(null)),
            ("role", json!("system_admin")),
            ("admin", json!(true)),
        ];
        let mut forged: Vec<String> =
            values.into_iter().map(|(name, value)| self.claiming(|claims| claims[name] = value)).collect();
        for name in ["exp", "nbf", "iat", "aud", "iss", "sub", "sid"] {
            forged.push(self.claiming(|claims| drop(claims.as_object_mut().unwrap().remove(name))));
        }
        let others = BASE64.decode(self.other_token.split('.').nth(1).unwrap()).unwrap();
        let others: Value = serde_json::from_slice(&others).unwrap();
        forged.push(self.claiming(|claims| claims["sub"] = others["sub"].clone()));
        forged.push(self.claiming(|claims| claims["sid"] = others["sid"].clone()));
        let twice = self.claims.to_string().replacen('{', &format!("{{\"sub\":{},", others["sub"]), 1);
        let header = self.header_text();
        forged.extend([self.sign(&header, &twice), self.sign(&header, "[]"), self.sign(&header, "not json")]);
        let (header, _, signature) = self.parts();
        let payload = self.other_token.split('.').nth(1).unwrap();
        forged.push(format!("{header}.{payload}.{signature}"));
        forged
            .push(format!("{header}.{}.{signature}", BASE64.encode(self.claims.to_string().replace("fupin-api", "x"))));
        forged
    }

    fn by_shape(&self) -> Vec<String> {
        let (header, claims, signature) = self.parts();
        let token = &self.token;
        vec![
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            header.clone(),
            format!("{header}.{claims}"),
            format!("{token}.{signature}"),
            format!("{header}.{claims}.{signature}.{header}.{claims}"),
            format!("{header}..{claims}.{signature}"),
            format!(".{token}"),
            format!("{token}."),
            format!(" {token}"),
            format!("{header} .{claims}.{signature}"),
            format!("{header}.{claims}.\t{signature}"),
            format!("{token}é"),
            format!("{header}.{claims}.签名"),
            format!("\"{token}\""),
            format!("Bearer {token}"),
            token.to_uppercase(),
            format!("{header}.{claims}.{signature}{}", "A".repeat(20_000)),
            "A".repeat(20_000),
            "null".to_owned(),
            "undefined".to_owned(),
        ]
    }

    fn copy(&self) -> Self {
        Self {
            key: self.key,
            header: self.header.clone(),
            claims: self.claims.clone(),
            token: self.token.clone(),
            other_token: self.other_token.clone(),
        }
    }
}

async fn send(test: &TestApp, (method, path): &(Method, &str), header: &str) -> u16 {
    let value = HeaderValue::from_bytes(header.as_bytes()).unwrap();
    let call = reqwest::Client::new().request(method.clone(), format!("{}{path}", test.url));
    call.header("Authorization", value).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn no_forged_token_is_let_in_anywhere() {
    let test = TestApp::start(fupin_server::api::configure).await;
    let forge = Forge::open(&test).await;
    let mut corpus = forge.by_algorithm();
    corpus.extend(forge.by_signature());
    corpus.extend(forge.by_header());
    corpus.extend(forge.by_claims());
    corpus.extend(forge.by_shape());
    assert!(corpus.len() > 100, "{}", corpus.len());
    let mut let_in = Vec::new();
    for token in &corpus {
        for route in &ROUTES {
            let status = send(&test, route, &format!("Bearer {token}")).await;
            if status != 401 {
                let shown: String = token.chars().take(300).collect();
                let_in.push(format!("{} {}: {status} for {shown}", route.0, route.1));
            }
        }
    }
    assert!(let_in.is_empty(), "{}", let_in.join("\n"));
    // The forge itself works: what it makes of genuine claims is genuine, and the sessions outlived the attack.
    assert_eq!(send(&test, &ROUTES[0], &format!("Bearer {}", forge.claiming(|_| {}))).await, 200);
    for token in [&forge.token, &forge.other_token] {
        assert_eq!(send(&test, &ROUTES[0], &format!("Bearer {token}")).await, 200);
    }
}

#[tokio::test]
async fn a_token_counts_in_its_header_alone_and_as_a_bearer_alone() {
    let test = TestApp::start(fupin_server::api::configure).await;
    let Forge { token, .. } = Forge::open(&test).await;
    for header in [token.clone(), format!("bearer{token}"), format!("Basic {token}"), format!("Token {token}")] {
        assert_eq!(send(&test, &ROUTES[0], &header).await, 401, "{header}");
    }
    let elsewhere = reqwest::Client::new().get(format!("{}/api/session?access_token={token}", test.url));
    let elsewhere = elsewhere.header("Cookie", format!("access_token={token}; __Host-fupin-refresh={token}"));
    assert_eq!(elsewhere.send().await.unwrap().status(), 401);
}
