//! What an error of AWS's gate means to the person who has to do something about it.

/// A sentence on an error answer, for logs and reports; `None` where AWS's own message says it
/// all. `error_type` is the header `x-amzn-ErrorType` or the body's type.
pub fn explain(status: u16, error_type: &str, message: &str) -> Option<&'static str> {
    let has = |part: &str| message.contains(part);
    let help = match (status, error_type) {
        (_, "InvalidSignatureException" | "SignatureDoesNotMatch")
            if has("Signature expired") || has("not yet current") =>
        {
            "the clock of this machine is more than five minutes off: set it, or let NTP do so"
        }
        (_, "InvalidSignatureException" | "SignatureDoesNotMatch")
            if has("Credential should be scoped") =>
        {
            "the endpoint is in another region than the connection: make region and endpoint agree"
        }
        (_, "InvalidSignatureException" | "SignatureDoesNotMatch") => {
            "the secret does not belong to the access key, or something on the way (a proxy, a \
             gateway) changed the request: check secretAccessKey for missing or extra characters"
        }
        (_, "UnrecognizedClientException" | "InvalidClientTokenId") => {
            "AWS does not know the access key: it was deleted or deactivated, belongs to another \
             partition (China, GovCloud), its region is not enabled for the account, or it is a \
             temporary one without its session token"
        }
        (_, "ExpiredTokenException" | "ExpiredToken") => {
            "the temporary credentials have expired: fetch new ones, or let the default chain do so"
        }
        (_, "IncompleteSignatureException" | "IncompleteSignature") => {
            "the signature arrived damaged: a proxy may have changed the Authorization header"
        }
        (_, "MissingAuthenticationTokenException" | "MissingAuthenticationToken") => {
            "the signature did not arrive, or the path is none of Lambda's: check the endpoint"
        }
        (_, "OptInRequired" | "SubscriptionRequiredException") => {
            "the account has not enabled the service or the region"
        }
        (403, "AccessDeniedException" | "AccessDenied") if has("explicit deny") => {
            "a policy denies this outright: look for a Deny in the identity's policies, its \
             permissions boundary and the organization's control policies"
        }
        (403, "AccessDeniedException" | "AccessDenied") => {
            "the key is good but may not do this: allow the action of the message on the \
             function's ARN, in the identity's policy or in the function's"
        }
        (403, _) if has("security token") => {
            "the credentials are not accepted: check the key, the session token and the region"
        }
        (404, "UnknownOperationException") => "there is no Lambda at this endpoint, or an old one",
        (404, "ResourceNotFoundException") => {
            "no such function, version or alias in this region and account: check the region first"
        }
        _ => return None,
    };
    Some(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_is_explained() {
        for (status, error_type, message, part) in [
            (403, "InvalidSignatureException", "Signature expired: 2015 is now earlier", "clock"),
            (403, "InvalidSignatureException", "Signature not yet current: 2015", "clock"),
            (
                403,
                "InvalidSignatureException",
                "Credential should be scoped to a valid region.",
                "region",
            ),
            (403, "InvalidSignatureException", "The request signature we calculated", "secret"),
            (403, "UnrecognizedClientException", "The security token included", "access key"),
            (
                403,
                "ExpiredTokenException",
                "The security token included in the request is expired",
                "expired",
            ),
            (
                403,
                "AccessDeniedException",
                "User: x is not authorized to perform: lambda:InvokeFunction",
                "allow",
            ),
            (
                403,
                "AccessDeniedException",
                "with an explicit deny in an identity-based policy",
                "Deny",
            ),
            (
                403,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
                "endpoint",
            ),
            (403, "IncompleteSignatureException", "", "damaged"),
            (404, "ResourceNotFoundException", "Function not found: arn", "region"),
        ] {
            let help = explain(status, error_type, message).unwrap();
            assert!(help.contains(part), "{error_type}: {help}");
            assert!(!help.ends_with('.'));
        }
        for (status, error_type) in
            [(403, ""), (400, "ValidationException"), (429, "TooManyRequestsException"), (200, "")]
        {
            assert_eq!(explain(status, error_type, ""), None);
        }
    }
}
