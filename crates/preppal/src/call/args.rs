//! The command line.

use std::path::PathBuf;

/// Take part in an interview as a candidate, from the terminal.
///
/// Listens to the interviewer, answers with the speech of a recording (--wav) or with typed text (--text), and shows the
/// transcript as it forms. Afterwards it shows whether the backend stored the same.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Exit codes:
  0  the interview took place; the stored transcript is the one shown, and no sound was lost
  2  the command line is wrong, or a file cannot be read
  3  refused: not signed in, no such interview, the interview is over, or another connection took its place
  4  lost: the connection, sound on its way, the interviewer's answer, or a part of the transcript
  5  the app or the session host cannot be reached

Examples:
  preppal call --wav answers.wav
  preppal call --text 'I am Ada.' --text 'I like compilers.' --role 'Compiler engineer'
  preppal call --wav answers.wav --json --out interviewer.wav
  preppal call --wav answers.wav --count 200 --ramp 20 --duration-s 60")]
pub(crate) struct Args {
    /// The app's address
    #[arg(long, env = "APP_URL", default_value = "http://127.0.0.1:3000", value_name = "URL")]
    pub(crate) url: String,

    /// A recording of answers: WAV of any rate and channel count, 8 to 32 bits or float
    ///
    /// It is cut into answers at its quietest points; each is spoken when the interviewer has finished. A file that ends in
    /// .pcm or .raw is taken as 16 bits, little-endian, 16 kHz, mono.
    #[arg(long, value_name = "FILE")]
    pub(crate) wav: Option<PathBuf>,

    /// An answer to type instead of speaking; can be given several times
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Vec<String>,

    /// Say nothing for so many seconds after the first question, with an open microphone
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=7200))]
    pub(crate) silence: Option<u32>,

    /// Longest answer cut from the recording, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=600))]
    pub(crate) answer: u32,

    /// Speak and listen so many times faster than real time
    #[arg(long, value_name = "1..20", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) speed: u32,

    /// Talk over the interviewer, a second and a half into each question
    #[arg(long)]
    pub(crate) barge_in: bool,

    /// End after so many seconds; the recording is repeated until then
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=7200))]
    pub(crate) duration_s: Option<u32>,

    /// Write what was heard of the interviewer, as a WAV of 24 kHz
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// Print one summary object on standard output; everything else goes to standard error
    #[arg(long)]
    pub(crate) json: bool,

    /// Join this interview instead of creating one
    #[arg(long, value_name = "ID", conflicts_with_all = ["role", "job_description", "resume_file", "persona", "language", "duration", "count"])]
    pub(crate) interview: Option<String>,

    /// The position applied for
    #[arg(long, default_value = "Software engineer")]
    pub(crate) role: String,

    /// The job advertisement: a file, or the text itself
    #[arg(long, value_name = "FILE|TEXT", default_value = "")]
    pub(crate) job_description: String,

    /// The candidate's résumé, as a text file
    #[arg(long, value_name = "FILE")]
    pub(crate) resume_file: Option<PathBuf>,

    /// How the interviewer behaves
    #[arg(long, default_value = "")]
    pub(crate) persona: String,

    /// The interview's language, for instance `en` or `pt-BR`
    #[arg(long, default_value = "en")]
    pub(crate) language: String,

    /// How long the interview may take, minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub(crate) duration: u32,

    /// Sign in with an e-mailed code instead of as the local user
    #[arg(long, value_name = "ADDRESS", conflicts_with = "cookie")]
    pub(crate) email: Option<String>,

    /// Use the session of a browser: the value of its Cookie header
    #[arg(long, value_name = "NAME=VALUE", env = "PREPPAL_COOKIE", hide_env_values = true)]
    pub(crate) cookie: Option<String>,

    /// Be so many candidates at once, each in an interview of its own
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000), conflicts_with = "out")]
    pub(crate) count: u32,

    /// With --count: let the candidates arrive over so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=3600))]
    pub(crate) ramp: u32,
}

#[cfg(test)]
mod tests {
    use super::Args;
    use clap::Parser;

    #[derive(Parser)]
    struct Call {
        #[command(flatten)]
        args: Args,
    }

    fn parse(line: &str) -> Result<Args, clap::Error> {
        let words = std::iter::once("call").chain(line.split_whitespace());
        Call::try_parse_from(words).map(|call| call.args)
    }

    #[test]
    fn the_defaults_are_one_candidate_in_real_time() {
        let args = parse("--wav a.wav").unwrap();
        assert_eq!((args.count, args.speed, args.answer, args.duration), (1, 1, 20, 20));
        assert!(!args.json && !args.barge_in);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "--speed 0",
            "--speed 21",
            "--count 0",
            "--interview x --role y",
            "--count 2 --out a.wav",
            "--email a@b.c --cookie x=y",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert_eq!(parse("--text a --text b --interview x").unwrap().text, ["a", "b"]);
    }
}
