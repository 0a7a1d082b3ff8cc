//! Households and people: reading, finding, changing, revealing; who saw whom.

use fupin_contract::{
    CodeGapId, DuplicateId, HouseholdChangeId, HouseholdId, Page, PersonId, RegistryImportId,
    registry::{
        Change, ChangeDecision, ChangeFilter, ChangeHousehold, CodeGap, CodeGapFilter, DecideDuplicate, Duplicate,
        DuplicateFilter, ExportTable, FindPeople, FindSubject, FoundPerson, Household, HouseholdFilter, HouseholdLine,
        IncomeLine, IncomeLinePlace, MapCode, Person, RegisterHousehold, Reveal, RevealedValue, SetIncomeLine,
        Sighting, SightingFilter, SightingSubject, TableFault, TableFaultFilter, TableImport, TableImportFilter,
        TableKind, UploadTable, YearQuery, catalog::Catalog,
    },
};
use uuid::Uuid;

use crate::{Client, Download, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn get_catalog(&self) -> Result<Catalog> {
        self.call(Request::get("/api/registry/catalog")).await
    }

    pub async fn list_households(&self, filter: &HouseholdFilter) -> Result<Page<HouseholdLine>> {
        self.call(Request::get("/api/households").query(filter)?).await
    }

    pub async fn get_household(&self, id: HouseholdId, query: &YearQuery) -> Result<Household> {
        self.call(Request::get(format!("/api/households/{id}")).query(query)?).await
    }

    pub async fn get_person(&self, id: PersonId) -> Result<Person> {
        self.call(Request::get(format!("/api/persons/{id}"))).await
    }

    pub async fn find_people(&self, asked: &FindPeople) -> Result<Page<FoundPerson>> {
        self.call(Request::post("/api/person-searches").json(asked)?).await
    }

    pub async fn register_household(&self, act: &RegisterHousehold, key: Uuid) -> Result<Change> {
        self.call(Request::post("/api/households").json(act)?.key(key)).await
    }

    pub async fn change_household(&self, id: HouseholdId, act: &ChangeHousehold, key: Uuid) -> Result<Change> {
        self.call(Request::post(format!("/api/households/{id}/changes")).json(act)?.key(key)).await
    }

    pub async fn list_changes(&self, filter: &ChangeFilter) -> Result<Page<Change>> {
        self.call(Request::get("/api/household-changes").query(filter)?).await
    }

    pub async fn get_change(&self, id: HouseholdChangeId) -> Result<Change> {
        self.call(Request::get(format!("/api/household-changes/{id}"))).await
    }

    pub async fn decide_change(&self, id: HouseholdChangeId, act: &ChangeDecision, key: Uuid) -> Result<Change> {
        self.call(Request::post(format!("/api/household-changes/{id}/decision")).json(act)?.key(key)).await
    }

    pub async fn withdraw_change(&self, id: HouseholdChangeId) -> Result<Change> {
        self.call(Request::post(format!("/api/household-changes/{id}/withdrawal"))).await
    }

    pub async fn reveal_number(&self, asked: &Reveal) -> Result<RevealedValue> {
        self.call(Request::post("/api/revelations").json(asked)?).await
    }

    pub async fn list_code_gaps(&self, filter: &CodeGapFilter) -> Result<Page<CodeGap>> {
        self.call(Request::get("/api/code-gaps").query(filter)?).await
    }

    pub async fn map_code(&self, id: CodeGapId, act: &MapCode) -> Result<CodeGap> {
        self.call(Request::post(format!("/api/code-gaps/{id}/meaning")).json(act)?).await
    }

    pub async fn list_income_lines(&self) -> Result<Page<IncomeLine>> {
        self.call(Request::get("/api/income-lines")).await
    }

    pub async fn set_income_line(&self, act: &SetIncomeLine) -> Result<Page<IncomeLine>> {
        self.call(Request::put("/api/income-lines").json(act)?).await
    }

    pub async fn remove_income_line(&self, line: &IncomeLinePlace) -> Result<Page<IncomeLine>> {
        self.call(Request::new(Method::Delete, "/api/income-lines").query(line)?).await
    }

    pub async fn list_duplicates(&self, filter: &DuplicateFilter) -> Result<Page<Duplicate>> {
        self.call(Request::get("/api/duplicates").query(filter)?).await
    }

    pub async fn decide_duplicate(&self, id: DuplicateId, act: &DecideDuplicate, key: Uuid) -> Result<Duplicate> {
        self.call(Request::post(format!("/api/duplicates/{id}/decision")).json(act)?.key(key)).await
    }

    pub async fn find_sighting_subject(&self, asked: &FindSubject) -> Result<SightingSubject> {
        self.call(Request::post("/api/sighting-subjects").json(asked)?).await
    }

    pub async fn list_sightings(&self, filter: &SightingFilter) -> Result<Page<Sighting>> {
        self.call(Request::get("/api/sightings").query(filter)?).await
    }

    pub async fn download_table_template(&self, table: TableKind) -> Result<Download> {
        self.answer(Request::get(format!("/api/registry/templates/{}", table.name()))).await.map(Download::from)
    }

    /// `media_type` is that of the file: text with commas, gzip, zip, or a workbook.
    pub async fn upload_table(
        &self,
        how: &UploadTable,
        media_type: &'static str,
        file: Vec<u8>,
        key: Uuid,
    ) -> Result<TableImport> {
        let request = Request::post("/api/registry/imports").query(how)?;
        self.call(request.file(media_type, file).key(key)).await
    }

    pub async fn list_table_imports(&self, filter: &TableImportFilter) -> Result<Page<TableImport>> {
        self.call(Request::get("/api/registry/imports").query(filter)?).await
    }

    pub async fn get_table_import(&self, id: RegistryImportId) -> Result<TableImport> {
        self.call(Request::get(format!("/api/registry/imports/{id}"))).await
    }

    pub async fn list_table_faults(&self, id: RegistryImportId, filter: &TableFaultFilter) -> Result<Page<TableFault>> {
        self.call(Request::get(format!("/api/registry/imports/{id}/faults")).query(filter)?).await
    }

    pub async fn download_bad_rows(&self, id: RegistryImportId) -> Result<Download> {
        self.answer(Request::get(format!("/api/registry/imports/{id}/bad-rows.xlsx"))).await.map(Download::from)
    }

    pub async fn take_table(&self, id: RegistryImportId, key: Uuid) -> Result<TableImport> {
        self.call(Request::post(format!("/api/registry/imports/{id}/take")).key(key)).await
    }

    pub async fn drop_table(&self, id: RegistryImportId) -> Result<TableImport> {
        self.call(Request::post(format!("/api/registry/imports/{id}/drop"))).await
    }

    pub async fn undo_table(&self, id: RegistryImportId, key: Uuid) -> Result<TableImport> {
        self.call(Request::post(format!("/api/registry/imports/{id}/undo")).key(key)).await
    }

    pub async fn export_table(&self, asked: &ExportTable) -> Result<Download> {
        self.answer(Request::post("/api/registry/exports").json(asked)?).await.map(Download::from)
    }
}
