use super::{CANDIDATE, MODEL, Manners, Recipient, run};
use crate::news::News;
use crate::outbox::Outbox;
use crate::send_queue::QueueLimits;
use futures::{SinkExt, StreamExt};
use session_core::{ConnId, Encoding, Frame, Priority};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

const LIMITS: QueueLimits =
    QueueLimits { audio_bytes: 100_000, control_bytes: 1_000_000, control_frames: 100 };

struct Rig {
    outbox: Arc<Outbox>,
    news: mpsc::Receiver<News>,
    peer: WebSocketStream<DuplexStream>,
}

/// A library that gathers nothing, so that what was taken is what the peer took.
fn unbuffered() -> WebSocketConfig {
    WebSocketConfig::default().write_buffer_size(0)
}

/// A connection over a pipe that holds `pipe_bytes`, on paused time.
async fn rig(manners: Manners, pipe_bytes: usize) -> Rig {
    let (ours, theirs) = tokio::io::duplex(pipe_bytes);
    let socket = WebSocketStream::from_raw_socket(ours, Role::Server, Some(unbuffered())).await;
    let peer = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
    let outbox = Arc::new(Outbox::new(LIMITS));
    let (sender, news) = mpsc::channel(16);
    let sent = outbox.clone();
    tokio::spawn(async move {
        let recipient = Recipient { conn: ConnId(7), news: sender };
        run(socket, manners, &sent, &recipient).await;
    });
    Rig { outbox, news, peer }
}

fn control(bytes: Vec<u8>) -> Frame {
    Frame { encoding: Encoding::Binary, priority: Priority::Control, bytes }
}

impl Rig {
    /// Waits for the end of the connection, which must be the next news; returns what the peer said and when.
    async fn closed(&mut self) -> (Option<(u16, String)>, Duration) {
        let begun = Instant::now();
        match self.news.recv().await {
            Some(News::Closed(ConnId(7), farewell)) => (farewell, begun.elapsed()),
            other => panic!("{other:?}"),
        }
    }

