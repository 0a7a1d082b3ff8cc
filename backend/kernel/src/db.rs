//! Transactions. A [`Tx`] that is dropped before its end takes its connection with it, so that no half-done
//! work ever returns to the pool.
//!
//! Handlers get a transaction through their permit alone; [`Db::read`] and [`Db::write`] are for the permit
//! and for background work.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryDsl;
use diesel_async::{
    AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{AsyncDieselConnectionManager, deadpool},
};

use crate::{
    clock,
    error::{Error, Result},
    traces::Traces,
};

type Pool = deadpool::Pool<AsyncPgConnection>;
type PooledConnection = deadpool::Object<AsyncPgConnection>;

/// The database as the runtime role sees it.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.pool.status())
    }
}

/// An open transaction.
pub struct Tx {
    /// Absent only while the end is under way.
    connection: Option<PooledConnection>,
    now: DateTime<Utc>,
    pub(crate) traces: Traces,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx(at {})", self.now)
    }
}

/// The database's clock, and how often who may do what has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub access_epoch: i64,
}

const BEGIN_READ: &str = "begin isolation level repeatable read read only";
const BEGIN_WRITE: &str = "begin";

impl Db {
    /// A pool of at most `size` connections.
    pub fn connect(url: &str, size: usize) -> Result<Self> {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(url);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(Duration::from_secs(2)))
            .create_timeout(Some(Duration::from_secs(2)))
            .runtime(::deadpool::Runtime::Tokio1)
            .build()
            .map_err(Error::internal)?;
        Ok(Self { pool })
    }

    /// Run a closure in a read-only transaction that sees one moment of the database.
    pub async fn read<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (mut tx, ()) = self.begin(BEGIN_READ, async |_| Ok(())).await?;
        let answer = act(&mut tx).await;
        tx.end("commit").await?;
        answer
    }

    /// Run a closure in a transaction that commits when it succeeds. Says whether it wrote to the outbox.
    pub async fn write<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<(T, bool)> {
        self.write_after(async |_| Ok(()), async |tx, ()| act(tx).await).await
    }

    /// [`Db::write`], with a first question that travels with the beginning of the transaction.
    pub(crate) async fn write_after<F, T>(
        &self,
        first: impl AsyncFnOnce(&AsyncPgConnection) -> Result<F>,
        act: impl AsyncFnOnce(&mut Tx, F) -> Result<T>,
    ) -> Result<(T, bool)> {
        let (mut tx, first) = self.begin(BEGIN_WRITE, first).await?;
        let acted = match act(&mut tx, first).await {
            Ok(answer) => {
                let traces = std::mem::take(&mut tx.traces);
                let wrote_outbox = !traces.lines.is_empty();
                traces.write(tx.conn()?).await.map(|()| (answer, wrote_outbox))
            }
            Err(error) => Err(error),
        };
        match acted {
            Ok(answer) => {
                tx.end("commit").await?;
                Ok(answer)
            }
            Err(error) => {
                // The refusal is the news; a rollback that fails only costs the connection.
                if let Err(rollback) = tx.end("rollback").await {
                    tracing::warn!(error = %rollback, "a rollback failed");
                }
                Err(error)
            }
        }
    }

    async fn begin<F>(
        &self,
        statement: &str,
        first: impl AsyncFnOnce(&AsyncPgConnection) -> Result<F>,
    ) -> Result<(Tx, F)> {
        let connection = self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))?;
        let mut tx = Tx { connection: Some(connection), now: DateTime::UNIX_EPOCH, traces: Traces::default() };
        // All travel at once: what is read is read inside the transaction that the first begins.
        let shared = tx.shared()?;
        let (mut beginner, mut reader) = (shared, shared);
        let (begun, moment, first) =
            tokio::join!(beginner.batch_execute(statement), moment(&mut reader), first(shared));
        begun?;
        tx.now = moment?.now;
        Ok((tx, first?))
    }

    /// The moment, outside of any transaction.
    pub async fn moment(&self) -> Result<Moment> {
        let connection = self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))?;
        moment(&mut &*connection).await
    }
}

async fn moment(connection: &mut &AsyncPgConnection) -> Result<Moment> {
    use fupin_schema::v_kernel_moment::dsl::{epoch, moment, v_kernel_moment};
    let (now, access_epoch) = v_kernel_moment.select((moment, epoch)).first(connection).await?;
    Ok(Moment { now, access_epoch })
}

impl Tx {
    /// The connection, for a domain's store.
    pub fn conn(&mut self) -> Result<&mut AsyncPgConnection> {
        self.connection.as_deref_mut().ok_or_else(ended)
    }

    /// The database's clock at the start of the transaction.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The local date of [`Tx::now`].
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        clock::local_date(self.now)
    }

    /// The connection, for statements that travel together: each journey to the database costs as much as most
    /// statements. Where one of them fails, the others fail with it or are taken back with the transaction.
    pub fn shared(&self) -> Result<&AsyncPgConnection> {
        self.connection.as_deref().ok_or_else(ended)
    }

    async fn end(mut self, statement: &str) -> Result<()> {
        self.conn()?.batch_execute(statement).await?;
        // Back to the pool: only a connection without an open transaction gets here.
        drop(self.connection.take());
        Ok(())
    }
}

fn ended() -> Error {
    Error::internal("a transaction was used after its end")
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Cut off in the middle: the server rolls back when the connection closes.
            drop(PooledConnection::take(connection));
        }
    }
}
