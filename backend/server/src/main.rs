//! The binary `fupin`: its allocator, its TLS provider, and the last word of a command that failed.

use std::{
    env,
    os::unix::process::CommandExt,
    process::{Command, ExitCode},
};

/// Frees memory back to the system sooner and allocates faster than the platform's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Free memory goes back to the machine at once. Otherwise it goes when the allocator is next asked for some, and a server at
/// rest asks for none: it would hold on to a hundred megabytes.
const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// The allocator reads its options before `main` begins, so the program is begun anew with them; the process stays the same.
fn begin_lean() {
    if env::var_os(PURGE_DELAY).is_some() {
        return;
    }
    if let Ok(program) = env::current_exe() {
        let failed = Command::new(program).args(env::args_os().skip(1)).env(PURGE_DELAY, "0").exec();
        tracing::debug!(%failed, "the allocator keeps its own pace");
    }
}

fn main() -> ExitCode {
    begin_lean();
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
