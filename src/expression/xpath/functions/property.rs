//! `get-property` and the lookups of secrets: what the flow and the configuration hold.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Call;
use crate::expression::xpath::eval::Data;
use crate::expression::{EvalError, PropertyScope, dates};

/// How Java writes a date when it is not told how.
const DEFAULT_PATTERN: &str = "M/d/yy, h:mm a";

/// The property that follows from the message's body.
pub(in crate::expression::xpath) const OF_THE_BODY: &str = "FAULT";

impl Call<'_, '_> {
    /// `(name)`, `(scope, name)`, `(name, pattern)` or `(scope, name, pattern)`.
    pub(super) fn get_property(&self) -> Result<Data, EvalError> {
        let first = self.text(0)?;
        if !self.has(1) {
            return self.look_up(PropertyScope::Default, &first, None);
        }
        let second = self.text(1)?;
        let pattern = if self.has(2) { Some(self.text(2)?) } else { None };
        match scope(&first) {
            Some(scope) => self.look_up(scope, &second, pattern.as_deref()),
            None if pattern.is_none() => {
                self.look_up(PropertyScope::Default, &first, Some(&second))
            }
            // Of the date Synapse asks no scope.
            None if second == "SYSTEM_DATE" => {
                self.look_up(PropertyScope::Default, &second, pattern.as_deref())
            }
            None => Err(EvalError::failed(format!("there is no property scope `{first}`"))),
        }
    }

    fn look_up(
        &self,
        scope: PropertyScope,
        name: &str,
        pattern: Option<&str>,
    ) -> Result<Data, EvalError> {
        let flow = self.evaluation.scope;
        match name {
            "SYSTEM_DATE" => {
                let pattern = pattern.unwrap_or(DEFAULT_PATTERN);
                let text = dates::format(flow.now_millis(), pattern, &TimeZone::system())?;
                Ok(Data::from(text))
            }
            "SYSTEM_TIME" => Ok(Data::from(flow.now_millis().to_string())),
            _ => {
                if scope == PropertyScope::Default && name == OF_THE_BODY {
                    self.evaluation.read_payload()?;
                }
                let value = match scope {
                    PropertyScope::Func => flow.parameter(name)?,
                    _ => flow.property(scope, name),
                };
                Ok(self.evaluation.data(value))
            }
        }
    }

    /// By the alias; where Synapse finds its text, which may follow, is the vault's affair.
    pub(super) fn vault_lookup(&self) -> Result<Arc<str>, EvalError> {
        self.secret(&self.text(0)?)
    }

    /// The alias is namespace, path and field, joined by slashes.
    pub(super) fn hashicorp_lookup(&self) -> Result<Arc<str>, EvalError> {
        let parts: Result<Vec<String>, EvalError> =
            (0..self.arguments.len()).map(|at| self.text(at)).collect();
        self.secret(&parts?.join("/"))
    }

    fn secret(&self, alias: &str) -> Result<Arc<str>, EvalError> {
        let missing = || EvalError::failed(format!("no secret has the alias `{alias}`"));
        self.evaluation.scope.secret(alias).ok_or_else(missing)
    }
}

fn scope(word: &str) -> Option<PropertyScope> {
    Some(match word {
        "default" => PropertyScope::Default,
        "axis2" => PropertyScope::Axis2,
        "axis2-client" => PropertyScope::Axis2Client,
        "transport" => PropertyScope::Transport,
        "operation" => PropertyScope::Operation,
        "registry" => PropertyScope::Registry,
        "func" => PropertyScope::Func,
        "system" => PropertyScope::System,
        "env" => PropertyScope::Env,
        "file" => PropertyScope::File,
        _ => return None,
    })
}
