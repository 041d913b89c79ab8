//! The names of functions and layers: bare, with a qualifier, partial ARN, full ARN.

use super::error::{Answer, ApiError};

/// The pattern that AWS quotes when a function's name is refused.
const FUNCTION_PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";
/// The same for a layer's name.
const LAYER_PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]{1,140}|[a-zA-Z0-9-_]{1,140})";
/// The longest bare name of a function.
const LONGEST_NAME: usize = 64;
/// The longest text that can name a function.
const LONGEST_REFERENCE: usize = 256;

/// The name of the newest, unpublished version.
pub(super) const LATEST: &str = "$LATEST";

/// Whose resources a call speaks of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    /// The region that the call was signed for.
    pub region: &'a str,
    /// The account, twelve digits.
    pub account: &'a str,
}

/// A function as a call names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionRef {
    /// The bare name.
    pub name: String,
    /// A version or an alias.
    pub qualifier: Option<String>,
}

impl Owner<'_> {
    /// The ARN of a function, with a qualifier where one is given.
    pub(super) fn function_arn(self, name: &str, qualifier: Option<&str>) -> String {
        let arn = format!("{}:function:{name}", self.prefix());
        match qualifier {
            Some(qualifier) => format!("{arn}:{qualifier}"),
            None => arn,
        }
    }

    /// The ARN of a layer.
    pub(super) fn layer_arn(self, name: &str) -> String {
        format!("{}:layer:{name}", self.prefix())
    }

    /// Partitions follow the region, as clients of those partitions compare them.
    fn prefix(self) -> String {
        let partition = match self.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:lambda:{}:{}", self.region, self.account)
    }
}

impl FunctionRef {
    /// Reads a function's name as it stands in a path, a body or an ARN.
    pub(super) fn parse(text: &str, owner: Owner<'_>) -> Answer<Self> {
        let malformed = || malformed("functionName", text, FUNCTION_PATTERN);
        if text.len() > LONGEST_REFERENCE {
            return Err(malformed());
        }
        let parts = match text.strip_prefix("arn:") {
            Some(rest) => {
                let mut parts = rest.splitn(3, ':');
                let (_partition, service) = (parts.next(), parts.next());
                match (service, parts.next()) {
                    (Some("lambda"), Some(rest)) => rest,
                    _ => return Err(malformed()),
                }
            }
            None => text,
        };
        let mut parts: Vec<&str> = parts.split(':').collect();
        let mut place = |is: &dyn Fn(&str) -> bool| match parts.as_slice() {
            [first, _, ..] if is(first) => Some(parts.remove(0)),
            _ => None,
        };
        let region = place(&|part| part == owner.region || is_region(part));
        let account = place(&is_account);
        place(&|part| part == "function");
        if text.starts_with("arn:") && (region.is_none() || account.is_none()) {
            return Err(malformed());
        }
        let (name, qualifier) = match parts.as_slice() {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some(*qualifier)),
            _ => return Err(malformed()),
        };
        if !is_name(name)
            || name.len() > LONGEST_NAME
            || qualifier.is_some_and(|q| !is_qualifier(q))
        {
            return Err(malformed());
        }
        foreign(region, account, owner)?;
        Ok(Self { name: name.to_owned(), qualifier: qualifier.map(str::to_owned) })
    }

    /// Reads the name together with the `Qualifier` parameter; the two must agree.
    pub(super) fn with_qualifier(
        text: &str,
        qualifier: Option<&str>,
        owner: Owner<'_>,
    ) -> Answer<Self> {
        let mut reference = Self::parse(text, owner)?;
        let Some(qualifier) = qualifier else { return Ok(reference) };
        if !is_qualifier(qualifier) || qualifier.len() > 128 {
            return Err(malformed("qualifier", qualifier, r"(|[a-zA-Z0-9$_-]+)"));
        }
        match &reference.qualifier {
            Some(named) if named != qualifier => Err(ApiError::invalid_parameter(
                "The derived qualifier from the function name does not match the specified \
                 qualifier.",
            )),
            _ => {
                reference.qualifier = Some(qualifier.to_owned());
                Ok(reference)
            }
        }
    }
}

/// Reads a layer's name or ARN and gives the bare name.
pub(super) fn layer_name<'a>(text: &'a str, owner: Owner<'_>) -> Answer<&'a str> {
    let parts: Vec<&str> = text.split(':').collect();
    let name = match parts.as_slice() {
        [name] => *name,
        ["arn", _, "lambda", region, account, "layer", name] => {
            foreign(Some(region), Some(account), owner)?;
            *name
        }
        _ => "",
    };
    if is_name(name) && name.len() <= 140 {
        Ok(name)
    } else {
        Err(malformed("layerName", text, LAYER_PATTERN))
    }
}

/// Splits the ARN of a layer's version into name and number.
pub(super) fn layer_version(arn: &str, owner: Owner<'_>) -> Option<(String, u64)> {
    let (layer, number) = arn.rsplit_once(':')?;
    let name = layer.starts_with("arn:").then(|| layer_name(layer, owner).ok()).flatten()?;
    Some((name.to_owned(), number.parse().ok()?))
}

