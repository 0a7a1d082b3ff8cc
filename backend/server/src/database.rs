//! PostgreSQL: a private cluster under the data directory, or one that is given. Either way the settings are looked
//! at before anything is trusted to it, and migrations are run by the owner role.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use fupin_cluster::{
    Binaries, Checksums, ClusterError, Options, PrivateCluster, Urls, bootstrap, default_data_dir, is_made,
    refuse_unsafe, running, urls, with_database,
};
use fupin_kernel::{App, Db, Error, Result, Settings, crypto::Software, keys::Keys, migrate, settings::Limits};

use crate::cli::Place;

const NAME: &str = "fupin";
/// Enough for the workers' requests and the background loops.
const CONNECTIONS: usize = 24;

/// An open database, and the private cluster under it where this process runs one.
#[derive(Debug)]
pub struct Database {
    pub urls: Urls,
    pub data_dir: PathBuf,
    /// An administrator's, of the database itself.
    pub admin_url: String,
    /// PostgreSQL's programs: those of the private cluster, whoever runs it; else the newest, if they are installed.
    pub binaries: Option<Binaries>,
    cluster: Option<PrivateCluster>,
}

impl Database {
    /// Find or start it, refuse unsafe settings, migrate.
    pub async fn open(place: &Place) -> Result<Self> {
        let database = Self::make(place).await?;
        migrate::run(&database.urls.owner, &database.urls.worker).await?;
        Ok(database)
    }

    /// Find or start it, refuse unsafe settings; the schema stays as it is.
    pub async fn make(place: &Place) -> Result<Self> {
        let data_dir = data_dir(place)?;
        let (server, cluster) = match &place.database_url {
            Some(url) => (url.clone(), None),
            None => {
                let cluster = PrivateCluster::start(&data_dir, Options::default()).await.map_err(stop)?;
                (cluster.admin_url().to_owned(), Some(cluster))
            }
        };
        let name = if cluster.is_some() { NAME.to_owned() } else { database_of(&server) };
        let urls = bootstrap(&server, &name, &data_dir).await.map_err(stop)?;
        let checksums = if cluster.is_some() { Checksums::Required } else { Checksums::Advised };
        refuse_unsafe(&urls.app, checksums).await.map_err(stop)?;
        let admin_url = with_database(&server, &name).map_err(stop)?;
        let binaries = match &cluster {
            Some(cluster) => Some(cluster.binaries().clone()),
            None => Binaries::find().ok(),
        };
        Ok(Self { urls, data_dir, admin_url, binaries, cluster })
    }

    /// Find an instance that exists, whether a server runs it now or not. Nothing is made or migrated.
    pub async fn find(place: &Place) -> Result<Self> {
        let data_dir = data_dir(place)?;
        let (server, binaries, cluster) = match &place.database_url {
            Some(url) => (url.clone(), Binaries::find().ok(), None),
            None if !is_made(&data_dir) => {
                return Err(Error::Unavailable(format!("there is no instance in {}", data_dir.display())));
            }
            None => match PrivateCluster::start(&data_dir, Options::default()).await {
                Ok(cluster) => (cluster.admin_url().to_owned(), Some(cluster.binaries().clone()), Some(cluster)),
                Err(in_use @ ClusterError::InUse(_)) => {
                    let found = running(&data_dir).map_err(stop)?.ok_or_else(|| stop(in_use))?;
                    (found.admin_url, Some(found.binaries), None)
                }
                Err(other) => return Err(stop(other)),
            },
        };
        let name = if place.database_url.is_some() { database_of(&server) } else { NAME.to_owned() };
        let urls = urls(&server, &name, &data_dir).map_err(stop)?;
        let admin_url = with_database(&server, &name).map_err(stop)?;
        Ok(Self { urls, data_dir, admin_url, binaries, cluster })
    }

    /// The application's state for serving.
    pub fn app(&self, settings: Settings) -> Result<App> {
        let keys = Keys::open(&self.data_dir.join("keys")).map_err(stop)?;
        Ok(App {
            db: Db::connect(&self.urls.app, CONNECTIONS)?,
            crypto: Arc::new(Software::new(&keys)?),
            keys: Arc::new(keys),
            settings: Arc::new(settings),
            outbox_wake: Arc::default(),
        })
    }

    /// The application's state for a command that serves nobody.
    pub fn app_for_command(&self) -> Result<App> {
        self.app(Settings {
            data_dir: self.data_dir.clone(),
            public_url: String::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            demo: false,
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
            hook_may_call_private: false,
        })
    }

    /// Stop the private cluster, if there is one.
    pub async fn close(self) {
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// Where an instance lives, as an absolute path.
pub fn data_dir(place: &Place) -> Result<PathBuf> {
    match &place.data_dir {
        Some(dir) => std::path::absolute(dir).map_err(stop),
        None => default_data_dir(&std::env::current_dir().map_err(stop)?).map_err(stop),
    }
}

/// The database that an address names, or ours.
fn database_of(url: &str) -> String {
    let path = url.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    if path.is_empty() || path.contains('@') || path == "postgres" { NAME.to_owned() } else { path.to_owned() }
}

fn stop(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::database_of;

    #[test]
    fn an_address_names_its_database() {
        assert_eq!(database_of("postgres://admin:x@db.example:5432/poverty?sslmode=require"), "poverty");
        assert_eq!(database_of("postgres://admin:x@db.example"), "fupin");
        assert_eq!(database_of("postgres://admin:x@db.example/postgres"), "fupin");
    }
}
