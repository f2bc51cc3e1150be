//! Secrets for a developer who has set none: made once, kept in the data directory, readable by its owner only.

use crate::settings::GivenSecrets;
use anyhow::{Context, ensure};
use app::Secret;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

const FILE: &str = "development-secrets.env";

/// Both secrets.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    pub(crate) jwt: Secret,
    pub(crate) worker_shared: Secret,
}

impl GivenSecrets {
    /// Returns the secrets that were given, and for those that were not the data directory's, made if there are none yet.
    ///
    /// Several processes may do this at once: all get the same.
    pub(crate) fn complete(&self, data_dir: &Path) -> anyhow::Result<Secrets> {
        if let Some(secrets) = self.existing(data_dir)? {
            return Ok(secrets);
        }
        let path = data_dir.join(FILE);
        if make(&path).with_context(|| format!("{} cannot be written", path.display()))? {
            eprintln!("Made development secrets: {} (readable by you only).", path.display());
        }
        self.existing(data_dir)?.context("the development secrets were deleted as they were made")
    }

    /// The same without making anything: `None` if some are missing and none were made yet.
    pub(crate) fn existing(&self, data_dir: &Path) -> anyhow::Result<Option<Secrets>> {
        let path = data_dir.join(FILE);
        match (&self.jwt, &self.worker_shared) {
            (Some(jwt), Some(worker_shared)) => {
                Ok(Some(Secrets { jwt: jwt.clone(), worker_shared: worker_shared.clone() }))
            }
            (_, worker_shared) if path.exists() => {
                let made = read(&path)?;
                let jwt = self.jwt.clone().unwrap_or(made.jwt);
                Ok(Some(Secrets { jwt, worker_shared: worker_shared.clone().unwrap_or(made.worker_shared) }))
            }
            _ => Ok(None),
        }
    }
}

/// Makes the file, complete or not at all; returns whether it was us who made it.
fn make(path: &Path) -> anyhow::Result<bool> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let text = format!(
        "# Made by PrepPal for development. Production wants its own.\nJWT_SECRET={}\nWORKER_SHARED_SECRET={}\n",
        random_hex()?,
        random_hex()?
    );
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn read(path: &Path) -> anyhow::Result<Secrets> {
    let mend = || format!("{} cannot be used: delete it, and PrepPal makes another", path.display());
    let (mut jwt, mut worker_shared) = (String::new(), String::new());
    for line in dotenvy::from_path_iter(path).with_context(mend)? {
        // The parser's error shows the line.
        let Ok((name, value)) = line else { anyhow::bail!(mend()) };
        match name.as_str() {
            "JWT_SECRET" => jwt = value,
            "WORKER_SHARED_SECRET" => worker_shared = value,
            _ => {}
        }
    }
    ensure!(jwt.len() >= Secret::MIN_CHARS && worker_shared.len() >= Secret::MIN_CHARS, mend());
    Ok(Secrets { jwt: Secret::new(jwt), worker_shared: Secret::new(worker_shared) })
}

fn random_hex() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gives no randomness: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::FILE;
    use crate::settings::GivenSecrets;
    use app::Secret;

    fn none() -> GivenSecrets {
        GivenSecrets { jwt: None, worker_shared: None }
    }

    #[test]
    fn made_once_long_different_and_for_the_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let first = none().complete(dir.path()).unwrap();
        let second = none().complete(dir.path()).unwrap();
        assert_eq!(first.jwt, second.jwt);
        assert_eq!(first.worker_shared, second.worker_shared);
        assert_ne!(first.jwt, first.worker_shared);
        assert!(first.jwt.expose().len() >= Secret::MIN_CHARS);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn what_was_given_is_used_and_only_the_rest_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let given = GivenSecrets { jwt: Some(Secret::new("g".repeat(32))), worker_shared: None };
        let secrets = given.complete(dir.path()).unwrap();
        assert_eq!(secrets.jwt.expose(), "g".repeat(32));
        assert_eq!(secrets.worker_shared, none().complete(dir.path()).unwrap().worker_shared);
    }

    #[test]
    fn given_secrets_leave_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let secret = |letter: &str| Some(Secret::new(letter.repeat(32)));
        GivenSecrets { jwt: secret("a"), worker_shared: secret("b") }.complete(dir.path()).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_was_cut_is_refused_with_its_mend() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "JWT_SECRET=short\n").unwrap();
        let error = none().complete(dir.path()).unwrap_err();
        assert!(error.to_string().contains("delete it"), "{error}");
    }
}
