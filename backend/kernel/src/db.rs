//! Transactions. A [`Tx`] that is dropped before its end takes its connection with it, so that no half-done
//! work ever returns to the pool.
//!
//! Handlers get a transaction through their permit alone; [`Db::read`] and [`Db::write`] are for the permit
//! and for background work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryDsl;
use diesel_async::{
    AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool},
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
    number: u64,
    desk: Arc<Desk>,
}

/// Where callers wait for the moment. All who come while it is being read get the next reading, which begins after each
/// of them asked: under load one question serves many.
#[derive(Default)]
struct Desk {
    /// How many have asked.
    asked: AtomicU64,
    /// What was read last; nothing if it could not be read. It serves those who had asked before it began, and no others.
    read: tokio::sync::Mutex<(u64, Option<Moment>)>,
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
    database: u64,
    moment: Moment,
    pub(crate) traces: Traces,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx(at {})", self.moment.now)
    }
}

/// The database's clock, and how often who may do what has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub access_epoch: i64,
}

/// How long a call waits for a connection, for a new one, and for the moment.
const PATIENCE: Duration = Duration::from_secs(2);
const BEGIN_READ: &str = "begin isolation level repeatable read read only";
const BEGIN_WRITE: &str = "begin";

impl Db {
    /// A pool of at most `size` connections.
    pub fn connect(url: &str, size: usize) -> Result<Self> {
        let mut config = ManagerConfig::default();
        // A connection that the server has closed is known without asking: to ask each time it is taken costs a journey.
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .runtime(::deadpool::Runtime::Tokio1)
            .build()
            .map_err(Error::internal)?;
        static OPENED: AtomicU64 = AtomicU64::new(0);
        Ok(Self { pool, number: OPENED.fetch_add(1, Ordering::Relaxed), desk: Arc::default() })
    }

    /// Run a closure in a read-only transaction that sees one moment of the database.
    pub async fn read<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (mut tx, _) = self.begin(BEGIN_READ, alone).await?;
        let answer = act(&mut tx).await;
        tx.end("commit").await?;
        answer
    }

    /// Run a closure in a transaction that commits when it succeeds. Says whether it wrote to the outbox.
    pub async fn write<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<(T, bool)> {
        self.write_after(alone, async |tx, ()| act(tx).await).await
    }

    /// [`Db::write`], with what the act begins by reading: it travels with the beginning of the transaction.
    pub async fn write_ahead<A, T>(
        &self,
        ahead: impl AsyncFnOnce(&AsyncPgConnection) -> Result<A>,
        act: impl AsyncFnOnce(&mut Tx, A) -> Result<T>,
    ) -> Result<(T, bool)> {
        let first = async |connection: &AsyncPgConnection| {
            let (opening, ahead) = tokio::join!(alone(connection), ahead(connection));
            opening.map(|(moment, _)| (moment, ahead))
        };
        self.write_after(first, act).await
    }

    /// [`Db::write`], with first questions that travel with the beginning of the transaction; the clock is one of them. A
    /// refusal that the others give is taken back as any other.
    pub(crate) async fn write_after<F, T>(
        &self,
        first: impl AsyncFnOnce(&AsyncPgConnection) -> Opening<F>,
        act: impl AsyncFnOnce(&mut Tx, F) -> Result<T>,
    ) -> Result<(T, bool)> {
        let (mut tx, first) = self.begin(BEGIN_WRITE, first).await?;
        match Self::act(&mut tx, first, act).await {
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

    /// Act on what was asked first, and leave what the act leaves behind.
    async fn act<F, T>(
        tx: &mut Tx,
        first: Result<F>,
        act: impl AsyncFnOnce(&mut Tx, F) -> Result<T>,
    ) -> Result<(T, bool)> {
        let answer = act(tx, first?).await?;
        let traces = std::mem::take(&mut tx.traces);
        let wrote_outbox = !traces.lines.is_empty();
        traces.write(tx.conn()?).await?;
        Ok((answer, wrote_outbox))
    }

    /// A transaction without its moment is lost with its connection; one whose first questions were refused is whole.
    async fn begin<F>(
        &self,
        statement: &str,
        first: impl AsyncFnOnce(&AsyncPgConnection) -> Opening<F>,
    ) -> Result<(Tx, Result<F>)> {
        let connection = self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))?;
        let moment = Moment { now: DateTime::UNIX_EPOCH, access_epoch: 0 };
        let mut tx = Tx { connection: Some(connection), database: self.number, moment, traces: Traces::default() };
        // All travel at once, since each journey to the database costs as much as most statements: what is read is read
        // inside the transaction that the first begins.
        let shared = tx.connection.as_deref().ok_or_else(ended)?;
        let mut beginner = shared;
        let (begun, opening) = tokio::join!(beginner.batch_execute(statement), first(shared));
        begun?;
        let (moment, first) = opening?;
        tx.moment = moment;
        Ok((tx, first))
    }

    /// The moment, outside of any transaction: as it is or will be from now on, never as it was.
    pub async fn moment(&self) -> Result<Moment> {
        let mine = self.desk.asked.fetch_add(1, Ordering::SeqCst);
        let mut read = self.desk.read.lock().await;
        if mine < read.0 {
            return read.1.ok_or_else(|| Error::Unavailable("the database did not tell the moment".to_owned()));
        }
        let served = AtomicU64::load(&self.desk.asked, Ordering::SeqCst);
        let moment = self.read_moment().await;
        // Whoever waited does not wait once more for a database that does not answer.
        *read = (served, moment.as_ref().ok().copied());
        moment
    }

    async fn read_moment(&self) -> Result<Moment> {
        let connection = self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))?;
        let read = tokio::time::timeout(PATIENCE, moment(&mut &*connection)).await;
        read.unwrap_or_else(|_| {
            // All wait behind this one: it must not hang, nor be taken again.
            drop(PooledConnection::take(connection));
            Err(Error::Unavailable("the database does not answer".to_owned()))
        })
    }
}

/// The moment, and what else was asked as a transaction began.
pub(crate) type Opening<F> = Result<(Moment, Result<F>)>;

/// Nothing is asked but the moment.
async fn alone(mut connection: &AsyncPgConnection) -> Opening<()> {
    Ok((moment(&mut connection).await?, Ok(())))
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
        self.moment.now
    }

    /// How often who may do what, and where, had changed when the transaction began.
    #[must_use]
    pub fn access_epoch(&self) -> i64 {
        self.moment.access_epoch
    }

    /// Which of the databases that this process has opened: what is kept in memory of one says nothing of another.
    #[must_use]
    pub fn database(&self) -> u64 {
        self.database
    }

    /// The local date of [`Tx::now`].
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        clock::local_date(self.moment.now)
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
