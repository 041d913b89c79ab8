//! `get-property` and `wso2:vault-lookup`: what the flow and the configuration hold.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Call;
use crate::expression::xpath::eval::Data;
use crate::expression::{EvalError, PropertyScope, dates};

/// How Java writes a date when it is not told how.
const DEFAULT_PATTERN: &str = "M/d/yy, h:mm a";

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
                let value = match scope {
                    PropertyScope::Func => flow.parameter(name)?,
                    _ => flow.property(scope, name),
                };
                Ok(self.evaluation.data(value))
            }
        }
    }

    pub(super) fn vault_lookup(&self) -> Result<Arc<str>, EvalError> {
        let alias = self.text(0)?;
        let missing = || EvalError::failed(format!("no secret has the alias `{alias}`"));
        self.evaluation.scope.secret(&alias).ok_or_else(missing)
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
