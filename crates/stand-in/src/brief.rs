//! What the interviewer learns from the system instruction: role, job description, language, duration.
//!
//! The text is prose for a model. The parts that matter stand on lines of their own, a heading and a colon first
//! (`Role: Rust engineer`), and long texts between tags (`<job_description>` … `</job_description>`). Whatever is
//! missing is empty; nothing here fails.

use std::time::Duration;

use crate::message::Setup;

/// The facts of one interview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Brief {
    pub(crate) role: String,
    /// The job description, or without one the head of the whole instruction.
    pub(crate) description: String,
    /// A language tag, or empty when none was named.
    pub(crate) language: String,
    pub(crate) duration: Option<Duration>,
}

impl Brief {
    pub(crate) fn of(setup: &Setup) -> Self {
        let mut brief = Self::read(&setup.system_instruction.text());
        if brief.language.is_empty() {
            brief.language.clone_from(&setup.generation_config.speech_config.language_code);
        }
        brief
    }

    pub(crate) fn read(instruction: &str) -> Self {
        let description = between_tags(instruction, "job_description")
            .or_else(|| heading(instruction, &["job description", "description"]))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| instruction.chars().take(2_000).collect());
        Self {
            role: heading(instruction, &["role", "position", "job title", "title"]).unwrap_or_default(),
            description,
            language: heading(instruction, &["language", "interview language"])
                .map(|name| tag(&name))
                .unwrap_or_default(),
            duration: heading(instruction, &["duration", "length"]).and_then(|text| span(&text)),
        }
    }
}

fn between_tags(text: &str, name: &str) -> Option<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let lower = text.to_ascii_lowercase();
    let start = lower.find(&open)? + open.len();
    let end = lower[start..].find(&close).map_or(text.len(), |length| start + length);
    Some(text[start..end].trim().to_owned())
}

/// Returns what follows the first of these headings, on its line or else on the next. Text between tags has no headings.
fn heading(text: &str, names: &[&str]) -> Option<String> {
    let mut tagged = false;
    let mut lines = text.lines().filter(|line| {
        let lower = line.trim().to_ascii_lowercase();
        tagged = (tagged || is_tag(&lower, "<")) && !lower.contains("</");
        !tagged
    });
    while let Some(line) = lines.next() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        if names.contains(&name.as_str()) {
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '*');
            let value = if value.is_empty() { lines.next().unwrap_or_default().trim() } else { value };
            return Some(value.to_owned());
        }
    }
    None
}

fn is_tag(line: &str, open: &str) -> bool {
    ["job_description", "resume", "persona"].iter().any(|name| line.starts_with(&format!("{open}{name}>")))
}

fn tag(name: &str) -> String {
    let lower = name.to_lowercase();
    match lower.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default() {
        "english" => "en".into(),
        "spanish" | "español" | "espanol" | "castellano" => "es".into(),
        "german" | "deutsch" => "de".into(),
        "french" | "français" => "fr".into(),
        other => other.into(),
    }
}

fn span(text: &str) -> Option<Duration> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let number: u64 = digits.parse().ok()?;
    let lower = text.to_lowercase();
    let unit = if lower.contains("hour") {
        3_600
    } else if lower.contains("second") {
        1
    } else {
        60
    };
    Some(Duration::from_secs(number.min(24 * 60) * unit))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Brief;

    #[test]
    fn headings_and_tags_are_read() {
        let brief = Brief::read(
            "You are a calm interviewer.\nRole: Senior Rust Engineer\nLanguage: en-GB\nDuration: 30 minutes\n\
             Job description:\n<job_description>\nRole: none of this is a heading\nBuild services.\n</job_description>\n\
             <resume>\nLanguage: French\n</resume>",
        );
        assert_eq!(brief.role, "Senior Rust Engineer");
        assert_eq!(brief.description, "Role: none of this is a heading\nBuild services.");
        assert_eq!(brief.language, "en");
        assert_eq!(brief.duration, Some(Duration::from_secs(1800)));
    }

    #[test]
    fn a_resume_before_the_headings_does_not_speak_for_the_job() {
        let brief = Brief::read("<resume>\nRole: Nurse\n</resume>\n**Role:** Teacher\nLanguage:\nespañol");
        assert_eq!((brief.role.as_str(), brief.language.as_str()), ("Teacher", "es"));
    }

    #[test]
    fn plain_prose_is_its_own_description() {
        let brief = Brief::read("You interview a barista.");
        assert_eq!(brief.description, "You interview a barista.");
        assert_eq!(brief.role, "");
        assert_eq!(brief.duration, None);
    }
}
