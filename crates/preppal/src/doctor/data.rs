//! Where data is kept: directory and database.

use super::Finding;
use crate::app_only::app_config;
use crate::settings::Settings;
use app::App;
use std::fs;
use std::path::Path;

pub(super) fn directory(settings: &Settings) -> Finding {
    const CHECK: &str = "data directory";
    let dir = &settings.storage.data_dir;
    let written = settings.storage.prepare().map_err(|problems| problems.to_string()).and_then(|()| {
        let probe = dir.join(format!("doctor-{}", std::process::id()));
        let written = fs::write(&probe, b"written by preppal doctor").and_then(|()| fs::remove_file(&probe));
        written.map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => Finding::ok(CHECK, format!("{} can be written to", dir.display())),
        Err(error) => Finding::broken(
            CHECK,
            format!("{} cannot be written to: {error}", dir.display()),
            "set PREPPAL_DATA_DIR to a directory that you may write to",
        ),
    }
}

/// Opens the database as the backend would, except that it makes none.
pub(super) async fn database(settings: &Settings) -> Finding {
    const CHECK: &str = "database";
    let url = settings.storage.database_url.expose();
    let file = url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
    let file = file.map(|path| path.split('?').next().unwrap_or(path));
    if file.is_some_and(|path| !Path::new(path).exists()) {
        return Finding::ok(CHECK, "SQLite; made when the backend first starts");
    }
    match open(settings).await {
        Ok(()) => Finding::ok(CHECK, if file.is_some() { "SQLite; opens" } else { "PostgreSQL; answers" }),
        Err(error) => Finding::broken(
            CHECK,
            format!("cannot be opened: {error:#}"),
            "check DATABASE_URL, and that the database runs and may be written to",
        ),
    }
}

async fn open(settings: &Settings) -> anyhow::Result<()> {
    let address = crate::edge::APP_IN_DEVELOPMENT.to_owned();
    let worker = format!("ws://{}", crate::app_only::EDGE_IN_DEVELOPMENT);
    let config = app_config(settings, address, worker, app::Interviewer::StandIn)?;
    App::open(config).await?.close().await;
    Ok(())
}
