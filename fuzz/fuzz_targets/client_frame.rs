#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_checks::client_frame::check(data));
