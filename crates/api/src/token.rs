//! The worker token: who may join which interview.
//!
//! A JWT over HMAC-SHA-256 and nothing else (RFC 7519, RFC 7515). The backend signs, every session host checks; neither
//! a clock nor randomness is read here.
//!
//! A token is a secret until it expires: neither it nor a [`Refused`] ever carries the other's text.

use base64_simd::URL_SAFE_NO_PAD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;
use std::borrow::Cow;
use std::fmt;

/// From issue to expiry, seconds: long enough to load a page and connect, short enough to be worthless in a log.
pub const LIFETIME_S: i64 = 300;

/// How far the clocks of backend and session host may differ, seconds.
pub const LEEWAY_S: i64 = 30;

/// Longest token looked at, bytes. Ours have about 250.
const MAX_TOKEN_BYTES: usize = 2048;

/// `{"alg":"HS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// Who may join.
    pub user_id: String,
    /// Which interview.
    pub interview_id: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Refused from then on, Unix seconds.
    pub exp: i64,
}

impl Claims {
    /// Claims that begin at `now_ms` and last [`LIFETIME_S`].
    pub fn new(user_id: String, interview_id: String, now_ms: i64) -> Self {
        let iat = now_ms.div_euclid(1000);
        Self { user_id, interview_id, iat, exp: iat + LIFETIME_S }
    }
}

/// Why a token admits nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not three parts of base64url JSON with the four claims.
    Malformed,
    /// Signed with anything but HS256, or not at all.
    Algorithm,
    /// Not signed with this secret.
    Signature,
    /// Its time is over.
    Expired,
    /// Issued in the future.
    NotYetValid,
    /// It admits to another interview.
    OtherInterview,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed token",
            Self::Algorithm => "token not signed with HS256",
            Self::Signature => "token signed with another key",
            Self::Expired => "token expired",
            Self::NotYetValid => "token issued in the future",
            Self::OtherInterview => "token of another interview",
        })
    }
}

impl std::error::Error for Refused {}

/// Returns the compact JWT of `claims`.
pub fn sign(claims: &Claims, secret: impl AsRef<[u8]>) -> String {
    let claims = serde_json::to_vec(claims).expect("two strings and two integers always serialise");
    let mut token = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode_to_string(&claims));
    let tag = keyed(secret.as_ref()).chain_update(&token).finalize().into_bytes();
    token.push('.');
    URL_SAFE_NO_PAD.encode_append(tag, &mut token);
    token
}

/// Returns the token in a URL's query, decoded; empty if there is none, or more than one.
pub fn in_query(query: Option<&str>) -> Cow<'_, str> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut tokens = pairs.filter(|(name, _)| name == "token").map(|(_, token)| token);
    match (tokens.next(), tokens.next()) {
        (Some(token), None) => token,
        _ => Cow::Borrowed(""),
    }
}

/// Returns the claims of a token that admits to `interview_id` at `now_ms` (Unix milliseconds).
///
/// The algorithm is checked first, then the signature (in constant time), and only then is what it signs read. Claims
/// other than the four are ignored; a token without one of the four, `exp` above all, is [`Refused::Malformed`].
pub fn verify(
    token: &str,
    interview_id: &str,
    secret: impl AsRef<[u8]>,
    now_ms: i64,
) -> Result<Claims, Refused> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Refused::Malformed);
    }
    let (signed, tag) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    check_header(header)?;
    let tag = URL_SAFE_NO_PAD.decode_to_vec(tag).map_err(|_| Refused::Malformed)?;
    keyed(secret.as_ref()).chain_update(signed).verify_slice(&tag).map_err(|_| Refused::Signature)?;

    let claims = URL_SAFE_NO_PAD.decode_to_vec(claims).map_err(|_| Refused::Malformed)?;
    let claims: Claims = read(&claims)?;
    if now_ms >= claims.exp.saturating_add(LEEWAY_S).saturating_mul(1000) {
        return Err(Refused::Expired);
    }
    if now_ms < claims.iat.saturating_sub(LEEWAY_S).saturating_mul(1000) {
        return Err(Refused::NotYetValid);
    }
    if claims.interview_id != interview_id {
        return Err(Refused::OtherInterview);
    }
    Ok(claims)
}

