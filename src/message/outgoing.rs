//! A message on its way out: the form that its body takes, and what the headers say of it.

use std::sync::Arc;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::charset::Charset;
use super::content_type::{parameter, with_parameter};
use super::render::Style;
use super::{BodyStream, Format, Message, PayloadError, Side, soap};

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");

/// A message ready to be sent.
#[derive(Debug)]
pub struct Outgoing {
    /// Its body.
    pub body: Rendered,
    /// The content coding that the body came in and still is in.
    coding: Option<Arc<str>>,
    content_type: Option<String>,
    action: Action,
}

/// A body ready to be sent.
#[derive(Debug)]
pub enum Rendered {
    /// The body as it arrives, never looked at.
    Stream(BodyStream),
    /// Bytes.
    Bytes(bytes::Bytes),
}

/// Where the SOAP action stands.
#[derive(Debug)]
enum Action {
    /// Where the message has it.
    AsItCame,
    /// In its header.
    Header(String),
    /// In the content type.
    Parameter,
}

impl Outgoing {
    /// Says in the headers what the body is.
    pub fn describe(&self, headers: &mut HeaderMap) {
        match self.content_type.as_deref().map(HeaderValue::from_str) {
            Some(Ok(stated)) => drop(headers.insert(CONTENT_TYPE, stated)),
            _ => drop(headers.remove(CONTENT_TYPE)),
        }
        if let Some(coding) = &self.coding
            && let Ok(coding) = HeaderValue::from_str(coding)
        {
            headers.insert(CONTENT_ENCODING, coding);
        }
        match &self.action {
            Action::AsItCame => {}
            Action::Header(action) => {
                if let Ok(action) = HeaderValue::from_str(&format!("\"{action}\"")) {
                    headers.insert(SOAP_ACTION, action);
                }
            }
            Action::Parameter => drop(headers.remove(SOAP_ACTION)),
        }
    }

    /// Whether the body is in the content coding that it came in.
    pub fn is_coded(&self) -> bool {
        self.coding.is_some()
    }

    /// The content type to state.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

impl Message {
    /// The message in its outgoing format, or in one that its endpoint asks for. A stream that
    /// needs no change is taken out and passed on; bytes that nobody changed go out as they came.
    pub fn render(&mut self, asked: Option<Format>) -> Result<Outgoing, PayloadError> {
        if self.axis2.is_true("NO_ENTITY_BODY") {
            let body = Rendered::Bytes(bytes::Bytes::new());
            return Ok(Outgoing {
                body,
                coding: None,
                content_type: None,
                action: Action::AsItCame,
            });
        }
        if self.is_to_be_packed() {
            return Err(PayloadError::NeedBody);
        }
        let format = asked.unwrap_or_else(|| self.outgoing_format());
        let said = self.charset_said()?;
        let stated = self.stated(format, asked.is_some());
        if self.goes_as_it_came(format, asked, said.as_ref())? {
            return self.as_it_came(format, stated, said);
        }
        self.written_anew(format, stated.unwrap_or_else(|| format.content_type().to_owned()), said)
    }

    /// Whether the body has not been read and cannot be sent as it comes, so that it must be read
    /// before [`Message::render`].
    pub fn needs_body_to_be_sent(&self) -> bool {
        if !self.payload.is_unread() || self.axis2.is_true("NO_ENTITY_BODY") {
            return false;
        }
        let said = self.charset_said().unwrap_or_default();
        let as_it_came = self.goes_as_it_came(self.outgoing_format(), None, said.as_ref());
        self.is_to_be_packed() || !as_it_came.unwrap_or(false)
    }

    /// Whether the flow asks for a content coding that the body on the wire did not come in.
    fn is_to_be_packed(&self) -> bool {
        self.payload.is_stream()
            && self.payload.coding().is_none()
            && self.headers.contains_key(CONTENT_ENCODING)
    }

