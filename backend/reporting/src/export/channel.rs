//! From a writer that blocks to a stream of bytes: a full channel lets the writer wait, so that a slow reader costs no
//! memory; a reader who goes away ends the writer.

use std::io::{self, Write};

use actix_web::web::Bytes;
use futures_util::{Stream, stream::poll_fn};
use tokio::sync::mpsc::{Sender, channel};

const CHUNK: usize = 32 * 1024;
/// Chunks that wait for the reader.
const WAITING: usize = 4;

/// Run a writer on a thread that may block; its bytes come out as they are written.
pub fn stream<E: std::fmt::Display>(
    write: impl FnOnce(&mut ChannelWriter) -> Result<(), E> + Send + 'static,
) -> impl Stream<Item = io::Result<Bytes>> {
    let (sender, mut receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = ChannelWriter { sender: sender.clone(), chunk: Vec::with_capacity(CHUNK) };
        let written = write(&mut out).map_err(|error| error.to_string());
        if let Err(error) = written.and_then(|()| out.flush().map_err(|error| error.to_string())) {
            tracing::warn!(%error, "a file was not written to its end");
            // The reader must not take a part for the whole; if he is gone, nobody needs to be told.
            drop(sender.blocking_send(Err(io::Error::other("not written to its end"))));
        }
    });
    poll_fn(move |context| receiver.poll_recv(context))
}

/// Where a writer writes to.
#[derive(Debug)]
pub struct ChannelWriter {
    sender: Sender<io::Result<Bytes>>,
    chunk: Vec<u8>,
}

impl Write for ChannelWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() { Ok(()) } else { self.send() }
    }
}

impl ChannelWriter {
    fn send(&mut self) -> io::Result<()> {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone");
        self.sender.blocking_send(Ok(chunk.into())).map_err(gone)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[tokio::test]
    async fn all_that_is_written_comes_out_in_order() {
        let chunks: Vec<_> = stream(|out| {
            for part in 0_u8..100 {
                out.write_all(&[part; 5_000])?;
            }
            io::Result::Ok(())
        })
        .collect()
        .await;
        let bytes: Vec<u8> = chunks.into_iter().flat_map(|chunk| chunk.unwrap().to_vec()).collect();
        assert_eq!(bytes.len(), 500_000);
        assert!(bytes.is_sorted());
    }

    #[tokio::test]
    async fn a_writer_that_fails_cuts_the_stream() {
        let chunks: Vec<_> = stream(|out| out.write_all(b"half").and(Err(io::Error::other("broken")))).collect().await;
        assert!(chunks.last().unwrap().is_err());
    }

    #[tokio::test]
    async fn a_reader_who_goes_away_ends_the_writer() {
        let (told, ended) = tokio::sync::oneshot::channel();
        let stream = stream(move |out| {
            let end = std::iter::repeat(()).find_map(|()| out.write_all(&[0; CHUNK]).err());
            told.send(end.map(|error| error.kind())).map_err(|_| io::Error::other("nobody waits"))
        });
        drop(stream);
        assert_eq!(ended.await.unwrap(), Some(io::ErrorKind::BrokenPipe));
    }
}
