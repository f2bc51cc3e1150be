use super::rig::{Rig, setup, speech, text};
use crate::options::Options;
use crate::tape::Tape;

#[test]
fn a_tape_has_both_sides_as_they_crossed_the_wire() {
    let tape = Tape::default();
    let rig = Rig::new(Options { tape: Some(tape.clone()), ..Options::default() });
    let mut client = rig.live(&setup());
    client.mark();
    client.send(&text("Begin."));
    client.run_until("turnComplete");
    assert_eq!(tape.said().len() * 2, client.audio_chunks().iter().sum::<usize>());
    assert!(tape.heard().is_empty());
    let answer = speech();
    client.hear(&answer);
    assert_eq!(tape.heard(), answer);
}
