//! How a sign-in code reaches its owner.

use crate::config::Mail;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::fmt;
use std::time::Duration;

/// How long a mail server may take, all in all: the candidate waits for it.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);

/// Sends e-mail through one server.
#[derive(Debug)]
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// The URL or the sender cannot be used.
#[derive(Debug)]
pub(crate) struct Unusable;

/// An e-mail that was not handed over. Carries no text of the mail server, which likes to repeat the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// The recipient's address cannot be written into a message.
    Address,
    /// The server refused it for good, with this SMTP code.
    Refused(Option<u16>),
    /// The server was not reached, was too slow, or asked to try later.
    Unreachable,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("the recipient's address is not one"),
            Self::Refused(Some(code)) => write!(f, "the mail server refused with {code}"),
            Self::Refused(None) => f.write_str("the mail server refused"),
            Self::Unreachable => f.write_str("the mail server cannot be reached"),
        }
    }
}

impl std::error::Error for SendError {}

impl Mail {
    /// Whether [`smtp_url`](Self::smtp_url) names a server.
    pub fn has_server(&self) -> bool {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(self.smtp_url.expose()).is_ok()
    }

    /// Whether [`from`](Self::from) is an address.
    pub fn has_sender(&self) -> bool {
        self.from.parse::<Mailbox>().is_ok()
    }
}

impl Mailer {
    /// Connects to nothing yet.
    pub(crate) fn new(mail: &Mail) -> Result<Self, Unusable> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(mail.smtp_url.expose())
            .map_err(|_| Unusable)?
            .timeout(Some(SEND_TIMEOUT))
            .build();
        Ok(Self { transport, from: mail.from.parse().map_err(|_| Unusable)? })
    }

    /// Hands the code over to the mail server.
    pub(crate) async fn send_code(&self, email: &str, code: &str) -> Result<(), SendError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(email.parse().map_err(|_| SendError::Address)?)
            .subject(format!("{code} is your PrepPal code"))
            .header(ContentType::TEXT_PLAIN)
            .body(format!(
                "Your sign-in code is {code}.\n\nIt is good for ten minutes. If you did not ask for it, ignore this message.\n"
            ))
            .map_err(|_| SendError::Address)?;
        let sent = tokio::time::timeout(SEND_TIMEOUT, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(SendError::Refused(error.status().map(u16::from))),
            Ok(Err(_)) | Err(_) => Err(SendError::Unreachable),
        }
    }
}
