//! 阿里云 and 腾讯云: signed calls, templates instead of words, and questions where an answer never came.

use std::collections::HashMap;

use fupin_contract::{
    MessageId,
    notify::{
        AliyunGateway, AliyunReceipt, CarrierParam, CarrierTemplate, GatewayKind, GatewaySettings, TencentGateway,
        TencentReceipt,
    },
};
use fupin_notify::{gateway::PostOffice, sending};
use serde_json::json;

use crate::{
    carrier::{Carrier, Deed},
    dialect::{Dialect, KEY, KEY_ID, query},
    receipts::serve,
    world::{PATIENCE, World},
};

const TOKEN: &str = "an-end-that-nobody-guesses";
const BOTH: [Dialect; 2] = [Dialect::Aliyun, Dialect::Tencent];

pub fn settings(dialect: Dialect, url: &str) -> GatewaySettings {
    let param = |name: &str, fact: &str| CarrierParam { name: name.to_owned(), fact: fact.to_owned() };
    let templates = vec![CarrierTemplate {
        event: "reporting.task_issued".to_owned(),
        code: "SMS_1001".to_owned(),
        params: vec![param("who", "name"), param("form", "form"), param("day", "due_day")],
    }];
    let (endpoint, sign_name, receipt_token) = (url.replace("/send", ""), "海南扶贫".to_owned(), TOKEN.to_owned());
    match dialect {
        Dialect::Hook => panic!("the hook has settings of its own"),
        Dialect::Aliyun => {
            let (access_key_id, access_key_secret) = (KEY_ID.to_owned(), KEY.to_owned());
            let aliyun =
                AliyunGateway { endpoint, access_key_id, access_key_secret, sign_name, templates, receipt_token };
            GatewaySettings { aliyun: Some(aliyun), ..GatewaySettings::of(GatewayKind::Aliyun) }
        }
        Dialect::Tencent => {
            let (secret_id, secret_key) = (KEY_ID.to_owned(), KEY.to_owned());
            let (region, app_id) = ("ap-guangzhou".to_owned(), "1400000000".to_owned());
            let tencent =
                TencentGateway { endpoint, region, secret_id, secret_key, app_id, sign_name, templates, receipt_token };
            GatewaySettings { tencent: Some(tencent), ..GatewaySettings::of(GatewayKind::Tencent) }
        }
    }
}

#[tokio::test]
async fn a_carrier_gets_its_own_template_with_what_there_is_to_tell() {
    for dialect in BOTH {
        let world = World::start().await;
        let carrier = Carrier::speaking(dialect, |_, _| Deed::Accept).await;
        world.install(settings(dialect, &carrier.url)).await;
        let id = world.queue(1).await[0];
        sending::send(&PostOffice::open(&world.app).unwrap(), id).await.unwrap();
        assert_eq!(
            world.state(id).await,
            "accepted",
            "{dialect:?}: {:?}",
            world.texts("select gateway_code from message").await
        );
        assert_eq!(world.texts("select gateway_ref from message").await, [Dialect::reference(&id.to_string())]);
        let call = carrier.calls().remove(0);
        if dialect == Dialect::Aliyun {
            let said = query(&call.raw);
            assert_eq!((said["PhoneNumbers"].as_str(), said["TemplateCode"].as_str()), ("13900000001", "SMS_1001"));
            let params: serde_json::Value = serde_json::from_str(&said["TemplateParam"]).unwrap();
            assert_eq!(params, json!({"who": "符丽", "form": "收入监测表", "day": "25"}));
        } else {
            let said: serde_json::Value = serde_json::from_str(&call.body).unwrap();
            assert_eq!(said["PhoneNumberSet"], json!(["+8613900000001"]));
            assert_eq!(said["TemplateParamSet"], json!(["符丽", "收入监测表", "25"]));
        }
    }
}

/// What each deed must lead to, when the carrier tells the truth afterwards.
fn end_of(deed: Deed) -> &'static str {
    match deed {
        Deed::Accept | Deed::Busy => "accepted",
        Deed::Refuse => "failed",
        // Nobody knew, and the carrier was asked: it has them, and they arrived.
        Deed::AcceptWithoutBody
        | Deed::AcceptSlowly
        | Deed::AcceptAndReset
        | Deed::AcceptAndBreakOff
        | Deed::AcceptBehindBadGateway
        | Deed::AcceptAndMumble => "delivered",
        // The carrier knows of none: left to a person, and not sent again.
        Deed::HangUp | Deed::Hang | Deed::Broken => "unknown",
    }
}

