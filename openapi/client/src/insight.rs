//! What waits for the caller, and what the caller can jump to.

use fupin_contract::{
    Page,
    insight::{Hit, SearchFilter, TodoList},
    map::ProvinceMap,
};

use crate::{Client, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn list_todos(&self) -> Result<TodoList> {
        self.call(Request::get("/api/todos")).await
    }

    pub async fn search(&self, filter: &SearchFilter) -> Result<Page<Hit>> {
        self.call(Request::get("/api/search").query(filter)?).await
    }

    /// The shapes of the province's units.
    pub async fn get_map(&self) -> Result<ProvinceMap> {
        self.call(Request::get("/api/map")).await
    }
}
