//! What an officer does with codes that no dictionary knew.

use fupin_access::{Permit, permit::MapCodes};
use fupin_contract::{
    CodeGapId, Cursor, Fault, Page,
    registry::{
        CodeGap, CodeGapFilter, MapCode,
        catalog::{FieldType, ForeignCode, Subject},
    },
    units::Level,
};
use fupin_kernel::{Error, Result, audit::Event};

use super::store;
use crate::{catalog, error::RegistryError};

pub(super) async fn list_gaps(permit: &Permit<MapCodes>, filter: &CodeGapFilter) -> Result<Page<CodeGap>> {
    let limit = usize::from(filter.limit.unwrap_or(50));
    let after = filter.after.as_ref().map(|at| at.read_numbers().ok_or(Error::NotFound)).transpose()?;
    let skip = after.map_or(0, |[shown]: [i64; 1]| shown.clamp(0, 1_000_000));
    let mut items = permit
        .read(async |tx| store::list_gaps(tx, filter.mapped.unwrap_or(false), skip, limit as i64 + 1).await)
        .await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = more.then(|| Cursor::after_numbers([skip + limit as i64]));
    Ok(Page { items, next })
}

/// The lists are the whole province's: whoever holds the right at a lower place proposes to the province by telephone.
pub(super) async fn map_code(permit: &Permit<MapCodes>, id: CodeGapId, act: &MapCode) -> Result<CodeGap> {
    if !permit.scope().held().iter().any(|held| held.level == Level::Province) {
        return Err(Error::forbidden("registry.only_province_maps"));
    }
    let by = permit.account_id()?;
    permit
        .write(Event::on("registry.code_mapped", id).with("means", act.means.clone()), async |tx| {
            let gap = store::lock_gap(tx, id).await?;
            let catalog = catalog::current(tx).await?;
            let list = catalog.dictionary(&gap.dictionary).ok_or(Error::NotFound)?;
            if !list.codes.iter().any(|code| code.code == act.means) {
                let unknown = Fault::new("fact.unknown_code").with("typed", act.means.clone());
                return Err(RegistryError::Bad("means", unknown).into());
            }
            let code = ForeignCode {
                source: gap.source.clone(),
                year: gap.year,
                code: gap.typed.clone(),
                label: gap.typed.clone(),
                means: act.means.clone(),
            };
            catalog::store::insert_foreign(tx, &gap.dictionary, &code).await?;
            catalog::store::touch_catalog(tx).await?;
            store::update_meaning(tx, id, &act.means, by).await?;
            for field in &catalog.fields {
                let of_list = matches!(&field.r#type, FieldType::Code { dictionary } if *dictionary == gap.dictionary);
                if of_list && field.is_fact() {
                    let person = field.of == Subject::Person;
                    store::settle(tx, person, &field.key, &gap.typed, gap.year, &act.means).await?;
                }
            }
            store::lock_gap(tx, id).await
        })
        .await
}
