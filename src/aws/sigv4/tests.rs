//! Signatures against AWS's vectors and the SDK's signer; refusals by rows.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, Request};
use serde_json::Value;

use super::*;

const FIVE_MINUTES: Duration = Duration::from_mins(5);

/// AWS's published vectors: canonical form, string to sign and signature of each.
#[test]
fn the_published_vectors_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sigv4");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    assert_eq!(folders.len(), 28);
    for folder in folders {
        let case = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let context: Value = serde_json::from_str(&read("context.json")).unwrap();
        let request = read("request.txt");
        let (head, body) = request.split_once("\n\n").unwrap_or((&request, ""));
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().splitn(2, ' ');
        let method = first.next().unwrap();
        let target = first.next().unwrap().strip_suffix(" HTTP/1.1").unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let body = BodyHash::of(body.as_bytes());
        let headers = vector_headers(lines, &context, body);
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        let canonical =
            Canonical { method, path, query, headers: &headers, host: None, names: &names, body };
        let mut buffer = b"left over".to_vec();
        canonical.write(&mut buffer).unwrap();
        assert_eq!(text(&buffer), read("header-canonical-request.txt"), "{case}");
        let stamp = Stamp::parse("20150830T123600Z").unwrap().0;
        let (region, service) = (string(&context, "region"), string(&context, "service"));
        Scope { stamp: &stamp, region, service }.string_to_sign(&mut buffer);
        assert_eq!(text(&buffer), read("header-string-to-sign.txt"), "{case}");
        let secret = vector_credentials(&context);
        let key = KeyCache::default().get(secret.secret_access_key(), "20150830", region, service);
        let mut hex = Vec::new();
        push_hex(&mut hex, &key.chain_update(&buffer).finalize().into_bytes());
        assert_eq!(text(&hex), read("header-signature.txt"), "{case}");
    }
}

fn vector_headers<'a>(
    lines: impl Iterator<Item = &'a str>,
    context: &Value,
    body: BodyHash,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    headers.insert(DATE, HeaderValue::from_static("20150830T123600Z"));
    if let Some(token) = context["credentials"]["token"].as_str() {
        headers.insert(TOKEN, HeaderValue::from_str(token).unwrap());
    }
    if context["sign_body"] == true {
        let mut hex = Vec::new();
        push_hex(&mut hex, &body.0);
        headers.insert("x-amz-content-sha256", HeaderValue::from_bytes(&hex).unwrap());
    }
    headers
}

fn vector_credentials(context: &Value) -> Credentials {
    let credentials = &context["credentials"];
    let [id, secret] = ["access_key_id", "secret_access_key"].map(|key| string(credentials, key));
    Credentials::new(id, secret, credentials["token"].as_str())
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Generated requests, signed by us and by `aws-sigv4`; then verified by us.
#[test]
fn signatures_equal_those_of_the_sdk() {
    let mut random = Random(0x5eed);
    let signer = Signer::default();
    for round in 0..500 {
        let mut head = random.head();
        let body = random.text(40, ANY);
        let token = random.text(30, NAME);
        let token = Some(token.as_str()).filter(|_| random.below(2) == 0);
        let credentials = Credentials::new("AKIDEXAMPLE", &random.text(90, NAME), token);
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000_000 + random.below(2_000_000_000));
        let region = ["us-east-1", "cn-north-1", "eu-west-1"][random.below(3) as usize];
        let expected = sdk_authorization(&head, body.as_bytes(), &credentials, region, now);
        let hash = BodyHash::of(body.as_bytes());
        signer.sign(&mut head, hash, &credentials, region, "lambda", now).unwrap();
        let ours = head.headers[AUTHORIZATION].to_str().unwrap();
        assert_eq!(ours, expected, "round {round}: {head:?}");
        let found = signer
            .verify(&head, body.as_bytes(), |_| Some(credentials.clone()), now, FIVE_MINUTES)
            .unwrap();
        assert_eq!((found.region.as_str(), found.service.as_str()), (region, "lambda"));
    }
}

fn sdk_authorization(
    head: &Parts,
    body: &[u8],
    credentials: &Credentials,
    region: &str,
    now: SystemTime,
) -> String {
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    let token = credentials.session_token().map(|token| token.expose().to_owned());
    let identity = aws_credential_types::Credentials::new(
        credentials.access_key_id(),
        credentials.secret_access_key().expose(),
        token,
        None,
        "test",
    )
    .into();
    let params = aws_sigv4::sign::v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("lambda")
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .unwrap();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let uri = head.uri.to_string();
    let body = SignableBody::Bytes(body);
    let request = SignableRequest::new(head.method.as_str(), &uri, headers, body).unwrap();
    let (instructions, _) = sign(request, &params.into()).unwrap().into_parts();
    let mut signed = Request::builder().uri(&head.uri).body(()).unwrap();
    instructions.apply_to_request_http1x(&mut signed);
    signed.headers()[AUTHORIZATION].to_str().unwrap().to_owned()
}