fn check_header(header: &str) -> Result<(), Refused> {
    /// `crit` names extensions that must be understood (RFC 7515, 4.1.11): none are.
    #[derive(Deserialize)]
    struct Header<'a> {
        alg: &'a str,
        crit: Option<serde::de::IgnoredAny>,
    }
    let header = URL_SAFE_NO_PAD.decode_to_vec(header).map_err(|_| Refused::Malformed)?;
    let header: Header<'_> = read(&header)?;
    if header.alg == "HS256" && header.crit.is_none() { Ok(()) } else { Err(Refused::Algorithm) }
}

/// Reads a JSON object. Serde alone would take a list of values for it, and any bytes in what it skips.
fn read<'a, T: Deserialize<'a>>(object: &'a [u8]) -> Result<T, Refused> {
    serde_json::from_slice::<Map<String, Value>>(object).map_err(|_| Refused::Malformed)?;
    serde_json::from_slice(object).map_err(|_| Refused::Malformed)
}

fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of at least thirty-two characters";
    const NOW_MS: i64 = 1_767_323_045_678;

    fn claims() -> Claims {
        Claims::new("user".into(), "interview".into(), NOW_MS)
    }

    #[test]
    fn the_token_is_found_in_a_query() {
        for (query, token) in [
            (Some("token=a.b-c_d"), "a.b-c_d"),
            (Some("x=1&token=a%2Eb"), "a.b"),
            (Some("token=first&token=second"), ""),
            (Some("tokens=a"), ""),
            (None, ""),
        ] {
            assert_eq!(in_query(query), token, "{query:?}");
        }
    }

    fn check(token: &str, now_ms: i64) -> Result<Claims, Refused> {
        verify(token, "interview", SECRET, now_ms)
    }

    /// Signs any header and any claims, as a stranger with the secret could.
    fn forge(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>, secret: &str) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode_to_string(bytes);
        let signed = format!("{}.{}", part(header.as_ref()), part(claims.as_ref()));
        let tag = keyed(secret.as_bytes()).chain_update(&signed).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode_to_string(tag))
    }

    #[test]
    fn a_signed_token_admits_to_its_interview() {
        assert_eq!(check(&sign(&claims(), SECRET), NOW_MS), Ok(claims()));
    }

    #[test]
    fn the_claims_are_exactly_the_four() {
        let token = sign(&claims(), SECRET);
        let parts: Vec<&str> = token.split('.').collect();
        let decoded = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode_to_vec(part).unwrap()).unwrap();
        assert_eq!(decoded(parts[0]), r#"{"alg":"HS256","typ":"JWT"}"#);
        assert_eq!(
            decoded(parts[1]),
            r#"{"userId":"user","interviewId":"interview","iat":1767323045,"exp":1767323345}"#
        );
    }

    #[test]
    fn the_signature_is_the_one_of_rfc_7515() {
        // RFC 7515, appendix A.1, with its key; its claims are not ours, so it fails after the signature.
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = URL_SAFE_NO_PAD.decode_to_vec(key).unwrap();
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                     eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
                     dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(verify(token, "interview", &key, NOW_MS), Err(Refused::Malformed));
        assert_eq!(verify(token, "interview", SECRET, NOW_MS), Err(Refused::Signature));
    }

    #[test]
    fn an_expired_token_is_refused_after_the_leeway() {
        let token = sign(&claims(), SECRET);
        let expiry_ms = claims().exp * 1000;
        assert!(check(&token, expiry_ms + 29_999).is_ok());
        assert_eq!(check(&token, expiry_ms + 30_000), Err(Refused::Expired));
    }

    #[test]
    fn a_token_from_the_future_is_refused_beyond_the_leeway() {
        let token = sign(&claims(), SECRET);
        let issue_ms = claims().iat * 1000;
        assert!(check(&token, issue_ms - 30_000).is_ok());
        assert_eq!(check(&token, issue_ms - 30_001), Err(Refused::NotYetValid));
    }

    #[test]
    fn a_token_of_another_interview_is_refused() {
        let other = Claims { interview_id: "other".into(), ..claims() };
        assert_eq!(check(&sign(&other, SECRET), NOW_MS), Err(Refused::OtherInterview));
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let token = sign(&claims(), "another secret of thirty-two characters");
        assert_eq!(check(&token, NOW_MS), Err(Refused::Signature));
    }

    #[test]
    fn a_token_of_alg_none_or_any_other_algorithm_is_refused() {
        let text = serde_json::to_string(&claims()).unwrap();
        for alg in ["none", "None", "hs256", "HS384", "RS256", ""] {
            let token = forge(format!(r#"{{"alg":"{alg}"}}"#), &text, SECRET);
            assert_eq!(check(&token, NOW_MS), Err(Refused::Algorithm), "{alg}");
            let (unsigned, _) = token.rsplit_once('.').unwrap();
            assert_eq!(check(&format!("{unsigned}."), NOW_MS), Err(Refused::Algorithm), "{alg}");
        }
        let critical = forge(r#"{"alg":"HS256","crit":["exp"]}"#, &text, SECRET);
        assert_eq!(check(&critical, NOW_MS), Err(Refused::Algorithm));
    }

    #[test]
    fn a_token_without_exp_is_refused() {
        let header = r#"{"alg":"HS256"}"#;
        let without = r#"{"userId":"user","interviewId":"interview","iat":1767323045}"#;
        assert_eq!(check(&forge(header, without, SECRET), NOW_MS), Err(Refused::Malformed));
        let null = r#"{"userId":"user","interviewId":"interview","iat":1767323045,"exp":null}"#;
        assert_eq!(check(&forge(header, null, SECRET), NOW_MS), Err(Refused::Malformed));
        let extreme = r#"{"userId":"user","interviewId":"interview","iat":0,"exp":9223372036854775807}"#;
        assert!(check(&forge(header, extreme, SECRET), NOW_MS).is_ok());
    }

    #[test]
    fn header_and_claims_are_json_objects_in_all_their_parts() {
        let claims = br#"{"userId":"user","interviewId":"interview","iat":1767323045,"exp":1767323345}"#;
        let header = br#"{"alg":"HS256"}"#;
        assert!(check(&forge(header, claims, SECRET), NOW_MS).is_ok());
        for header in [&b"{\"alg\":\"HS256\",\"typ\":\"\x83WT\"}"[..], br#"["HS256",null]"#] {
            assert_eq!(check(&forge(header, claims, SECRET), NOW_MS), Err(Refused::Malformed));
        }
        let list = br#"["user","interview",1767323045,1767323345]"#;
        assert_eq!(check(&forge(header, list, SECRET), NOW_MS), Err(Refused::Malformed));
    }

    #[test]
    fn an_absent_or_broken_token_is_refused() {
        let good = sign(&claims(), SECRET);
        let (signed, tag) = good.rsplit_once('.').unwrap();
        let mut broken = vec![String::new(), ".".into(), "..".into(), "a.b.c".into(), "x".repeat(5000)];
        broken.extend([format!("{signed}."), format!("{good}."), format!("{good}=")]);
        broken.push(format!("{signed}.{}", &tag[..tag.len() - 4]));
        for token in broken {
            assert!(check(&token, NOW_MS).is_err(), "{token}");
        }
    }

    #[test]
    fn changing_any_character_breaks_the_token() {
        let good = sign(&claims(), SECRET);
        for at in 0..good.len() {
            let replacement = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut changed = good.clone();
            changed.replace_range(at..=at, replacement);
            assert!(check(&changed, NOW_MS).is_err(), "changed at {at}");
        }
    }
}
