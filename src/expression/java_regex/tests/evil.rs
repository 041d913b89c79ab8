//! Patterns and texts that are made to cost much: all end soon, with an answer or a refusal.

use std::time::Duration;

use crate::expression::java_regex::Pattern;
use crate::message::Work;

/// Patterns that make engines which try slow, and some that make automata large.
const EVIL: &[&str] = &[
    r"(a+)+",
    r"(a+)+b",
    r"(a*)*b",
    r"(a|a)*b",
    r"(a|aa)+b",
    r"(a|a?)+b",
    r"(.*a){12}b",
    r"(.*)(.*)(.*)(.*)(.*)b",
    r"(.*?)(.*?)(.*?)(.*?)b",
    r"a*a*a*a*a*a*a*b",
    r"a?a?a?a?a?a?a?a?aaaaaaaab",
    r"(a?){50}a{50}b",
    r"([a-zA-Z]+)*b!",
    r"(([a-z])+.)+[A-Z]([a-z])+b",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(\w+\s?)*b!",
    r"(\w|\d|_)+b!",
    r"(x+x+)+y",
    r"(?:a+){1,100}b",
    r"(a{1,20}){1,20}b",
    r"[ab]*a[ab]{12}b!",
    r"(a|b)*a(a|b){15}b!",
    r".*.*=.*",
    r"(?:.*,){11}P",
    r".{0,200}b.{0,200}!",
    r"(.{1,50}){1,50}b",
    r"\p{L}{1,200}b!",
    r"(?i)(\p{L}+)+b!",
    r"\b(\w+)\b.*\b(\w+)\b.*b!",
    r"(?=a+)+b",
    r"(?=(a+))\1b",
    r"(?=.*b!)a",
    r"(?=(.*)(.*)b!)a",
    r"(?!.*b!)b",
    r"(?<=a{1,100})b",
    r"(?<!a{1,1000})b",
    r"(?<=(a|aa){1,50})b",
    r"(a+)+\1b",
    r"(a*)\1\1b",
    r"(.*)\1b!",
    r"(.+)\1+b!",
    r"(a+?)+?\1b",
    r"(?>a+)b",
    r"(?>(a|aa)+)b",
    r"a++b",
    r"(?:a|aa)++b",
    r"(?:(?=(a+))a)+b",
    r"(?:(?!b!)a)*b!",
    r"a(?=a*$)b",
    r"(?m)^a*$b",
    r"(?:a*$)+b",
    r"\s+$",
    r"(?i)(a|A)*b!",
    r"([^b]*)*b!",
    r"(?:[^b]+,?)*b!",
    r"((a{0,100}){0,100}){0,1}b",
    r"(a|b|ab)*c!",
    r"(?:(a)|(b)|(ab))*\1c",
    r"(.)(?=.*\1)b",
    r"(?:.(?=.*a))*b!",
];

/// The CPU time of this thread so far; none where the system does not say it.
fn cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// How much less to ask for in a build that is not optimised: there a million steps take long.
fn scale() -> u64 {
    let text = "a".repeat(20_000);
    let pattern = Pattern::whole("(?=(?:a|b)*)a*", "").unwrap();
    let before = cpu();
    pattern.is_match(&text, 1_000_000).unwrap();
    match cpu().zip(before) {
        Some((after, before)) if after.saturating_sub(before) < Duration::from_millis(5) => 1,
        _ => 100,
    }
}

/// Each within 200 ms, doubled for machines under load.
#[test]
fn no_pattern_holds_a_worker() {
    let scale = scale();
    let size = (1 << 20) / scale as usize;
    let steps = Work::default().regex / scale;
    let texts = ["a".repeat(size), "aA,b=".repeat(size / 5)];
    let mut slow = Vec::new();
    let mut tried = 0;
    for (at, pattern) in EVIL.iter().enumerate() {
        let full = Pattern::whole(pattern, "").unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let part = Pattern::within(pattern, "").unwrap();
        let [one, other] = [at % 2, (at + 1) % 2].map(|at| texts.get(at).unwrap());
        for (what, run) in [
            ("whole", &(|| drop(full.is_match(one, steps))) as &dyn Fn()),
            ("first", &|| drop(part.captures(other, steps))),
        ] {
            let before = cpu();
            run();
            tried += 1;
            if let Some(took) =
                cpu().zip(before).map(|(after, before)| after.saturating_sub(before))
                && took > Duration::from_millis(400)
            {
                slow.push(format!("{pattern} ({what}): {took:?}"));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
    assert!(tried >= 100, "{tried}");
}

#[test]
fn a_search_that_costs_too_much_names_the_setting() {
    let text = "a".repeat(10_000);
    let pattern = Pattern::within(r"(?=(a+)+b)x", "").unwrap();
    let error = pattern.is_match(&text, 100_000).unwrap_err().to_string();
    let expected = "the regular expression takes more than the 100000 steps allowed by \
                    `limits.regex.steps`";
    assert_eq!(error, expected);
}

#[test]
fn large_and_deep_patterns_are_refused() {
    for (pattern, message) in [
        ("(a{1000}){1000}".to_owned(), "the pattern is too large"),
        ("(".repeat(100_000), "groups nest deeper"),
        ("[".repeat(100_000), "groups nest deeper"),
        ("(?=".repeat(100_000), "groups nest deeper"),
        ("a".repeat(100_000), "the pattern is too large"),
    ] {
        let error = Pattern::whole(&pattern, "").unwrap_err();
        assert!(error.message.starts_with(message), "{error}");
    }
}
