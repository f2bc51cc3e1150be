//! A mail server that takes one kind of decision.

use app::{Mail, Secret};
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

/// Takes messages over SMTP (RFC 5321), as far as one message needs it.
pub(crate) struct MailServer {
    address: SocketAddr,
    messages: Mutex<mpsc::Receiver<String>>,
}

impl MailServer {
    /// Starts a server that answers every recipient with `verdict`.
    pub(crate) async fn start(verdict: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, messages) = mpsc::channel(8);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, verdict, sender.clone()));
            }
        });
        Self { address, messages: Mutex::new(messages) }
    }

    /// How to reach it.
    pub(crate) fn mail(&self) -> Mail {
        let smtp_url = Secret::new(format!("smtp://{}", self.address));
        Mail { smtp_url, from: "PrepPal <no-reply@preppal.example>".into() }
    }

    /// The next message.
    pub(crate) async fn received(&self) -> String {
        self.messages.lock().await.recv().await.expect("the server runs")
    }
}

async fn serve(stream: TcpStream, verdict: &'static str, messages: mpsc::Sender<String>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 hello\r\n").await.unwrap();
    let mut message: Option<String> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(text) = &mut message {
            if line == "." {
                messages.send(std::mem::take(text)).await.unwrap();
                message = None;
                write.write_all(b"250 ok\r\n").await.unwrap();
            } else {
                text.push_str(&line);
                text.push('\n');
            }
            continue;
        }
        let reply = match line.get(..4).unwrap_or_default() {
            "RCPT" => verdict,
            "DATA" => {
                message = Some(String::new());
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if write.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}
