//! How a table is taken out.

use std::{io, sync::Arc};

use actix_web::web::Bytes;
use fupin_access::{Permit, permit::ExchangePeople};
use fupin_contract::{
    access::Permission,
    registry::{CSV_MEDIA_TYPE, ExportTable, TableKind, catalog::Catalog},
};
use fupin_kernel::{App, Download, Error, Result, audit::Event};
use futures_util::stream;
use tokio::sync::mpsc;

use super::{store, writing::Writer};
use crate::{catalog, place, sightings, sightings::Seen};

/// Villages in memory at a time.
const HANDFUL: usize = 12;
/// Handfuls that may wait for whoever reads.
const WAITING: usize = 2;

pub(super) async fn export_table(permit: &Permit<ExchangePeople>, asked: ExportTable) -> Result<Download> {
    let clear = asked.purpose.is_some();
    if clear && permit.scope_of(Permission::RevealPeople).is_empty() {
        return Err(Error::forbidden("access.forbidden"));
    }
    let event = Event::new("registry.table_exported")
        .with("table", asked.table.name())
        .with("year", asked.year)
        .with("unit", asked.unit_id.map(|unit| unit.0))
        .with("purpose", asked.purpose.map(|purpose| purpose.name()));
    let (catalog, villages) = permit
        .write_noting(event, async |tx, event| {
            let catalog = catalog::current(tx).await?;
            let ranges = place::ranges(tx, permit.scope(), asked.unit_id).await?;
            let villages = store::list_villages(tx, &ranges).await?;
            event.note("villages", villages.len());
            let seen: Vec<Seen> =
                villages.iter().map(|village_id| Seen::Exported { village_id: *village_id }).collect();
            sightings::leave(permit, tx, &seen).await?;
            Ok((catalog, villages))
        })
        .await?;
    let title = catalog.table(asked.table.name()).map_or_else(String::new, |table| table.title.clone());
    let (tell, told) = mpsc::channel(WAITING);
    let making = Making { app: permit.app().clone(), catalog, table: asked.table, year: asked.year, clear };
    actix_web::rt::spawn(making.make(villages, tell));
    let body = stream::unfold(told, async |mut told| told.recv().await.map(|piece| (piece, told)));
    Ok(Download {
        name: format!("{title}-{}年.csv", asked.year),
        plain_name: "table.csv",
        media_type: CSV_MEDIA_TYPE,
        body: Box::pin(body),
    })
}

/// What is written, and how.
struct Making {
    app: App,
    catalog: Arc<Catalog>,
    table: TableKind,
    year: i16,
    clear: bool,
}

impl Making {
    /// Whoever no longer reads ends it; a failure ends the file before its end.
    async fn make(self, villages: Vec<i32>, tell: mpsc::Sender<io::Result<Bytes>>) {
        let mut writer = Writer::new(&self.catalog, self.table, self.year, self.clear);
        if tell.send(Ok(writer.head())).await.is_err() {
            return;
        }
        for handful in villages.chunks(HANDFUL) {
            let piece = self.piece(&mut writer, handful).await;
            let failed = piece.is_err();
            if let Err(error) = &piece {
                tracing::error!(%error, "an export broke off");
            }
            if tell.send(piece.map_err(io::Error::other)).await.is_err() || failed {
                return;
            }
        }
    }

    async fn piece(&self, writer: &mut Writer<'_>, villages: &[i32]) -> Result<Bytes> {
        let crypto = self.app.crypto.as_ref();
        match self.table {
            TableKind::Person => {
                let rows = self.app.db.read(async |tx| store::list_people(tx, villages, self.year).await).await?;
                rows.iter().try_for_each(|row| writer.person(crypto, row))?;
            }
            TableKind::Household | TableKind::Income => {
                let rows = self.app.db.read(async |tx| store::list_households(tx, villages, self.year).await).await?;
                for row in rows.iter().filter(|row| self.table == TableKind::Household || row.lines.is_some()) {
                    writer.household(crypto, row)?;
                }
            }
        }
        Ok(writer.take())
    }
}
