//! Content types: which builder reads a body and which formatter writes one.

use super::content_type::media_type;

/// How a body is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `application/json` and its kin.
    Json,
    /// `application/xml`: the payload's element alone.
    Xml,
    /// `text/xml`: SOAP 1.1, or the payload's element alone when it came so.
    Soap11,
    /// `application/soap+xml`: SOAP 1.2.
    Soap12,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `multipart/related`: XML with attachments.
    Related,
    /// `text/plain` and other text.
    Text,
    /// Everything else: bytes.
    #[default]
    Binary,
}

impl Format {
    /// The format of a content type; parameters and case do not matter.
    pub fn of(content_type: &str) -> Self {
        let media = media_type(content_type);
        let is = |name: &str| media.eq_ignore_ascii_case(name);
        let ends = |suffix: &str| {
            media.len() >= suffix.len()
                && media.as_bytes()[media.len() - suffix.len()..]
                    .eq_ignore_ascii_case(suffix.as_bytes())
        };
        if is("application/json") || is("text/json") || ends("+json") || ends("json-1.0") {
            Self::Json
        } else if is("text/xml") {
            Self::Soap11
        } else if is("application/soap+xml") {
            Self::Soap12
        } else if is("application/xml") || ends("+xml") {
            Self::Xml
        } else if is("application/x-www-form-urlencoded") {
            Self::Form
        } else if is("multipart/form-data") {
            Self::Multipart
        } else if is("multipart/related") {
            Self::Related
        } else if media.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/")) {
            Self::Text
        } else {
            Self::Binary
        }
    }

    /// The content type that is written when nothing else says one.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
            Self::Soap11 => "text/xml",
            Self::Soap12 => "application/soap+xml",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
            Self::Related => "multipart/related",
            Self::Text => "text/plain",
            Self::Binary => "application/octet-stream",
        }
    }

    /// Whether the format is one of XML's.
    pub fn is_xml(self) -> bool {
        matches!(self, Self::Xml | Self::Soap11 | Self::Soap12)
    }

    /// Whether the format is text in some charset.
    pub(super) fn is_text(self) -> bool {
        self.is_xml() || matches!(self, Self::Json | Self::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn content_types_choose_formats() {
        for (content_type, expected) in [
            ("application/json", Format::Json),
            ("Application/JSON; charset=utf-8", Format::Json),
            ("application/problem+json", Format::Json),
            ("application/x-amz-json-1.0", Format::Json),
            ("text/xml; charset=UTF-8", Format::Soap11),
            ("application/soap+xml;action=\"a\"", Format::Soap12),
            ("application/xml", Format::Xml),
            ("application/atom+xml", Format::Xml),
            ("application/x-www-form-urlencoded", Format::Form),
            ("multipart/form-data; boundary=b", Format::Multipart),
            ("Multipart/Related; type=\"text/xml\"", Format::Related),
            ("multipart/mixed", Format::Binary),
            ("text/plain", Format::Text),
            ("text/html", Format::Text),
            ("image/png", Format::Binary),
            ("", Format::Binary),
        ] {
            assert_eq!(Format::of(content_type), expected, "{content_type}");
        }
    }
}
