//! Log lines, on standard error: text for a developer, JSON in production.

use crate::environment::Environment;
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// Libraries whose finer lines show what travels: tokens in request lines, speech in frames, queries with their values.
const DISCREET: [&str; 8] =
    ["h2", "hyper", "hyper_util", "reqwest", "rustls", "sqlx", "tokio_tungstenite", "tungstenite"];

/// Starts logging. `RUST_LOG` chooses what is logged, `info` without it.
pub(crate) fn start(environment: &Environment) -> anyhow::Result<()> {
    let wanted = environment.value("RUST_LOG").unwrap_or("info");
    let mut filter: EnvFilter =
        wanted.parse().context("RUST_LOG cannot be read: try info, or host_native=debug")?;
    for library in DISCREET {
        let directive: Directive = format!("{library}=warn").parse().context("a built-in log directive")?;
        filter = filter.add_directive(directive);
    }
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match environment.value("PREPPAL_ENV") {
        Some("production") => lines.json().try_init(),
        _ => lines.try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot start: {error}"))
}
