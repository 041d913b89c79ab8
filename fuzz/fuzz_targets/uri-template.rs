#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| myelin_fuzz::deployments::uri_template(input));