const INVALID: Result<String, &str> = Err("InvalidSignatureException");

#[test]
fn a_changed_request_is_refused() {
    let change = |what: fn(&mut Parts)| {
        let mut head = signed();
        what(&mut head);
        check(&head, b"{}").map_err(|error| error.error_type())
    };
    assert_eq!(change(|_| {}), Ok("AKIDEXAMPLE".to_owned()));
    assert_eq!(change(|head| head.uri = "https://h/other".parse().unwrap()), INVALID);
    assert_eq!(change(|head| head.uri = "https://h/a?x=2".parse().unwrap()), INVALID);
    assert_eq!(change(|head| head.method = http::Method::GET), INVALID);
    assert_eq!(change(|head| drop(head.headers.remove("x-amz-log-type"))), INVALID);
    assert_eq!(
        change(|head| drop(
            head.headers.insert("x-amz-log-type", HeaderValue::from_static("None"))
        )),
        INVALID
    );
    // What is not signed may change on the way.
    assert_eq!(
        change(|head| drop(head.headers.insert("via", HeaderValue::from_static("proxy")))),
        Ok("AKIDEXAMPLE".to_owned())
    );
    assert_eq!(check(&signed(), b"{ }").unwrap_err(), VerifyError::Mismatch);
}

#[test]
fn broken_and_foreign_signatures_have_the_errors_of_aws() {
    let with = |from: &str, to: &str| {
        let mut head = signed();
        let text = head.headers[AUTHORIZATION].to_str().unwrap().replace(from, to);
        head.headers.insert(AUTHORIZATION, HeaderValue::from_str(&text).unwrap());
        check(&head, b"{}").unwrap_err().error_type()
    };
    for (from, to, error) in [
        ("AWS4-HMAC-SHA256", "Bearer", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256", "IncompleteSignatureException"),
        ("Credential=", "Cred=", "IncompleteSignatureException"),
        ("/aws4_request", "", "IncompleteSignatureException"),
        ("SignedHeaders=", "Headers=", "IncompleteSignatureException"),
        ("Signature=", "Sig=", "IncompleteSignatureException"),
        ("Signature=", "Signature=0", "InvalidSignatureException"),
        ("host;", "", "InvalidSignatureException"),
        ("SignedHeaders=", "SignedHeaders=absent;", "InvalidSignatureException"),
        ("/20150830/", "/20150831/", "InvalidSignatureException"),
        ("/us-east-1/", "/us-east-2/", "InvalidSignatureException"),
        ("AKIDEXAMPLE", "AKIDOTHER", "UnrecognizedClientException"),
    ] {
        assert_eq!(with(from, to), error, "{from} {to}");
    }
    let mut head = signed();
    head.headers.remove(AUTHORIZATION);
    assert_eq!(check(&head, b"{}").unwrap_err(), VerifyError::Missing);
    let mut head = signed();
    head.headers.insert(DATE, HeaderValue::from_static("yesterday"));
    assert!(matches!(check(&head, b"{}"), Err(VerifyError::Incomplete(_))));
    head.headers.remove(DATE);
    assert!(matches!(check(&head, b"{}"), Err(VerifyError::Incomplete(_))));
}

#[test]
fn old_and_early_signatures_are_refused() {
    let at = |now: SystemTime| {
        Signer::default().verify(&signed(), b"{}", lookup, now, FIVE_MINUTES).map(|_| ())
    };
    assert_eq!(at(moment() + FIVE_MINUTES), Ok(()));
    assert_eq!(at(moment() - FIVE_MINUTES), Ok(()));
    assert_eq!(
        at(moment() + FIVE_MINUTES + Duration::from_secs(1)).unwrap_err().to_string(),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T124101Z - 5 min.)"
    );
    let early = at(moment() - FIVE_MINUTES - Duration::from_secs(1)).unwrap_err();
    assert!(early.to_string().starts_with("Signature not yet current: 20150830T123600Z is still"));
    assert_eq!(early.error_type(), "InvalidSignatureException");
}

