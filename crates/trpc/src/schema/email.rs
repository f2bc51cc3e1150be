//! What zod takes for an e-mail address.

/// zod's own pattern, which goes into the issue; [`is_email`] does what it says.
pub(super) const PATTERN: &str = r"/^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/";

pub(super) fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain))
}

fn is_local_part(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"_'+-".contains(&b))
    };
    local.split('.').all(is_atom) && !local.ends_with('\'')
}

fn is_domain(domain: &str) -> bool {
    let Some((labels, top)) = domain.rsplit_once('.') else { return false };
    let is_label = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_alphanumeric())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic()) && labels.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in ["a@b.co", "first.last+tag@mail.example.org", "o'brien@x-y.museum", "_@a1.io"] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "",
            "a",
            "@b.co",
            "a@",
            "a@b",
            "a@b.c",
            "a@.co",
            "a@-b.co",
            ".a@b.co",
            "a..b@c.de",
            "a.@b.co",
            "a'@b.co",
            "a b@c.de",
            "a@b@c.de",
            "a@b.c1",
            "ä@b.co",
            "a@b.co\n",
        ] {
            assert!(!is_email(text), "{text:?}");
        }
    }
}
