//! Reports as spreadsheets: taken home, filled, brought back.

mod bombs;
mod refusals;
mod template;
mod upload;
pub mod workbook;

use fupin_client::ClientError;
use fupin_contract::{
    ReportId,
    access::Role,
    reporting::{Task, UploadSheet, UploadedSheet},
};
use fupin_testing::{Caller, Person};

use crate::world::{World, key};

/// A village, its clerk and its report.
pub struct Village {
    pub world: World,
    pub task: Task,
    pub clerk: Person,
    pub report: ReportId,
}

impl Village {
    pub async fn start() -> Self {
        fupin_sheet::read_with(env!("CARGO_BIN_EXE_parse-sheet"));
        let world = World::start().await;
        let task = world.issued().await;
        let clerk = world.app.person(Role::Clerk, "甲东一村").await;
        let report = world.report(task.id, "甲东一村").await;
        Self { world, task, clerk, report }
    }

    pub async fn download(&self) -> Vec<u8> {
        self.clerk.client.download_sheet(self.report).await.unwrap().bytes
    }

    pub async fn try_out(&self, file: Vec<u8>) -> Result<UploadedSheet, ClientError> {
        self.clerk.client.upload_sheet(self.report, UploadSheet { dry_run: Some(true) }, file, key()).await
    }

    pub async fn upload(&self, file: Vec<u8>) -> Result<UploadedSheet, ClientError> {
        upload(&self.clerk.client, self.report, file).await
    }

    /// How many files lie where uploads are kept while they are read.
    pub fn files_kept(&self) -> usize {
        let folder = self.world.app.app.settings.data_dir.join("uploads");
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }
}

pub async fn upload(client: &Caller, report: ReportId, file: Vec<u8>) -> Result<UploadedSheet, ClientError> {
    client.upload_sheet(report, UploadSheet::default(), file, key()).await
}

/// As `「表」!B8`, with what was said of it.
pub fn rejected(answer: &UploadedSheet) -> Vec<(String, String)> {
    let said = |rejection: &fupin_contract::reporting::SheetRejection| {
        (format!("「{}」!{}", rejection.at.sheet, rejection.at.cell), rejection.fault.code.clone())
    };
    answer.rejected.iter().map(said).collect()
}
