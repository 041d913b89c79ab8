//! Where Lambda is: a region's own address, or the one that somebody gives.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// An address that Lambda requests go to. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    /// What paths are appended to: empty, or `/stage` without a slash at its end.
    base: Arc<str>,
}

/// Why there is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The text is no region; it would lead to a strange host.
    #[error("{0:?} is not the name of an AWS region")]
    Region(String),
    /// The address is not one to send requests to.
    #[error("the Lambda endpoint {0}")]
    Url(&'static str),
}

/// The domains of AWS's partitions, by what their regions begin with; the first that fits counts.
const PARTITIONS: [(&str, &str); 8] = [
    ("cn-", "amazonaws.com.cn"),
    ("us-gov-", "amazonaws.com"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("us-iso-", "c2s.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
    ("", "amazonaws.com"),
];

/// No region's name is nearly as long.
const LONGEST_REGION: usize = 63;

impl Endpoint {
    /// Lambda's public address in a region.
    pub fn of_region(region: &str) -> Result<Self, EndpointError> {
        check_region(region)?;
        let known = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
        let suffix = known.map_or("amazonaws.com", |(_, suffix)| suffix);
        let authority = Authority::try_from(format!("lambda.{region}.{suffix}"))
            .map_err(|_| EndpointError::Region(region.to_owned()))?;
        Ok(Self { scheme: Scheme::HTTPS, authority, base: Arc::from("") })
    }

    /// An explicit address: `http` or `https`, a host, perhaps a port and a path.
    pub fn parse(url: &str) -> Result<Self, EndpointError> {
        let uri: Uri = url.trim().parse().map_err(|_| EndpointError::Url("is not a URL"))?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.filter(|it| *it == Scheme::HTTP || *it == Scheme::HTTPS);
        let scheme = scheme.ok_or(EndpointError::Url("does not begin with http:// or https://"))?;
        let authority = parts.authority.ok_or(EndpointError::Url("has no host"))?;
        if authority.host().is_empty() {
            return Err(EndpointError::Url("has no host"));
        }
        if authority.as_str().contains('@') {
            return Err(EndpointError::Url("has a user in it; connections have access keys"));
        }
        let path = parts.path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
        if path.query().is_some() {
            return Err(EndpointError::Url("has a query in it"));
        }
        Ok(Self { scheme, authority, base: path.path().trim_end_matches('/').into() })
    }

    /// The URI of a request; path and query are encoded already.
    pub fn uri(&self, path: &str, query: &str) -> Result<Uri, http::Error> {
        let mark = if query.is_empty() { "" } else { "?" };
        let target = [&*self.base, path, mark, query].concat();
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target)
            .build()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base)
    }
}

/// Lower-case letters, digits and hyphens between them: what a label of a host may be.
pub(super) fn check_region(region: &str) -> Result<(), EndpointError> {
    let label = region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let hyphens = region.starts_with('-') || region.ends_with('-');
    if !label || hyphens || region.is_empty() || region.len() > LONGEST_REGION {
        return Err(EndpointError::Region(region.chars().take(LONGEST_REGION).collect()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_addresses() {
        for (region, expected) in [
            ("us-east-1", "https://lambda.us-east-1.amazonaws.com"),
            ("cn-north-1", "https://lambda.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "https://lambda.us-gov-west-1.amazonaws.com"),
            ("us-iso-east-1", "https://lambda.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "https://lambda.us-isob-east-1.sc2s.sgov.gov"),
            ("eusc-de-east-1", "https://lambda.eusc-de-east-1.amazonaws.eu"),
            ("mars-north-7", "https://lambda.mars-north-7.amazonaws.com"),
        ] {
            assert_eq!(Endpoint::of_region(region).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn text_that_is_no_region_leads_nowhere() {
        let long = "a".repeat(64);
        for region in [
            "",
            " ",
            "us east",
            "us-east-1 ",
            "evil.com/",
            "x@evil",
            "a.b",
            "US-EAST-1",
            "-a",
            "a-",
            "a#",
            "é",
            &long,
        ] {
            assert!(
                matches!(Endpoint::of_region(region), Err(EndpointError::Region(_))),
                "{region}"
            );
        }
    }

    /// The SDK's own rules as the oracle.
    #[cfg(feature = "catalogue")]
    #[tokio::test]
    async fn addresses_equal_those_of_the_sdk() {
        use aws_sdk_lambda::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
        for region in [
            "af-south-1",
            "ap-northeast-3",
            "ap-southeast-7",
            "ca-west-1",
            "cn-north-1",
            "cn-northwest-1",
            "eu-central-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
            "il-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-gov-east-1",
            "us-gov-west-1",
            "us-iso-east-1",
            "us-iso-west-1",
            "us-isob-east-1",
            "us-isob-west-1",
            "us-isof-east-1",
            "us-isof-south-1",
            "us-west-2",
        ] {
            let params = Params::builder().region(region).build().unwrap();
            let theirs = DefaultResolver::new().resolve_endpoint(&params).await.unwrap();
            assert_eq!(Endpoint::of_region(region).unwrap().to_string(), theirs.url());
        }
    }

    #[test]
    fn explicit_addresses_are_checked() {
        for (url, path, expected) in [
            ("http://127.0.0.1:4566", "/a", "http://127.0.0.1:4566/a"),
            (
                " https://vpce-1.lambda.eu-west-1.vpce.amazonaws.com/\n",
                "/a%3A",
                "https://vpce-1.lambda.eu-west-1.vpce.amazonaws.com/a%3A",
            ),
            ("https://gateway/stage/", "/a", "https://gateway/stage/a"),
            ("http://[::1]:9000", "/a", "http://[::1]:9000/a"),
        ] {
            assert_eq!(Endpoint::parse(url).unwrap().uri(path, "").unwrap(), expected);
        }
        let uri = Endpoint::parse("http://h").unwrap().uri("/a", "b=c").unwrap();
        assert_eq!(uri, "http://h/a?b=c");
        for url in [
            "",
            "h",
            "h:80",
            "/a",
            "ftp://h",
            "http://",
            "http://u:p@h",
            "http://h?q=1",
            "http://a b",
        ] {
            let error = Endpoint::parse(url).unwrap_err().to_string();
            assert!(
                error.starts_with("the Lambda endpoint") && !error.contains("u:p"),
                "{url}: {error}"
            );
        }
    }
}
