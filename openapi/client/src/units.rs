//! The tree of units.

use fupin_contract::{
    Page, UnitId,
    units::{ImportUnits, MergeUnit, MoveUnit, RenameUnit, TreeReport, Unit, UnitDetail, UnitFilter},
};

use crate::{Client, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn list_units(&self, filter: &UnitFilter) -> Result<Page<Unit>> {
        self.call(Request::get("/api/units").query(filter)?).await
    }

    pub async fn get_unit(&self, id: UnitId) -> Result<UnitDetail> {
        self.call(Request::get(format!("/api/units/{id}"))).await
    }

    pub async fn import_units(&self, import: &ImportUnits) -> Result<TreeReport> {
        self.call(Request::post("/api/unit-imports").json(import)?).await
    }

    pub async fn rename_unit(&self, id: UnitId, act: &RenameUnit) -> Result<TreeReport> {
        self.call(Request::post(format!("/api/units/{id}/rename")).json(act)?).await
    }

    pub async fn move_unit(&self, id: UnitId, act: &MoveUnit) -> Result<TreeReport> {
        self.call(Request::post(format!("/api/units/{id}/move")).json(act)?).await
    }

    pub async fn merge_unit(&self, id: UnitId, act: &MergeUnit) -> Result<TreeReport> {
        self.call(Request::post(format!("/api/units/{id}/merge")).json(act)?).await
    }
}
