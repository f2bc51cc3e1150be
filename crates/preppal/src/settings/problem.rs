//! What keeps PrepPal from starting, said so that it can be mended.

use std::borrow::Cow;
use std::fmt;

/// How a secret is made.
pub(super) const MAKE_A_SECRET: &str =
    "make one with `openssl rand -hex 32`, a different one for each variable";

/// One setting that cannot be right. Never repeats the setting: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) variable: &'static str,
    pub(crate) what: Cow<'static, str>,
    pub(crate) mend: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn new(
        variable: &'static str,
        what: impl Into<Cow<'static, str>>,
        mend: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { variable, what: what.into(), mend: mend.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.variable, self.what, self.mend)
    }
}

/// Every problem found, never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// Returns what is wrong, without the mends.
    pub(crate) fn in_a_line(&self) -> String {
        let problems = self.0.iter().map(|problem| format!("{} {}", problem.variable, problem.what));
        problems.collect::<Vec<_>>().join("; ")
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these settings cannot be used")?;
        for problem in &self.0 {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
