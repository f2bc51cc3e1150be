#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_checks::any_inputs::check(data));
