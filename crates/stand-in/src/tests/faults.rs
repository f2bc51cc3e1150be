use super::rig::{Rig, scenario, setup, text};
use crate::close::Close;
use crate::io::Output;
use crate::scenario::{Act, Point};

fn begun(at: Point, act: Act) -> super::rig::Client {
    let mut client = Rig::with(scenario(at, 1, act)).live(&setup());
    client.mark();
    client.send(&text("Begin."));
    client.run(30_000);
    client
}

#[test]
fn si_95_98_99_ends_in_the_middle_of_a_turn_and_after_it() {
    let internal = begun(Point::Turn, Act::Close(Close::internal()));
    assert_eq!(internal.shape(), ["modelTurn"]);
    assert_eq!(internal.close_code(), Some(1011));
    assert_eq!(begun(Point::Turn, Act::Drop).end, Some(Output::Drop));
    let unasked = begun(Point::TurnEnd, Act::Close(Close::new(1000, "")));
    assert_eq!(unasked.shape(), ["modelTurn", "generationComplete", "turnComplete"]);
    assert_eq!(unasked.close_code(), Some(1000));
}

#[test]
fn si_95_after_a_cut_in_the_middle_the_session_resumes_at_once() {
    let rig = Rig::with(scenario(Point::Turn, 1, Act::Close(Close::internal())));
    let mut client = rig.live(&setup());
    client.send(&text("Begin."));
    client.run(5_000);
    let mut resumed = rig.resume(&client.handle());
    resumed.send(&text("(connection restored, please continue)"));
    resumed.run_until("turnComplete");
    assert!(
        resumed.said().contains('.') && !resumed.said().contains("practice interviewer"),
        "{}",
        resumed.said()
    );
}

#[test]
fn si_100_a_black_hole_takes_everything_and_says_nothing() {
    let mut hole = begun(Point::Turn, Act::Silence);
    assert_eq!(hole.shape(), ["modelTurn"]);
    hole.mark();
    hole.send(&text("Hello?"));
    hole.run(60_000);
    assert!(hole.got.is_empty() && hole.end.is_none());
}

#[test]
fn si_101_102_garbage_odd_audio_and_thoughts() {
    assert_eq!(begun(Point::Turn, Act::Garbage).garbage, 2);
    let odd = begun(Point::Turn, Act::OddAudio);
    assert_eq!(odd.audio_chunks()[..3], [3, 0, 3]);
    assert!(odd.audio_ms() > 5_000, "and the turn goes on");
    let thought = begun(Point::Turn, Act::Thought);
    assert_eq!(thought.got[0].1["serverContent"]["modelTurn"]["parts"][0]["thought"], true);
    assert!(!thought.said().contains("ready"));
}
