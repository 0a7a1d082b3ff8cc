//! The binary `fupin`: its allocator, its TLS provider, and the last word of a command that failed.

use std::process::ExitCode;

/// Frees memory back to the system sooner and allocates faster than the platform's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // One provider for everything that speaks TLS; a second one in the tree would panic at the first connection.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed before");
    }
    match fupin_server::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// For the person at the terminal, whatever the log's format is.
#[expect(clippy::print_stderr, reason = "the last word of a command that failed")]
fn report(error: &str) {
    eprintln!("fupin: {error}");
}