    async fn peer_hears(&mut self) -> Message {
        self.peer.next().await.unwrap().unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_neither_reads_nor_sends_is_noticed_within_45_s() {
    let mut rig = rig(CANDIDATE, 1 << 20).await;
    let (farewell, after) = rig.closed().await;
    assert_eq!(farewell, None);
    assert!((Duration::from_secs(40)..=Duration::from_secs(45)).contains(&after), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_pings_stays() {
    for (manners, pings) in [(CANDIDATE, 40), (MODEL, 30)] {
        let Rig { outbox: _outbox, mut news, mut peer } = rig(manners, 1 << 20).await;
        let answering = async {
            let mut heard = 0;
            while let Some(Ok(message)) = peer.next().await {
                assert!(message.is_ping(), "{message:?}");
                heard += 1;
                peer.flush().await.unwrap();
                if heard == pings {
                    return;
                }
            }
            panic!("the connection ended");
        };
        let begun = Instant::now();
        tokio::select! {
            () = answering => {}
            news = news.recv() => panic!("{news:?}"),
        }
        assert_eq!(begun.elapsed().as_secs(), 600);
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_talks_and_does_not_read_is_hopeless_within_45_s() {
    let Rig { outbox, mut news, mut peer } = rig(CANDIDATE, 1024).await;
    outbox.push(control(vec![0; 10_000]));
    let begun = Instant::now();
    let mut talk = interval(Duration::from_secs(3));
    loop {
        tokio::select! {
            _ = talk.tick() => peer.send(Message::binary(vec![1])).await.unwrap(),
            news = news.recv() => match news {
                Some(News::Received(..)) => {}
                Some(News::Closed(_, farewell)) => {
                    assert_eq!(farewell, None);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert!((Duration::from_secs(40)..=Duration::from_secs(45)).contains(&begun.elapsed()), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_not_hopeless() {
    let Rig { outbox, mut news, mut peer } = rig(CANDIDATE, 1024).await;
    for mark in 0..20 {
        outbox.push(control(vec![mark; 2000]));
    }
    let mut pace = interval(Duration::from_secs(30));
    for mark in 0..20 {
        pace.tick().await;
        peer.send(Message::text("still here")).await.unwrap();
        loop {
            match peer.next().await.unwrap().unwrap() {
                Message::Binary(bytes) => break assert_eq!(bytes[0], mark),
                other => assert!(other.is_ping(), "{other:?}"),
            }
        }
    }
    assert!(news.try_recv().is_err(), "it is still there");
}

#[tokio::test(start_paused = true)]
async fn too_much_that_may_not_be_dropped_ends_the_connection_at_once() {
    let mut rig = rig(CANDIDATE, 1024).await;
    for _ in 0..200 {
        rig.outbox.push(control(vec![0; 10_000]));
    }
    let (farewell, after) = rig.closed().await;
    assert_eq!((farewell, after), (None, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_follows_what_is_queued_and_its_echo_is_told() {
    let mut rig = rig(CANDIDATE, 1 << 20).await;
    rig.outbox.push(control(b"last words".to_vec()));
    rig.outbox.close(4001);
    rig.outbox.push(control(b"too late".to_vec()));
    assert_eq!(rig.peer_hears().await, Message::binary(&b"last words"[..]));
    let Message::Close(Some(frame)) = rig.peer_hears().await else { panic!("no goodbye") };
    assert_eq!((u16::from(frame.code), frame.reason.as_str()), (4001, "ended by the candidate"));
    rig.peer.flush().await.unwrap();
    let (farewell, _) = rig.closed().await;
    assert_eq!(farewell, Some((4001, "ended by the candidate".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_echo_is_let_go_after_a_second() {
    let mut rig = rig(MODEL, 1 << 20).await;
    rig.outbox.close(1000);
    assert_eq!(rig.closed().await, (None, Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_that_cannot_leave_is_given_up() {
    let mut rig = rig(CANDIDATE, 1024).await;
    rig.outbox.push(control(vec![0; 10_000]));
    rig.outbox.close(4001);
    let (farewell, after) = rig.closed().await;
    assert_eq!(farewell, None);
    assert!(after <= Duration::from_secs(10), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn the_peers_code_and_reason_reach_the_interview() {
    let mut rig = rig(MODEL, 1 << 20).await;
    let frame = CloseFrame { code: 1011.into(), reason: "Internal error encountered.".into() };
    rig.peer.close(Some(frame)).await.unwrap();
    let heard = async { while let Some(Ok(_)) = rig.peer.next().await {} };
    timeout(Duration::from_secs(1), heard).await.unwrap();
    assert_eq!(rig.closed().await.0, Some((1011, "Internal error encountered.".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_vanishes_leaves_no_code() {
    let Rig { outbox: _outbox, mut news, peer } = rig(MODEL, 1 << 20).await;
    drop(peer);
    assert!(matches!(news.recv().await, Some(News::Closed(ConnId(7), None))));
    assert!(news.recv().await.is_none(), "once");
}

#[tokio::test(start_paused = true)]
async fn a_clients_text_ping_is_answered_and_other_text_is_not_passed_on() {
    let mut rig = rig(CANDIDATE, 1 << 20).await;
    for text in ["pong", "PING", "ping", "{}"] {
        rig.peer.send(Message::text(text)).await.unwrap();
    }
    rig.peer.send(Message::binary(&b"a message"[..])).await.unwrap();
    assert_eq!(rig.peer_hears().await, Message::text("pong"));
    match rig.news.recv().await {
        Some(News::Received(ConnId(7), bytes)) => assert_eq!(bytes, "a message"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_models_text_is_passed_on_like_its_bytes() {
    let mut rig = rig(MODEL, 1 << 20).await;
    rig.peer.send(Message::text("ping")).await.unwrap();
    assert!(matches!(rig.news.recv().await, Some(News::Received(_, bytes)) if bytes == "ping"));
}

#[tokio::test(start_paused = true)]
async fn a_message_above_the_limit_is_closed_with_1009_and_one_at_the_limit_is_not() {
    let mut rig = rig(CANDIDATE, 1 << 20).await;
    rig.peer.send(Message::binary(vec![0; wire::MAX_MESSAGE_BYTES])).await.unwrap();
    assert!(matches!(rig.news.recv().await, Some(News::Received(..))));
    rig.peer.send(Message::binary(vec![0; wire::MAX_MESSAGE_BYTES + 1])).await.unwrap();
    let Message::Close(Some(frame)) = rig.peer_hears().await else { panic!("no goodbye") };
    assert_eq!(u16::from(frame.code), 1009);
}

#[tokio::test(start_paused = true)]
async fn what_is_queued_is_dropped_when_a_message_is_too_large() {
    let mut rig = rig(CANDIDATE, 1024).await;
    for _ in 0..10 {
        rig.outbox.push(control(vec![0; 2000]));
    }
    rig.outbox.cut(1009);
    let mut binaries = 0;
    let code = loop {
        match rig.peer_hears().await {
            Message::Close(frame) => break u16::from(frame.unwrap().code),
            _ => binaries += 1,
        }
    };
    assert_eq!(code, 1009);
    assert!(binaries <= 1, "{binaries} frames were sent before the goodbye");
}
