//! Where data is kept: directory and database.

use super::Finding;
use crate::settings::Settings;
use percent_encoding::percent_decode_str;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn directory(settings: &Settings) -> Finding {
    const CHECK: &str = "data directory";
    let dir = &settings.storage.data_dir;
    let written = settings.storage.prepare().map_err(|problems| problems.in_a_line()).and_then(|()| {
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

/// Connects to the database as the backend would, and leaves it as it is: a newer PrepPal that is looked at must not change
/// the tables of the one that runs.
pub(super) async fn database(settings: &Settings) -> Finding {
    const CHECK: &str = "database";
    let url = &settings.storage.database_url;
    let file = file_of(url.expose());
    if let Some(file) = &file
        && !file.exists()
    {
        return if is_in_a_directory(file) {
            Finding::ok(CHECK, "SQLite; made when the backend first starts")
        } else {
            let detail = format!("{} is in a directory that does not exist", file.display());
            Finding::broken(CHECK, detail, "make the directory, or name another file in DATABASE_URL")
        };
    }
    match app::try_database(url).await.map_err(anyhow::Error::from) {
        Ok(()) => Finding::ok(CHECK, if file.is_some() { "SQLite; opens" } else { "PostgreSQL; answers" }),
        Err(error) => Finding::broken(
            CHECK,
            format!("{error:#}"),
            "check DATABASE_URL, and that the database runs and may be written to",
        ),
    }
}

/// Returns the file that a SQLite URL names.
fn file_of(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//").split('?').next()?;
    Some(PathBuf::from(percent_decode_str(path).decode_utf8_lossy().into_owned()))
}

fn is_in_a_directory(file: &Path) -> bool {
    file.parent().is_none_or(|parent| parent.as_os_str().is_empty() || parent.is_dir())
}

#[cfg(test)]
mod tests {
    use super::database;
    use crate::doctor::State;
    use crate::settings::Settings;

    #[tokio::test]
    async fn a_database_that_cannot_be_made_is_broken_and_none_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let state = async |url: String| {
            let settings = Settings::read(&[("DATABASE_URL", url.as_str())].into()).unwrap();
            database(&settings).await.state
        };
        assert_eq!(state(format!("sqlite://{}/none/x.db", dir.path().display())).await, State::Broken);
        assert_eq!(state(format!("sqlite://{}/x.db", dir.path().display())).await, State::Ok);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        std::fs::write(dir.path().join("not a database"), "but a letter, longer than a header would be")
            .unwrap();
        assert_eq!(
            state(format!("sqlite://{}/not%20a%20database", dir.path().display())).await,
            State::Broken
        );
    }
}