    fn as_it_came(
        &mut self,
        format: Format,
        stated: Option<String>,
        said: Option<Said>,
    ) -> Result<Outgoing, PayloadError> {
        let coding = self.payload.coding().map(Arc::from);
        let body = match self.payload.take_stream() {
            Some(stream) => Rendered::Stream(stream),
            None => match self.payload.bytes_as_they_came() {
                Some(bytes) => Rendered::Bytes(bytes.clone()),
                None => return Err(PayloadError::Sent),
            },
        };
        let mut content_type =
            stated.map(|stated| self.with_what_it_came_with(format, stated, said));
        let action = match &mut content_type {
            Some(stated) if self.action_said().is_some() => self.place_action(format, stated),
            _ => Action::AsItCame,
        };
        Ok(Outgoing { body, coding, content_type, action })
    }

    /// The words for a body that goes as it came: what it cannot be read without stays.
    fn with_what_it_came_with(&self, format: Format, stated: String, said: Option<Said>) -> String {
        let payload = &self.payload;
        if payload.is_empty() {
            return stated;
        }
        if matches!(format, Format::Multipart | Format::Related) {
            let has_boundary = parameter(&stated, "boundary").is_some();
            let came_with = payload.content_type();
            return if has_boundary { stated } else { came_with.to_owned() };
        }
        if !format.is_text() || self.is_charset_silent() || parameter(&stated, "charset").is_some()
        {
            return stated;
        }
        let is_own_text = format == Format::Text && payload.sender() == Side::Flow;
        let came_in = payload
            .charset()
            .filter(|label| Charset::of(label).is_some_and(|charset| charset != Charset::UTF8));
        match said.map(|said| said.label).or(came_in).or(is_own_text.then(|| "UTF-8".into())) {
            Some(label) => with_parameter(&stated, "charset", Some(&label)),
            None => stated,
        }
    }

    fn written_anew(
        &self,
        mut format: Format,
        mut stated: String,
        said: Option<Said>,
    ) -> Result<Outgoing, PayloadError> {
        if format == Format::Related {
            // Attachments that are in their places need no parts.
            format = soap::version(self.payload.xml()?);
            format.content_type().clone_into(&mut stated);
        }
        let (label, charset) = charset_of(format, &stated, said);
        let own_boundary = self.stated_property("ContentType").and_then(|own| boundary_of(&own));
        let boundary = own_boundary
            .unwrap_or_else(|| format!("MIMEBoundary_{}", uuid::Uuid::new_v4().simple()));
        let style = Style {
            charset,
            boundary: &boundary,
            decode_files: self.axis2.is_true("DECODE_MULTIPART_DATA"),
            keep_spaces: self.axis2.is_true("PRESERVE_SPACES"),
        };
        let body = Rendered::Bytes(self.payload.written(format, &style)?);
        if format == Format::Multipart {
            stated = with_parameter(&stated, "charset", None);
            stated = with_parameter(&stated, "boundary", Some(&boundary));
        } else if !self.is_charset_silent() {
            if let Some(label) = label {
                stated = with_parameter(&stated, "charset", Some(&label));
            }
        } else if self
            .stated_property("ContentType")
            .is_none_or(|own| parameter(&own, "charset").is_none())
        {
            stated = with_parameter(&stated, "charset", None);
        }
        let action = self.place_action(format, &mut stated);
        Ok(Outgoing { body, coding: None, content_type: Some(stated), action })
    }

    /// SOAP 1.1 has the action in a header, 1.2 in the content type.
    fn place_action(&self, format: Format, stated: &mut String) -> Action {
        let soap12 = match format {
            Format::Soap11 => false,
            Format::Soap12 => true,
            _ => return Action::AsItCame,
        };
        if soap12 && self.action_said().is_none() && parameter(stated, "action").is_some() {
            return Action::Parameter;
        }
        let action = self.soap_action();
        *stated = with_parameter(stated, "action", action.as_deref().filter(|_| soap12));
        match action {
            Some(action) if !soap12 => Action::Header(action.to_string()),
            Some(_) => Action::Parameter,
            None => Action::AsItCame,
        }
    }

