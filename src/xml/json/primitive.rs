//! What text in XML is in JSON.

use regex::Regex;

use super::XmlRules;
use crate::json::{Number, Value};

impl XmlRules {
    /// A pattern for [`XmlRules::stays_text`]: it must match the whole of a text.
    pub fn whole_text(pattern: &str) -> Result<Regex, regex::Error> {
        Regex::new(&format!("\\A(?:{pattern})\\z"))
    }

    /// A pattern for [`XmlRules::replaced`]: it must match at the start of a text.
    pub fn text_start(pattern: &str) -> Result<Regex, regex::Error> {
        Regex::new(&format!("\\A(?:{pattern})"))
    }

    /// What [`XmlRules::replaced`] is replaced with, as Java writes it: `$1` is a group, `\\`
    /// makes the next character stand for itself.
    pub fn replacement(text: &str) -> String {
        let mut made = String::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match (character, characters.peek()) {
                ('$', Some(digit)) if digit.is_ascii_digit() => {
                    made.push_str("${");
                    made.push(*digit);
                    made.push('}');
                    characters.next();
                }
                ('\\', Some(_)) => {
                    if let Some(plain) = characters.next() {
                        push_plain(plain, &mut made);
                    }
                }
                _ => push_plain(character, &mut made),
            }
        }
        made
    }

    /// The value of a text.
    pub(super) fn primitive(&self, text: &str) -> Value {
        if !self.auto_primitive {
            return Value::string(text);
        }
        if let Some(found) = self.replaced.as_ref().filter(|_| self.stays_text.is_none())
            && found.is_match(text)
        {
            return Value::string(found.replace(text, &self.replacement));
        }
        match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ if self.stays_text.as_ref().is_some_and(|regex| regex.is_match(text)) => {
                Value::string(text)
            }
            _ => Number::parse(text).map_or_else(|| Value::string(text), Value::Number),
        }
    }
}

/// Appends a character as the `regex` crate writes it in a replacement.
fn push_plain(character: char, made: &mut String) {
    if character == '$' {
        made.push('$');
    }
    made.push(character);
}
