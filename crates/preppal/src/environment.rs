//! Where settings come from: flags over the environment over the file `.env`. The only place that reads them.

use anyhow::Context;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

/// Variables by name. No `Debug`: some are secrets.
pub(crate) struct Environment {
    values: HashMap<String, String>,
}

impl Environment {
    /// Reads the process's environment and, beneath it, a file of `NAME=value` lines. Without a name that file is `.env`
    /// in the working directory, and may be absent.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let path = file.unwrap_or(Path::new(".env"));
        let mut values = match read(path) {
            Ok(values) => values,
            Err(dotenvy::Error::Io(error)) if file.is_none() && error.kind() == ErrorKind::NotFound => {
                HashMap::new()
            }
            // The parser's own text shows the line, which may hold a secret.
            Err(dotenvy::Error::LineParse(_, at)) => {
                anyhow::bail!("{} has a line that is not NAME=value (at character {at})", path.display())
            }
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let process = std::env::vars_os();
        values.extend(
            process.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        );
        Ok(Self { values })
    }

    /// Puts what was given as a flag over the variable that means the same.
    pub(crate) fn with_flag(mut self, variable: &str, flag: Option<&str>) -> Self {
        if let Some(value) = flag {
            self.values.insert(variable.to_owned(), value.to_owned());
        }
        self
    }

    /// Returns a variable without surrounding space; an empty one is absent.
    pub(crate) fn value(&self, variable: &str) -> Option<&str> {
        self.values.get(variable).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

fn read(path: &Path) -> Result<HashMap<String, String>, dotenvy::Error> {
    dotenvy::from_path_iter(path)?.collect()
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(values: [(&str, &str); N]) -> Self {
        Self { values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;
    use std::io::Write;

    #[test]
    fn flags_win_over_the_environment_and_the_environment_over_the_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "PATH='from the file'\nONLY_IN_FILE='quoted value'\nEMPTY=").unwrap();
        let environment = Environment::load(Some(file.path())).unwrap();
        assert_ne!(environment.value("PATH"), Some("from the file"));
        assert_eq!(environment.value("ONLY_IN_FILE"), Some("quoted value"));
        assert_eq!(environment.value("EMPTY"), None);
        let environment = environment.with_flag("ONLY_IN_FILE", Some("flag")).with_flag("PATH", None);
        assert_eq!(environment.value("ONLY_IN_FILE"), Some("flag"));
    }

    #[test]
    fn a_broken_file_is_refused_without_showing_its_lines() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "JWT_SECRET='sesame").unwrap();
        let error = Environment::load(Some(file.path())).err().unwrap();
        assert!(!format!("{error:#}").contains("sesame"), "{error:#}");
    }

    #[test]
    fn a_file_that_was_named_must_exist() {
        assert!(Environment::load(Some(std::path::Path::new("/nonexistent/.env"))).is_err());
    }
}
