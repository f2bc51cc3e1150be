//! Worker tokens: what is let in was signed, and says what it must.

use crate::bytes::Bytes;
use api::token::{Claims, LEEWAY_S, Refused, sign, verify};
use base64_simd::URL_SAFE_NO_PAD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

/// Seeds of the corpus are signed with it.
const SECRET: &str = "the secret of the fuzz target, of more than thirty-two characters";
const INTERVIEW: &str = "itv_1";
const NOW_MS: i64 = 1_767_323_045_678;

/// Takes `data` for a token, for what a stranger with the secret signed, and for claims.
pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        a_token(text);
    }
    let mut bytes = Bytes::new(data);
    let header = bytes.piece();
    what_was_signed(header, bytes.rest());
    let mut bytes = Bytes::new(data);
    let (iat, exp) = (bytes.long() as i64, bytes.long() as i64);
    let (user_id, interview_id) = (bytes.text().into_owned(), bytes.text().into_owned());
    our_own(&Claims { user_id, interview_id, iat, exp });
}

/// One text is signed with this secret in the corpus. No other may be let in: no bit of it is free.
fn a_token(text: &str) {
    if verify(text, INTERVIEW, SECRET, NOW_MS).is_ok() {
        let signed = sign(&Claims::new("usr_1".into(), INTERVIEW.into(), NOW_MS), SECRET);
        assert_eq!(text, signed, "a token was let in that nobody signed");
    }
    let _other = verify(text, INTERVIEW, b"", NOW_MS);
}

/// Behind the signature: whoever is let in has claims that a plain reading of the same JSON confirms.
fn what_was_signed(header: &[u8], claims: &[u8]) {
    let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode_to_string(part)).join(".");
    let keyed = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    let tag = keyed.chain_update(&signed).finalize().into_bytes();
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode_to_string(tag));
    let Ok(let_in) = verify(&token, INTERVIEW, SECRET, NOW_MS) else { return };

    let header: Map<String, Value> = serde_json::from_slice(header).expect("it was read as an object");
    assert_eq!(header["alg"], "HS256");
    assert!(header.get("crit").is_none_or(Value::is_null));
    is_in_time(&let_in);
    assert_eq!(let_in.interview_id, INTERVIEW);
    let claims: Map<String, Value> = serde_json::from_slice(claims).expect("it was read as an object");
    assert_eq!((&claims["userId"], &claims["iat"]), (&let_in.user_id.into(), &let_in.iat.into()));
    assert_eq!((&claims["interviewId"], &claims["exp"]), (&INTERVIEW.into(), &let_in.exp.into()));
}

fn our_own(claims: &Claims) {
    let token = sign(claims, SECRET);
    let verified = verify(&token, &claims.interview_id, SECRET, NOW_MS);
    match verified {
        Ok(verified) => {
            assert_eq!(&verified, claims);
            is_in_time(claims);
        }
        Err(Refused::Expired | Refused::NotYetValid) => {}
        Err(refused) => assert!(token.len() > 2048, "our own token is refused: {refused}"),
    }
    assert!(
        verify(&token, "another interview", SECRET, NOW_MS).is_err()
            || claims.interview_id == "another interview"
    );
    assert_eq!(verify(&token, &claims.interview_id, "another secret", NOW_MS).ok(), None);
}

fn is_in_time(claims: &Claims) {
    let (now_ms, leeway_s) = (i128::from(NOW_MS), i128::from(LEEWAY_S));
    assert!(now_ms < (i128::from(claims.exp) + leeway_s) * 1000, "expired, and let in");
    assert!(now_ms >= (i128::from(claims.iat) - leeway_s) * 1000, "of the future, and let in");
}
