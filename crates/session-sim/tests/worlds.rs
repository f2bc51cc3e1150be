//! Worlds by seed: every invariant holds in all of them, and everything that can go wrong does.

use session_sim::{OnFailure, Seeds};

#[test]
fn every_invariant_holds_in_two_thousand_worlds() {
    let seeds = Seeds { first: 0, count: 2_000, jobs: 2, broken: None, on_failure: OnFailure::Stop };
    let report = session_sim::run_many(seeds);
    if let Some((_, outcome)) = report.failures.values().next() {
        panic!("cargo xtask replay {}: {:?}", outcome.seed, outcome.violation);
    }
    assert_eq!(report.worlds, 2_000);
    let missed: Vec<_> = report.faults.rows().filter(|(_, _, hits)| *hits == 0).collect();
    assert!(missed.is_empty(), "nothing of this went wrong: {missed:?}");
}

#[test]
fn a_seed_is_a_world() {
    for seed in [1, 2, 3, 1_000_003] {
        let (once, again) = (session_sim::replay(seed, None), session_sim::replay(seed, None));
        assert!(once.trace.len() > 20, "seed {seed} tells little: {:?}", once.trace);
        assert_eq!(once, again);
        assert_eq!(session_sim::run(seed, None).steps, once.steps, "telling changes nothing");
    }
}
