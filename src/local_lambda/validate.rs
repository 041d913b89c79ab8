//! The constraints of AWS's model, checked together and reported in AWS's one sentence.

use super::arn::is_name;
use super::error::{Answer, ApiError};

/// Collects what breaks a constraint.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<String>);

impl Checks {
    /// A member that must be there.
    pub(super) fn required(&mut self, member: &str, present: bool) -> &mut Self {
        self.check(present, || format!("Value null at '{member}'"), "not be null")
    }

    /// A text that must match a pattern of the model; `matches` says whether it does.
    pub(super) fn pattern(
        &mut self,
        member: &str,
        value: &str,
        matches: bool,
        pattern: &str,
    ) -> &mut Self {
        let rule = format!("satisfy regular expression pattern: {pattern}");
        self.check(matches, || format!("Value '{value}' at '{member}'"), &rule)
    }

    /// A text that may have at most so many characters.
    pub(super) fn longest(&mut self, member: &str, value: &str, most: usize) -> &mut Self {
        let rule = format!("have length less than or equal to {most}");
        self.check(value.chars().count() <= most, || format!("Value at '{member}'"), &rule)
    }

    /// A number within a range.
    pub(super) fn range(&mut self, member: &str, value: i64, least: i64, most: i64) -> &mut Self {
        let subject = || format!("Value '{value}' at '{member}'");
        let low = format!("have value greater than or equal to {least}");
        let high = format!("have value less than or equal to {most}");
        self.check(value >= least, subject, &low).check(value <= most, subject, &high)
    }

    /// A text out of a closed set.
    pub(super) fn one_of(&mut self, member: &str, value: &str, allowed: &[&str]) -> &mut Self {
        let rule = format!("satisfy enum value set: [{}]", allowed.join(", "));
        self.check(allowed.contains(&value), || format!("Value '{value}' at '{member}'"), &rule)
    }

    /// Fails with everything that was found.
    pub(super) fn finish(&mut self) -> Answer<()> {
        let noun = match self.0.len() {
            0 => return Ok(()),
            1 => "error",
            _ => "errors",
        };
        let all = self.0.join("; ");
        Err(ApiError::validation(format!("{} validation {noun} detected: {all}", self.0.len())))
    }

    fn check(&mut self, holds: bool, subject: impl FnOnce() -> String, rule: &str) -> &mut Self {
        if !holds {
            let subject = subject();
            self.0.push(format!("{subject} failed to satisfy constraint: Member must {rule}"));
        }
        self
    }
}

/// The pattern of a role's ARN.
pub(super) const ROLE: &str = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";
/// The pattern of statement ids.
pub(super) const STATEMENT: &str = "([a-zA-Z0-9-_]+)";
/// The pattern of an alias' name: a number alone is a version.
pub(super) const ALIAS: &str = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)";
/// The pattern of a version.
pub(super) const VERSION: &str = r"(\$LATEST|[0-9]+)";

/// Whether a text is the ARN of a role.
pub(super) fn is_role(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, role] = parts.as_slice() else { return false };
    let Some(path) = role.strip_prefix("role") else { return false };
    (partition.is_empty() || partition.starts_with("aws"))
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && path.len() > usize::from(path.starts_with('/'))
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&b))
}

/// Whether a text can name an alias.
pub(super) fn is_alias(text: &str) -> bool {
    is_name(text) && !text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 128
}

/// Whether a text can name an environment variable.
pub(super) fn is_variable(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.len() > 1
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_errors_stand_in_one_sentence() {
        let error = Checks::default()
            .range("memorySize", 127, 128, 10_240)
            .required("role", false)
            .finish()
            .unwrap_err();
        assert_eq!(
            error.message,
            "2 validation errors detected: Value '127' at 'memorySize' failed to satisfy \
             constraint: Member must have value greater than or equal to 128; Value null at \
             'role' failed to satisfy constraint: Member must not be null"
        );
        assert!(Checks::default().longest("description", "short", 256).finish().is_ok());
    }

    #[test]
    fn roles() {
        for role in ["arn:aws:iam::000000000000:role/x", "arn:aws-cn:iam::000000000000:role/a/b"] {
            assert!(is_role(role), "{role}");
        }
        for role in ["", "role", "arn:aws:iam::1:role/x", "arn:aws:iam::000000000000:user/x"] {
            assert!(!is_role(role), "{role}");
        }
    }

    #[test]
    fn aliases_and_variables() {
        assert!(is_alias("live") && is_alias("v1") && !is_alias("1") && !is_alias("a b"));
        assert!(
            is_variable("HOME_2") && !is_variable("_X") && !is_variable("A") && !is_variable("A-B")
        );
    }
}