#[tokio::test]
async fn each_fault_of_a_carrier_ends_where_it_must_and_doubts_are_settled_by_asking() {
    for dialect in BOTH {
        let world = World::start().await;
        let ids = world.queue(Deed::ALL.len()).await;
        let deeds: HashMap<String, Deed> = ids.iter().map(MessageId::to_string).zip(Deed::ALL).collect();
        let script = deeds.clone();
        let carrier = Carrier::speaking(dialect, move |id, tries| if tries == 0 { script[id] } else { Deed::Accept });
        let carrier = carrier.await;
        world.install(settings(dialect, &carrier.url)).await;
        let worker = world.work().await;
        world.settle().await;
        worker.abort();
        for (id, deed) in &deeds {
            let state = world.state(MessageId(id.parse().unwrap())).await;
            assert_eq!(state, end_of(*deed), "{dialect:?} {deed:?}");
            assert!(carrier.taken(id) <= 1, "{dialect:?} {deed:?}");
            let calls = carrier.calls().iter().filter(|call| format!("{}{}", call.raw, call.body).contains(id)).count();
            assert_eq!(calls, if *deed == Deed::Busy { 2 } else { 1 }, "{dialect:?} {deed:?}");
        }
        let refused = "select gateway_code from message where state = 'failed'";
        let code = ["isv.MOBILE_NUMBER_ILLEGAL", "InvalidParameterValue.IncorrectPhoneNumber"];
        assert_eq!(world.texts(refused).await, [code[usize::from(dialect == Dialect::Tencent)]]);
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_and_not_tried_again() {
    for dialect in BOTH {
        let world = World::start().await;
        let carrier = Carrier::speaking(dialect, |_, _| Deed::Accept).await;
        let mut wrong = settings(dialect, &carrier.url);
        wrong.aliyun.iter_mut().for_each(|aliyun| aliyun.access_key_secret = "another".to_owned());
        wrong.tencent.iter_mut().for_each(|tencent| tencent.secret_key = "another".to_owned());
        world.install(wrong).await;
        let id = world.queue(1).await[0];
        sending::send(&PostOffice::open(&world.app).unwrap(), id).await.unwrap();
        assert_eq!(world.state(id).await, "failed");
        assert!(carrier.calls().is_empty(), "{dialect:?}");
        assert!(world.texts("select gateway_code from message").await[0].contains("Signature"), "{dialect:?}");
    }
}

#[tokio::test]
async fn receipts_of_aliyun_come_in_arrays_five_times_shuffled_and_end_as_in_a_clean_run() {
    let world = World::start().await;
    let served = serve(&world).await;
    let carrier = Carrier::speaking(Dialect::Aliyun, |_, _| Deed::Accept).await;
    world.install(settings(Dialect::Aliyun, &carrier.url)).await;
    let ids = world.queue(3).await;
    let office = PostOffice::open(&world.app).unwrap();
    for id in &ids {
        sending::send(&office, *id).await.unwrap();
    }
    let receipt = |id: &MessageId, success: bool, code: &str| AliyunReceipt {
        success,
        err_code: code.to_owned(),
        biz_id: Dialect::reference(&id.to_string()),
        out_id: id.to_string(),
    };
    // The first is told by the carrier's number alone, and first as failed; the last belongs to nobody.
    let mut words = vec![
        AliyunReceipt { out_id: String::new(), ..receipt(&ids[0], true, "DELIVERED") },
        receipt(&ids[0], false, "MK:0001"),
        receipt(&ids[1], false, "MB:1042"),
        receipt(&MessageId::generate(), true, "DELIVERED"),
    ];
    for _ in 0..5 {
        words.rotate_left(1);
        let taken = served.client.take_aliyun_receipts(TOKEN, &words).await.unwrap();
        assert_eq!(taken.code, 0);
    }
    let mut states = Vec::new();
    for id in &ids {
        states.push(world.state(*id).await);
    }
    assert_eq!(states, ["delivered", "failed", "accepted"]);
    assert_eq!(world.count("select count(*) from stray_receipt").await, 5);
    assert_eq!(world.count("select count(*) from message_event where gateway_code = 'MB:1042'").await, 1);
    for token in ["", "another", "an-end-that-nobody-guesse"] {
        let refused = served.client.take_aliyun_receipts(token, &words).await.unwrap_err();
        assert!(matches!(refused.status(), Some(401 | 404)), "{token}: {refused:?}");
    }
    let refused = served.client.take_tencent_receipts(TOKEN, &[]).await.unwrap_err();
    assert_eq!(refused.code(), "notify.bad_signature", "another carrier's token was believed");
}

#[tokio::test]
async fn a_receipt_of_tencent_may_overtake_the_answer_that_gives_the_message_its_number() {
    let world = World::start().await;
    let served = serve(&world).await;
    let carrier = Carrier::speaking(Dialect::Tencent, |_, _| Deed::Accept).await;
    world.install(settings(Dialect::Tencent, &carrier.url)).await;
    let id = world.queue(1).await[0];
    let word = TencentReceipt {
        report_status: "SUCCESS".to_owned(),
        errmsg: "DELIVRD".to_owned(),
        sid: Dialect::reference(&id.to_string()),
    };
    let taken = served.client.take_tencent_receipts(TOKEN, std::slice::from_ref(&word)).await.unwrap();
    assert_eq!((taken.result, taken.errmsg.as_str()), (0, "OK"));
    assert_eq!(world.state(id).await, "queued");
    sending::send(&PostOffice::open(&world.app).unwrap(), id).await.unwrap();
    assert_eq!(world.state(id).await, "delivered");
    served
        .client
        .take_tencent_receipts(TOKEN, &[TencentReceipt { report_status: "FAIL".to_owned(), ..word }])
        .await
        .unwrap();
    assert_eq!(world.state(id).await, "delivered", "a receipt moved a message backwards");
}

#[tokio::test]
async fn an_event_without_a_template_waits_until_somebody_names_one() {
    let world = World::start().await;
    let carrier = Carrier::speaking(Dialect::Aliyun, |_, _| Deed::Accept).await;
    let mut bare = settings(Dialect::Aliyun, &carrier.url);
    bare.aliyun.iter_mut().for_each(|aliyun| aliyun.templates.clear());
    world.install(bare).await;
    let id = world.queue(1).await[0];
    let office = PostOffice::with_patience(&world.app, PATIENCE).unwrap();
    sending::send(&office, id).await.unwrap();
    assert_eq!((world.state(id).await.as_str(), carrier.calls().len()), ("queued", 0));
    world.install(settings(Dialect::Aliyun, &carrier.url)).await;
    sending::send(&office, id).await.unwrap();
    assert_eq!(world.state(id).await, "accepted");
}
