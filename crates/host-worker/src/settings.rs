//! What the operator says: secrets and variables of the Worker.

use gemini_live::Endpoint;
use std::fmt;
use worker::Env;

/// Everything a host needs. Holds secrets, therefore no `Debug`.
pub(crate) struct Settings {
    /// What worker tokens are signed with.
    pub(crate) jwt_secret: String,
    /// Shows the backend that we are its session host.
    pub(crate) worker_shared_secret: String,
    /// The backend's internal procedures: `https://app.example.com/api/internal`.
    pub(crate) internal_url: String,
    /// Where the model is.
    pub(crate) endpoint: Endpoint,
    model: Option<String>,
    voice: Option<String>,
    grace_ms: Option<u64>,
}

/// Which variable is wrong, and how to mend it.
#[derive(Debug)]
pub(crate) struct Problem {
    variable: &'static str,
    what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.what)
    }
}

impl Settings {
    pub(crate) fn read(env: &Env) -> Result<Self, Problem> {
        let jwt_secret = secret(env, "JWT_SECRET")?;
        let worker_shared_secret = secret(env, "WORKER_SHARED_SECRET")?;
        if jwt_secret == worker_shared_secret {
            let what = "is the same as JWT_SECRET; give each its own".to_owned();
            return Err(Problem { variable: "WORKER_SHARED_SECRET", what });
        }
        let app_url = required(env, "APP_URL", "put the backend's address under [vars] in wrangler.toml")?;
        if !app_url.starts_with("http://") && !app_url.starts_with("https://") {
            let what = "is not an address like https://app.example.com".to_owned();
            return Err(Problem { variable: "APP_URL", what });
        }
        let api_key = required(env, "GEMINI_API_KEY", "npx wrangler secret put GEMINI_API_KEY")?;
        let base_url =
            value(env, "GEMINI_BASE_URL").unwrap_or_else(|| gemini_live::DEFAULT_BASE_URL.to_owned());
        let version =
            value(env, "GEMINI_API_VERSION").unwrap_or_else(|| gemini_live::DEFAULT_API_VERSION.to_owned());
        let endpoint = Endpoint::new(&base_url, &version, &api_key).map_err(|error| Problem {
            variable: "GEMINI_BASE_URL",
            what: format!("cannot be used: {error}"),
        })?;
        Ok(Self {
            jwt_secret,
            worker_shared_secret,
            internal_url: api::call::internal_base(&app_url),
            endpoint,
            model: value(env, "GEMINI_LIVE_MODEL"),
            voice: value(env, "GEMINI_VOICE"),
            grace_ms: grace_ms(env)?,
        })
    }

    /// Returns the settings of one interview.
    pub(crate) fn session_of(&self, interview_id: &str) -> session_core::Config {
        let mut config = session_core::Config::new(interview_id);
        config.keeps_journal = true;
        config.voice.clone_from(&self.voice);
        if let Some(model) = &self.model {
            config.model.clone_from(model);
        }
        config.grace_ms = self.grace_ms.unwrap_or(config.grace_ms);
        config
    }
}

/// A variable, if it is set to anything: `""` in `wrangler.toml` is what an operator left to the default.
fn value(env: &Env, variable: &str) -> Option<String> {
    env.var(variable).ok().map(|value| value.to_string()).filter(|value| !value.is_empty())
}

fn required(env: &Env, variable: &'static str, mend: &str) -> Result<String, Problem> {
    value(env, variable).ok_or_else(|| Problem { variable, what: format!("is not set: {mend}") })
}

fn secret(env: &Env, variable: &'static str) -> Result<String, Problem> {
    let secret = required(env, variable, &format!("npx wrangler secret put {variable}"))?;
    let (length, least) = (secret.chars().count(), api::MIN_SECRET_CHARS);
    if length < least {
        return Err(Problem {
            variable,
            what: format!("has {length} characters and needs at least {least}"),
        });
    }
    Ok(secret)
}

fn grace_ms(env: &Env) -> Result<Option<u64>, Problem> {
    let variable = "PREPPAL_GRACE_S";
    let Some(text) = value(env, variable) else { return Ok(None) };
    match text.parse::<u64>() {
        Ok(seconds @ 0..=3600) => Ok(Some(seconds.saturating_mul(1000))),
        Ok(_) | Err(_) => {
            Err(Problem { variable, what: "is not a number of seconds from 0 to 3600".to_owned() })
        }
    }
}
