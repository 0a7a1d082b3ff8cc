//! Load over kept-alive connections, written by hand so that the generator takes as little of the shared cores as it can.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use uuid::Uuid;

use crate::{Outcome, people::Ready, server::Server};

/// How long each acknowledged call took.
pub struct Measured {
    latencies: Vec<Duration>,
    pub seconds: f64,
}

impl Measured {
    pub fn count(&self) -> usize {
        self.latencies.len()
    }

    pub fn per_second(&self) -> f64 {
        self.count() as f64 / self.seconds
    }

    /// In milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        crate::percentile(self.latencies.iter().map(|latency| latency.as_secs_f64() * 1000.0).collect(), percent)
    }
}

/// Submit report after report from `next` on, each once, until the time is up or none is left.
pub async fn submit(
    server: &Server,
    ready: &Ready,
    connections: usize,
    time: Duration,
    next: &Arc<AtomicUsize>,
) -> Outcome<Measured> {
    let reports = Arc::new(ready.reports.clone());
    let body = Arc::new(format!("{{\"version\":0,\"cells\":{}}}", ready.content));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (next, reports, body) = (next.clone(), reports.clone(), body.clone());
        let (address, token) = (server.address.clone(), ready.clerk_token.clone());
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await.map_err(|error| error.to_string())?;
            stream.set_nodelay(true).map_err(|error| error.to_string())?;
            let mut latencies = Vec::new();
            while began.elapsed() < time {
                let Some(report) = reports.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                let request = format!(
                    "PUT /api/reports/{report}/submission HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
                     Content-Type: application/json\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
                    Uuid::now_v7(),
                    body.len()
                );
                let sent = Instant::now();
                call(&mut stream, request.as_bytes()).await?;
                latencies.push(sent.elapsed());
            }
            Ok::<_, String>(latencies)
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(Measured { latencies, seconds })
}

/// Send a request and read its answer, which must be 200.
async fn call(stream: &mut TcpStream, request: &[u8]) -> Result<(), String> {
    stream.write_all(request).await.map_err(|error| error.to_string())?;
    let mut answer = Vec::with_capacity(2048);
    loop {
        let mut chunk = [0u8; 4096];
        let read = stream.read(&mut chunk).await.map_err(|error| error.to_string())?;
        if read == 0 {
            return Err("the server closed the connection".to_owned());
        }
        answer.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if let Some(whole) = length_of(&answer)
            && answer.len() >= whole
        {
            break;
        }
    }
    if answer.starts_with(b"HTTP/1.1 200") {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&answer).chars().take(1500).collect())
}

/// Head and body together, once the head is there.
fn length_of(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(answer.get(..head)?).ok()?;
    let length = text
        .lines()
        .find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok())
        .unwrap_or(0);
    Some(head + length)
}