#[test]
fn a_session_token_must_be_the_right_one() {
    let stored = Credentials::new("AKIDEXAMPLE", "secret", Some("right"));
    let verify = |token| {
        let mut head = unsigned();
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", token);
        Signer::default().sign(&mut head, hash(), &credentials, "r", "lambda", moment()).unwrap();
        let lookup = |_: &str| Some(stored.clone());
        Signer::default().verify(&head, b"{}", lookup, moment(), FIVE_MINUTES).map(|_| ())
    };
    assert_eq!(verify(Some("right")), Ok(()));
    assert_eq!(verify(Some("wrong")), Err(VerifyError::UnknownKey));
    assert_eq!(verify(None), Err(VerifyError::UnknownKey));
}

#[test]
fn what_cannot_be_signed_says_so_without_the_secret() {
    let sign = |credentials: &Credentials, region: &str| {
        Signer::default().sign(&mut unsigned(), hash(), credentials, region, "lambda", moment())
    };
    let good = Credentials::new("AK", "s", None);
    let bad = Credentials::new("A\nK", "hunter2", None);
    assert_eq!(sign(&bad, "r"), Err(SignError::Unsendable));
    assert_eq!(sign(&good, "r\u{1}"), Err(SignError::Unsendable));
    let mut head = Request::builder().uri("/a").body(()).unwrap().into_parts().0;
    let homeless = Signer::default().sign(&mut head, hash(), &good, "r", "lambda", moment());
    assert_eq!(homeless, Err(SignError::NoHost));
    let head = signed();
    assert!(!format!("{head:?}").contains("Signature="), "{head:?}");
}

#[test]
fn signing_again_replaces_the_signature_and_the_token() {
    let mut head = unsigned();
    let mut sign = |token| {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", token);
        Signer::default().sign(&mut head, hash(), &credentials, "r", "lambda", moment()).unwrap();
        (head.headers[AUTHORIZATION].clone(), head.headers.contains_key(TOKEN))
    };
    let first = sign(None);
    assert!(sign(Some("t")).1);
    assert_eq!(sign(None), first);
}

fn moment() -> SystemTime {
    Stamp::parse("20150830T123600Z").unwrap().1
}

fn hash() -> BodyHash {
    BodyHash::of(b"{}")
}

fn lookup(id: &str) -> Option<Credentials> {
    (id == "AKIDEXAMPLE").then(|| Credentials::new(id, "secret", None))
}

fn unsigned() -> Parts {
    let request = Request::post("https://h/a?x=1").header("x-amz-log-type", "Tail");
    request.body(()).unwrap().into_parts().0
}

fn signed() -> Parts {
    let mut head = unsigned();
    let credentials = lookup("AKIDEXAMPLE").unwrap();
    let signer = Signer::default();
    signer.sign(&mut head, hash(), &credentials, "us-east-1", "lambda", moment()).unwrap();
    head
}

fn check(head: &Parts, body: &[u8]) -> Result<String, VerifyError> {
    let verified = Signer::default().verify(head, body, lookup, moment(), FIVE_MINUTES)?;
    Ok(verified.access_key_id)
}

const ANY: &str = "aB0 \"{}[]:,é€\n";
const NAME: &str = "abcXYZ019/+=";
const PATH: &str = "aZ9-._~$:@!*'(),;=&/";
const VALUE: &str = "ab \t\"'=,;%/Z";

/// A fixed sequence, so that a failure can be looked at again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn text(&mut self, longest: u64, alphabet: &str) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let length = 1 + self.below(longest);
        (0..length).map(|_| letters[self.below(letters.len() as u64) as usize]).collect()
    }

    fn encoded(&mut self, longest: u64, alphabet: &str) -> String {
        let text = self.text(longest, alphabet);
        percent_encoding::utf8_percent_encode(&text, crate::aws::request::ENCODED).to_string()
    }

    fn head(&mut self) -> Parts {
        let host = ["lambda.us-east-1.amazonaws.com", "127.0.0.1:4566", "h:443", "h"];
        let mut uri = format!("https://{}/", host[self.below(4) as usize]);
        for _ in 0..self.below(4) {
            uri += &if self.below(2) == 0 { self.text(8, PATH) } else { self.encoded(8, ANY) };
            uri.push('/');
        }
        for number in 0..self.below(4) {
            uri.push(if number == 0 { '?' } else { '&' });
            uri += &self.encoded(4, "aAbB $");
            uri.push('=');
            uri += &self.encoded(6, ANY);
        }
        let method = ["GET", "POST", "PUT", "DELETE"][self.below(4) as usize];
        let mut request = Request::builder().method(method).uri(uri);
        for _ in 0..self.below(4) {
            let name = ["x-amz-tenant-id", "content-type", "via", "user-agent"];
            request = request.header(name[self.below(4) as usize], self.text(12, VALUE));
        }
        request.body(()).unwrap().into_parts().0
    }
}
