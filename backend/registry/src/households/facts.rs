//! Values as they are kept, made into values as they are shown: which came from where, which are masked, which wait for a
//! code.

use std::collections::BTreeMap;

use fupin_contract::registry::{
    Fact,
    catalog::{Catalog, Subject},
};
use fupin_kernel::{Result, crypto::CryptoProvider};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    households::store::KeptRow,
    numbers::{self, YearRow},
    origins::Origins,
};

/// What came in or was verified later than its row did, by field.
pub type Marks = BTreeMap<String, Mark>;

/// Of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The act by which the value came in, where it is not the row's.
    #[serde(default, rename = "o", skip_serializing_if = "Option::is_none")]
    pub origin: Option<Uuid>,
    /// The act by which somebody said last that it is so.
    #[serde(default, rename = "v", skip_serializing_if = "Option::is_none")]
    pub verified: Option<Uuid>,
}

pub fn read_marks(marks: Option<&Value>) -> Result<Marks> {
    Ok(marks.map(|marks| serde_json::from_value(marks.clone())).transpose()?.unwrap_or_default())
}

/// All values of a row, numbers masked.
pub fn shown(
    catalog: &Catalog,
    crypto: &dyn CryptoProvider,
    of: Subject,
    row: YearRow,
    kept: &KeptRow,
    origins: &mut Origins,
) -> Result<BTreeMap<String, Fact>> {
    let marks = read_marks(kept.marks.as_ref())?;
    let mut facts = BTreeMap::new();
    let mut keep = |key: String, value: String, masked: bool, unmapped: Option<String>| {
        let mark = marks.get(&key).copied().unwrap_or_default();
        let origin = origins.place(mark.origin.unwrap_or(kept.origin_id));
        let verified = mark.verified.map(|verified| origins.place(verified));
        facts.insert(key, Fact { value, masked, origin, verified, unmapped });
    };
    for (key, value) in read_texts(&kept.facts)? {
        keep(key, value, false, None);
    }
    for (key, value) in numbers::open_numbers(crypto, row, kept.sealed.as_deref())? {
        let field = catalog.field(&key).filter(|field| field.of == of);
        let shown = field.map_or_else(|| "****".to_owned(), |field| numbers::masked(field, &value));
        keep(key, shown, true, None);
    }
    for (key, typed) in kept.unmapped.as_ref().map(read_texts).transpose()?.unwrap_or_default() {
        keep(key, String::new(), false, Some(typed));
    }
    Ok(facts)
}

/// An object of texts.
pub fn read_texts(value: &Value) -> Result<BTreeMap<String, String>> {
    Ok(serde_json::from_value(value.clone())?)
}