/// Whether a text is made of what names are made of.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether a text has the shape of a region (`eu-central-1`).
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let first_two = parts.next().is_some_and(|part| part.len() >= 2 && is_lower(part))
        && parts.next().is_some_and(is_lower);
    let rest: Vec<&str> = parts.collect();
    let number =
        rest.last().is_some_and(|part| part.len() == 1 && part.as_bytes()[0].is_ascii_digit());
    text.len() <= 32 && first_two && number && rest.iter().rev().skip(1).all(|part| is_lower(part))
}

fn is_lower(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase())
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_qualifier(text: &str) -> bool {
    text == LATEST || is_name(text)
}

/// Another region has other functions; another account's are not ours to touch.
fn foreign(region: Option<&str>, account: Option<&str>, owner: Owner<'_>) -> Answer<()> {
    match region {
        Some(region) if region != owner.region => {
            return Err(ApiError::not_found(format!(
                "Functions from '{region}' are not reachable in this region ('{}')",
                owner.region
            )));
        }
        _ => {}
    }
    match account {
        Some(account) if account != owner.account => Err(ApiError::access_denied(format!(
            "account {} may not use a resource of account {account}",
            owner.account
        ))),
        _ => Ok(()),
    }
}

fn malformed(member: &str, value: &str, pattern: &str) -> ApiError {
    ApiError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: {pattern}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Owner<'static> = Owner { region: "eu-west-1", account: "000000000000" };

    #[test]
    fn every_way_to_name_a_function() {
        let rows = [
            ("pay", "pay", None),
            ("pay:live", "pay", Some("live")),
            ("pay:$LATEST", "pay", Some("$LATEST")),
            ("pay:7", "pay", Some("7")),
            ("function:pay", "pay", None),
            ("function", "function", None),
            ("000000000000:function:pay", "pay", None),
            ("000000000000:function:pay:live", "pay", Some("live")),
            ("000000000000:pay", "pay", None),
            ("arn:aws:lambda:eu-west-1:000000000000:function:pay", "pay", None),
            ("arn:aws:lambda:eu-west-1:000000000000:function:pay:live", "pay", Some("live")),
        ];
        for (text, name, qualifier) in rows {
            let found = FunctionRef::parse(text, OWNER).unwrap();
            assert_eq!(
                (found.name.as_str(), found.qualifier.as_deref()),
                (name, qualifier),
                "{text}"
            );
        }
    }

    #[test]
    fn names_that_are_refused() {
        let long = "x".repeat(65);
        let rows = [
            ("", 400),
            ("a b", 400),
            ("a:b:c", 400),
            ("a:b!", 400),
            (&long, 400),
            ("arn:aws:s3:::bucket", 400),
            ("arn:aws:lambda:eu-west-1:function:pay", 400),
            ("arn:aws:lambda:us-east-1:000000000000:function:pay", 404),
            ("arn:aws:lambda:eu-west-1:111111111111:function:pay", 403),
        ];
        for (text, status) in rows {
            let error = FunctionRef::parse(text, OWNER).unwrap_err();
            assert_eq!(error.status.as_u16(), status, "{text}: {error}");
        }
    }

    #[test]
    fn name_and_qualifier_agree() {
        let agree = FunctionRef::with_qualifier("pay:live", Some("live"), OWNER).unwrap();
        assert_eq!(agree.qualifier.as_deref(), Some("live"));
        let given = FunctionRef::with_qualifier("pay", Some("3"), OWNER).unwrap();
        assert_eq!(given.qualifier.as_deref(), Some("3"));
        let error = FunctionRef::with_qualifier("pay:live", Some("3"), OWNER).unwrap_err();
        assert_eq!(error.kind, "InvalidParameterValueException");
        assert!(FunctionRef::with_qualifier("pay", Some("a b"), OWNER).is_err());
    }

    #[test]
    fn layers() {
        assert_eq!(layer_name("tools", OWNER).unwrap(), "tools");
        let arn = "arn:aws:lambda:eu-west-1:000000000000:layer:tools";
        assert_eq!(layer_name(arn, OWNER).unwrap(), "tools");
        assert_eq!(layer_version(&format!("{arn}:3"), OWNER), Some(("tools".to_owned(), 3)));
        assert_eq!(layer_version("tools:3", OWNER), None);
        assert_eq!(layer_name("a/b", OWNER).unwrap_err().kind, "ValidationException");
    }

    #[test]
    fn regions() {
        for region in ["eu-west-1", "us-gov-west-1", "us-iso-east-1", "ap-southeast-2"] {
            assert!(is_region(region), "{region}");
        }
        for text in ["", "local", "eu", "eu-1", "EU-WEST-1", "eu-west", "eu-west-1x", "a-b-1"] {
            assert!(!is_region(text), "{text}");
        }
    }

    #[test]
    fn partitions_follow_the_region() {
        let owner = Owner { region: "cn-north-1", account: "000000000000" };
        assert_eq!(
            owner.function_arn("f", Some("1")),
            "arn:aws-cn:lambda:cn-north-1:000000000000:function:f:1"
        );
    }
}
