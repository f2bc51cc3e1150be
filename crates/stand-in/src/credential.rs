//! Keys and tokens: where they are found and what is wrong with them.

use std::fmt;

use crate::close::Close;
use crate::options::{KeyRule, Options};

/// What a client identifies itself with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    Key(String),
    /// An ephemeral token (`auth_tokens/…`).
    Token(String),
    Missing,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(…)",
            Self::Token(_) => "Token(…)",
            Self::Missing => "Missing",
        })
    }
}

impl Credential {
    /// Finds the credential of a request. A header wins over the query (SI-2).
    pub(crate) fn find(key_header: Option<&str>, authorization: Option<&str>, query: &str) -> Self {
        if let Some(token) = authorization.and_then(|value| value.strip_prefix("Token ")) {
            return Self::Token(token.trim().to_owned());
        }
        let parameter = |name: &str| {
            form_urlencoded::parse(query.as_bytes())
                .find(|(found, _)| found == name)
                .map(|(_, value)| value.into_owned())
        };
        let key = key_header.map(str::to_owned).or_else(|| parameter("key")).filter(|key| !key.is_empty());
        match key {
            Some(key) if key.starts_with("auth_tokens/") => Self::Token(key),
            Some(key) => Self::Key(key),
            None => parameter("access_token").map_or(Self::Missing, Self::Token),
        }
    }

    /// Returns the key, or an empty text when there is none.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Key(key) => key,
            Self::Token(_) | Self::Missing => "",
        }
    }

    /// Returns the close that answers this credential, or `None` if it is good.
    pub(crate) fn refusal(&self, options: &Options, constrained: bool) -> Option<Close> {
        match self {
            Self::Key(key) if options.scenarios_by_key.contains_key(key) => None,
            Self::Key(key) => match (key.as_str(), &options.key) {
                ("test-invalid", _) => Some(Close::bad_key()),
                ("test-expired", _) => Some(Close::expired_key()),
                ("test-leaked", _) => Some(Close::leaked_key()),
                ("test-quota", _) => Some(Close::quota()),
                (_, KeyRule::Any) => None,
                (key, KeyRule::Exactly(good)) => (key != good).then(Close::bad_key),
            },
            Self::Token(_) if constrained => None,
            Self::Token(_) | Self::Missing => Some(Close::unregistered()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Credential;
    use crate::options::{KeyRule, Options};

    #[test]
    fn si_2_a_header_wins_and_tokens_are_known() {
        let key = |key: &str| Credential::Key(key.into());
        let token = Credential::Token("auth_tokens/a".into());
        assert_eq!(Credential::find(Some("h"), None, "key=q"), key("h"));
        assert_eq!(Credential::find(None, None, "alt=ws&key=q%2Fx"), key("q/x"));
        assert_eq!(Credential::find(None, None, "access_token=auth_tokens/a"), token);
        assert_eq!(Credential::find(None, None, "access_token=auth_tokens%2Fa"), token);
        assert_eq!(Credential::find(Some("auth_tokens/a"), Some("Token auth_tokens/a"), ""), token);
        assert_eq!(Credential::find(None, None, "key="), Credential::Missing);
    }

    #[test]
    fn si_4_5_6_7_refusals_by_key() {
        let code = |credential: &Credential, rule: KeyRule, constrained: bool| {
            let options = Options { key: rule, ..Options::default() };
            credential.refusal(&options, constrained).map(|close| (close.code, close.reason))
        };
        let key = |key: &str| Credential::Key(key.into());
        assert_eq!(code(&key("anything"), KeyRule::Any, false), None);
        assert_eq!(code(&key("test-quota"), KeyRule::Any, false).unwrap().0, 1011);
        assert_eq!(code(&key("test-leaked"), KeyRule::Any, false).unwrap().0, 1008);
        assert_eq!(code(&key("wrong"), KeyRule::Exactly("right".into()), false).unwrap().0, 1007);
        assert_eq!(code(&key("right"), KeyRule::Exactly("right".into()), false), None);
        assert_eq!(code(&Credential::Missing, KeyRule::Any, false).unwrap().0, 1008);
        let token = Credential::Token("auth_tokens/a".into());
        assert_eq!(code(&token, KeyRule::Any, false).unwrap().0, 1008);
        assert_eq!(code(&token, KeyRule::Any, true), None);
    }

    #[test]
    fn a_key_is_never_printed() {
        assert!(!format!("{:?}", Credential::Key("secret".into())).contains("secret"));
    }
}
