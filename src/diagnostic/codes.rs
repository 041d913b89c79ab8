//! The register of problem kinds. A code, once released, is never given another meaning.

use super::Severity;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(&'static Entry);

/// What the register says of a kind.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Entry {
    id: &'static str,
    error: bool,
    title: &'static str,
}

impl Code {
    /// The code as it is printed: `A301`.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// How bad it is unless `--strict` says otherwise.
    pub fn severity(self) -> Severity {
        if self.0.error { Severity::Error } else { Severity::Warning }
    }

    /// What it is about, in a phrase.
    pub fn title(self) -> &'static str {
        self.0.title
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $error:literal $title:literal)*) => {
        impl Code {
            $(
                #[doc = $title]
                pub const $name: Code =
                    Code(&Entry { id: $id, error: $error, title: $title });
            )*
        }

        /// Every code, in order.
        pub static CODES: &[Code] = &[$(Code::$name),*];
    };
}

// A1 files and XML, A2 artifacts, A3 mediators, A4 expressions, A5 references, A6 connectors,
// A7 settings.
codes! {
    UNREADABLE_FILE "A101" true "A file or folder cannot be read."
    MALFORMED_XML "A102" true "A file is not well-formed XML."
    NO_ARTIFACTS "A103" false "There is nothing to deploy."
    BAD_ARCHIVE "A104" true "A carbon archive cannot be read."
    UNKNOWN_ARTIFACT "A201" true "A root element is no artifact of Synapse."
    UNSUPPORTED_ARTIFACT "A202" false "A kind of artifact is known but not run yet."
    DUPLICATE_ARTIFACT "A203" true "Two artifacts of a kind have the same name."
    MISSING_ATTRIBUTE "A204" true "A required attribute is missing."
    UNKNOWN_ATTRIBUTE "A205" false "An attribute means nothing to Synapse."
    INVALID_VALUE "A206" true "An attribute or a text has a value that is not allowed."
    MISSING_CHILD "A207" true "A required child element is missing."
    UNKNOWN_CHILD "A208" false "A child element means nothing to Synapse."
    NOT_HONOURED "A209" false "Something is valid but not honoured by Myelin."
    MISSING_VALUE "A210" true "A deploy-time value such as `$SYSTEM:NAME` is not defined."
    CONFLICT "A211" true "Two settings of an artifact exclude each other."
    NOBODY "A212" false "An API asks for a user where none is known."
    UNKNOWN_MEDIATOR "A301" true "An element is neither a mediator nor a connector operation."
    UNSUPPORTED_MEDIATOR "A302" true "A mediator is known but cannot be run."
    BAD_EXPRESSION "A401" true "An expression cannot be read."
    LITERAL_EXPRESSION "A402" false "A bare `${…}` is literal text where only `{${…}}` is evaluated."
    ODD_EXPRESSION "A403" false "An expression always fails, or is read otherwise than it looks."
    UNRESOLVED_SEQUENCE "A501" false "No sequence of this name is deployed."
    UNRESOLVED_ENDPOINT "A502" false "No endpoint of this name is deployed."
    UNRESOLVED_TEMPLATE "A503" false "No template of this name is deployed."
    UNRESOLVED_ENTRY "A504" false "No local entry or registry resource has this key."
    UNRESOLVED_CONNECTION "A505" false "No connection of this name is deployed."
    UNRESOLVED_ARCHIVE "A506" true "An archive that another one needs is not deployed."
    UNKNOWN_OPERATION "A601" true "A connector has no operation of this name."
    UNKNOWN_PARAMETER "A602" false "An operation has no parameter of this name."
    INVALID_SETTING "A701" true "A setting has a value that is not allowed, or is not known."
    UNHONOURED_SETTING "A702" false "A setting of Micro Integrator is not honoured by Myelin."
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_sorted_and_unique() {
        let ids: Vec<_> = CODES.iter().map(|code| code.id()).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
    }
}
