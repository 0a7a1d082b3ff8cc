//! Files that are not what they seem, or that nobody should have: refused with a reason, and nothing stays of them.

use std::io::{Cursor, Write};

use fupin_client::{Method, Problem, Request, Transport};
use fupin_contract::{ReportId, access::Role, reporting::MOST_ATTACHMENT_BYTES};
use fupin_testing::Caller;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::attachments::{attach, contents, jpeg};
use crate::world::{World, code};

async fn village() -> (World, ReportId, Caller) {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    (world, report, clerk)
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A call as an old browser writes it: the query as it stands.
fn raw(report: ReportId, query: &str, media_type: &str, body: Vec<u8>) -> Request {
    Request {
        method: Method::Post,
        path: format!("/api/reports/{report}/attachments"),
        query: query.to_owned(),
        headers: vec![("Content-Type", media_type.to_owned())],
        body: Some(body),
    }
}

async fn refusal(who: &Caller, request: Request) -> (u16, String) {
    let answer = who.transport().send(request).await.unwrap();
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    (answer.status, problem.code)
}

#[tokio::test]
async fn a_file_that_is_not_what_its_name_says_is_refused_and_nothing_stays() {
    let (world, report, clerk) = village().await;
    let workbook = [("xl/workbook.xml", &b"x"[..]), ("xl/vbaProject.bin", b"x")];
    let hostile: [(&str, Vec<u8>, &str); 9] = [
        ("台账.jpg", b"<html><script>alert(1)</script>".to_vec(), "reporting.file_unlike"),
        ("台账.jpg", jpeg("a")[..9].to_vec(), "reporting.file_unlike"),
        ("图.svg", b"<svg onload='x'>".to_vec(), "reporting.file_kind"),
        ("图.html", b"<html>".to_vec(), "reporting.file_kind"),
        ("程序.exe", b"MZ".to_vec(), "reporting.file_kind"),
        ("空.pdf", Vec::new(), "reporting.file_empty"),
        ("名册.xlsx", archive(&workbook), "reporting.file_macros"),
        ("名册.xlsm", archive(&workbook), "reporting.file_macros"),
        ("名册.docx", archive(&[("readme.txt", b"x")]), "reporting.file_unlike"),
    ];
    for (name, content, reason) in hostile {
        assert_eq!(code(attach(&clerk, report, (name, None), content).await), reason, "{name}");
    }
    assert!(contents(&world).is_empty());
    let left = std::fs::read_dir(world.app.app.settings.data_dir.join("uploads")).unwrap().count();
    assert_eq!(left, 0, "nor where files come in");
    assert_eq!(world.app.number("select count(*) from attachment").await, 0);
}

#[tokio::test]
async fn a_name_leads_to_no_folder_and_one_in_another_encoding_is_refused() {
    let (world, report, clerk) = village().await;
    for name in ["../../x.jpg", "..\\x.jpg", "C:\\台账.jpg", "/etc/passwd.jpg", "台账\u{202e}gpj.pdf", ".jpg"] {
        assert_eq!(code(attach(&clerk, report, (name, None), jpeg("a")).await), "reporting.file_name", "{name}");
    }
    let type_ = "application/octet-stream";
    // 照片.jpg as GBK, which an old browser would send.
    let gbk = refusal(&clerk, raw(report, "name=%D5%D5%C6%AC.jpg", type_, jpeg("a"))).await;
    assert_eq!(gbk, (422, "reporting.file_name".to_owned()));
    let nameless = refusal(&clerk, raw(report, "", type_, jpeg("a"))).await;
    assert_eq!(nameless, (422, "request.invalid".to_owned()));
    let zero = refusal(&clerk, raw(report, "name=a%00.jpg", type_, jpeg("a"))).await;
    assert_eq!(zero.0, 422);
    let as_page = refusal(&clerk, raw(report, "name=a.jpg", "text/html", jpeg("a"))).await;
    assert_eq!(as_page, (415, "request.unsupported_media".to_owned()));
    let long = format!("{}.jpg", "长".repeat(117));
    assert_eq!(code(attach(&clerk, report, (&long, None), jpeg("a")).await), "request.invalid");
    let longest = format!("{}.jpg", "长".repeat(116));
    let notes = attach(&clerk, report, (&longest, None), jpeg("a")).await.unwrap();
    assert_eq!(notes.attachments[0].name, longest);
    let data = &world.app.app.settings.data_dir;
    assert!(contents(&world).iter().all(|path| path.starts_with(data.join("attachments"))));
}

#[tokio::test]
async fn a_file_of_eleven_mebibytes_is_refused_and_one_of_ten_is_taken() {
    let (world, report, clerk) = village().await;
    let most = usize::try_from(MOST_ATTACHMENT_BYTES).unwrap();
    let pdf = |bytes: usize| [b"%PDF-".to_vec(), vec![b'x'; bytes - 5]].concat();
    assert_eq!(code(attach(&clerk, report, ("a.pdf", None), pdf(most + 1024 * 1024)).await), "request.too_large");
    assert_eq!(code(attach(&clerk, report, ("a.pdf", None), pdf(most + 1)).await), "request.too_large");
    attach(&clerk, report, ("a.pdf", None), pdf(most)).await.unwrap();
    assert_eq!(contents(&world).len(), 1);
}

#[tokio::test]
async fn a_bomb_is_kept_asleep() {
    let (world, report, clerk) = village().await;
    let bomb = archive(&[("word/document.xml", &vec![b'a'; 64 * 1024 * 1024])]);
    assert!(bomb.len() < 100_000);
    let notes = attach(&clerk, report, ("说明.docx", None), bomb.clone()).await.unwrap();
    assert_eq!(clerk.download_attachment(notes.attachments[0].id).await.unwrap().bytes, bomb);
    assert_eq!(std::fs::metadata(&contents(&world)[0]).unwrap().len(), bomb.len() as u64);
}