    /// The content type that counts: what a flow says; else a body that went through keeps its
    /// own words, and one that was rewritten says what it is now. An endpoint that asks for a
    /// format takes only words of that.
    fn stated(&self, format: Format, is_asked: bool) -> Option<String> {
        let said =
            self.stated_property("ContentType").or_else(|| self.stated_property("messageType"));
        if let Some(said) = said.filter(|said| !is_asked || Format::of(said) == format) {
            return Some(said.to_string());
        }
        let fits = |header: &&str| {
            let stated = Format::of(header);
            let is_like = !is_asked && stated.is_xml() && format.is_xml();
            stated == format || is_like || (!is_asked && self.payload.is_empty())
        };
        match self.content_type_header().filter(fits) {
            Some(header) => Some(header.to_owned()),
            None if self.payload.is_empty() && !is_asked => None,
            None => Some(format.content_type().to_owned()),
        }
    }

    /// What nobody changed and nobody wants in another form or charset keeps its bytes.
    fn goes_as_it_came(
        &self,
        format: Format,
        asked: Option<Format>,
        said: Option<&Said>,
    ) -> Result<bool, PayloadError> {
        let payload = &self.payload;
        if asked.is_some_and(|asked| matches!(asked, Format::Soap11 | Format::Soap12)) {
            let is_enveloped = payload.is_soap()? && soap::version(payload.xml()?) == format;
            if !is_enveloped {
                return Ok(false);
            }
        } else if payload.is_empty() {
            return Ok(true);
        }
        if format != payload.format() || payload.is_changed() {
            return Ok(false);
        }
        let label = payload.charset();
        let came_in = label.and_then(|label| Charset::of(&label)).unwrap_or(Charset::UTF8);
        Ok(!format.is_text() || said.is_none_or(|said| said.charset == came_in))
    }

    /// An axis2 property that the flow set to something.
    fn stated_property(&self, name: &str) -> Option<Arc<str>> {
        self.axis2.text(name).filter(|text| !text.trim().is_empty())
    }

    /// Whether the flow wants no charset in the content type.
    fn is_charset_silent(&self) -> bool {
        self.stated_property("setCharacterEncoding")
            .is_some_and(|word| word.eq_ignore_ascii_case("false"))
    }

    /// The charset that the flow says to write in.
    fn charset_said(&self) -> Result<Option<Said>, PayloadError> {
        if let Some(label) = self.stated_property("CHARACTER_SET_ENCODING") {
            let Some(charset) = Charset::of(&label) else {
                let message = format!("the charset `{label}` is not supported");
                return Err(PayloadError::Unwritable(message.into()));
            };
            return Ok(Some(Said { label: label.trim().to_owned(), charset }));
        }
        Ok(["ContentType", "messageType"].iter().find_map(|name| {
            let label = parameter(&self.stated_property(name)?, "charset")?.into_owned();
            let charset = Charset::of(&label)?;
            Some(Said { label, charset })
        }))
    }
}

/// A charset by its name.
#[derive(Debug)]
struct Said {
    label: String,
    charset: Charset,
}

/// The charset to write in, and its name where the content type has to say it: UTF-8 is what
/// readers of JSON and XML take for granted.
fn charset_of(format: Format, stated: &str, said: Option<Said>) -> (Option<String>, Charset) {
    if !format.is_text() && format != Format::Form {
        return (None, Charset::UTF8);
    }
    if let Some(said) = said {
        return (Some(said.label), said.charset);
    }
    match parameter(stated, "charset") {
        Some(label) => match Charset::of(&label) {
            Some(charset) => (Some(label.into_owned()), charset),
            None => (Some("UTF-8".to_owned()), Charset::UTF8),
        },
        None => ((format == Format::Text).then(|| "UTF-8".to_owned()), Charset::UTF8),
    }
}

fn boundary_of(content_type: &str) -> Option<String> {
    parameter(content_type, "boundary").map(std::borrow::Cow::into_owned)
}
