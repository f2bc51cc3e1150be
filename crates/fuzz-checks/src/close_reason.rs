//! Why the vendor closed: any code and any reason has a verdict, and the reason's case does not matter.

use crate::bytes::Bytes;
use gemini_live::close::{Phase, Verdict, classify, classify_http};

const PHASES: [Phase; 3] = [Phase::BeforeSetup, Phase::Resuming, Phase::Running];

/// Takes two bytes of `data` for a code or a status, the rest for a reason.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let code = bytes.short();
    let reason = String::from_utf8_lossy(bytes.rest());
    let shouted = reason.to_ascii_uppercase();
    for phase in PHASES {
        for code in [None, Some(code)] {
            let verdict = classify(code, &reason, phase);
            assert_eq!(verdict, classify(code, &shouted, phase), "case matters in {phase:?}");
            is_told(verdict);
        }
        let verdict = classify_http(code, &reason, phase);
        assert_eq!(verdict, classify_http(code, &shouted, phase), "case matters in {phase:?}");
        is_told(verdict);
        if code >= 500 {
            assert_eq!(verdict, Verdict::Retry, "a broken server is fatal");
        }
    }
}

fn is_told(verdict: Verdict) {
    if let Verdict::Fatal(blame) = verdict {
        assert!(!blame.user_text().is_empty() && !blame.mend().is_empty());
    }
}
