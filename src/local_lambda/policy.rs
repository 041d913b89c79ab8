//! Resource policies: statements, their JSON, and the revision that guards a change.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::error::{Answer, ApiError};

/// The most bytes of a policy; AWS's limit.
const LIMIT: usize = 20_480;

/// The statements that allow others to use a function, an alias or a layer's version.
#[derive(Debug, Clone, Default)]
pub(super) struct Policy {
    statements: Vec<(String, Value)>,
    revision: String,
}

/// What a statement allows to whom.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    /// Its id, unique within the policy.
    pub id: &'a str,
    /// The action that it allows.
    pub action: &'a str,
    /// Who may: `*`, an account, an ARN or a service.
    pub principal: &'a str,
    /// The ARN that it is about.
    pub resource: &'a str,
    /// Conditions: operator, key, value.
    pub conditions: Vec<(&'static str, &'static str, Value)>,
}

impl Statement<'_> {
    fn to_json(&self) -> Value {
        let mut statement = Map::new();
        statement.insert("Sid".into(), self.id.into());
        statement.insert("Effect".into(), "Allow".into());
        statement.insert("Principal".into(), principal(self.principal));
        statement.insert("Action".into(), self.action.into());
        statement.insert("Resource".into(), self.resource.into());
        if !self.conditions.is_empty() {
            let mut conditions: Map<String, Value> = Map::new();
            for (operator, key, value) in &self.conditions {
                let slot = conditions.entry(*operator).or_insert_with(|| json!({}));
                if let Value::Object(slot) = slot {
                    slot.insert((*key).to_owned(), value.clone());
                }
            }
            statement.insert("Condition".into(), conditions.into());
        }
        Value::Object(statement)
    }
}

impl Policy {
    /// Adds a statement and answers it as text. `expected` is the revision that the caller knows.
    pub(super) fn add(
        &mut self,
        statement: &Statement<'_>,
        expected: Option<&str>,
        read_with: &str,
    ) -> Answer<String> {
        self.guard(expected, read_with)?;
        if self.statements.iter().any(|(id, _)| id == statement.id) {
            return Err(ApiError::conflict(format!(
                "The statement id ({}) provided already exists. Please provide a new statement \
                 id, or remove the existing statement.",
                statement.id
            )));
        }
        let text = statement.to_json();
        let size = self.document().to_string().len() + text.to_string().len();
        if size > LIMIT {
            return Err(ApiError::new(
                http::StatusCode::BAD_REQUEST,
                "PolicyLengthExceededException",
                format!("The final policy size ({size}) is bigger than the limit ({LIMIT})."),
            ));
        }
        self.statements.push((statement.id.to_owned(), text.clone()));
        self.revision = Uuid::new_v4().to_string();
        Ok(text.to_string())
    }

    /// Takes a statement out.
    pub(super) fn remove(
        &mut self,
        id: &str,
        expected: Option<&str>,
        read_with: &str,
    ) -> Answer<()> {
        let Some(at) = self.statements.iter().position(|(known, _)| known == id) else {
            return Err(ApiError::not_found(format!(
                "Statement {id} is not found in resource policy."
            )));
        };
        self.guard(expected, read_with)?;
        self.statements.remove(at);
        self.revision = Uuid::new_v4().to_string();
        Ok(())
    }

    /// The policy and its revision; nothing where no statement is left.
    pub(super) fn show(&self) -> Answer<Value> {
        if self.statements.is_empty() {
            return Err(ApiError::not_found("The resource you requested does not exist."));
        }
        Ok(json!({"Policy": self.document().to_string(), "RevisionId": self.revision}))
    }

    /// The revision of the policy as it is.
    pub(super) fn revision(&self) -> &str {
        &self.revision
    }

    fn document(&self) -> Value {
        let statements: Vec<&Value> = self.statements.iter().map(|(_, text)| text).collect();
        json!({"Version": "2012-10-17", "Id": "default", "Statement": statements})
    }

    fn guard(&self, expected: Option<&str>, read_with: &str) -> Answer<()> {
        match expected {
            Some(expected) if expected != self.revision => Err(ApiError::stale_revision(read_with)),
            _ => Ok(()),
        }
    }
}

fn principal(text: &str) -> Value {
    if text == "*" {
        json!("*")
    } else if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
        json!({"AWS": format!("arn:aws:iam::{text}:root")})
    } else if text.starts_with("arn:") {
        json!({"AWS": text})
    } else {
        json!({"Service": text})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(id: &str) -> Statement<'_> {
        Statement {
            id,
            action: "lambda:InvokeFunction",
            principal: "s3.amazonaws.com",
            resource: "arn:f",
            conditions: vec![
                ("StringEquals", "AWS:SourceAccount", json!("000000000000")),
                ("ArnLike", "AWS:SourceArn", json!("arn:aws:s3:::b")),
            ],
        }
    }

    #[test]
    fn statements_come_and_go() {
        let mut policy = Policy::default();
        let text = policy.add(&statement("one"), None, "GetPolicy").unwrap();
        assert_eq!(
            text,
            r#"{"Sid":"one","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:f","Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}}"#
        );
        assert_eq!(policy.add(&statement("one"), None, "GetPolicy").unwrap_err().status, 409);
        let shown = policy.show().unwrap();
        let document: Value = serde_json::from_str(shown["Policy"].as_str().unwrap()).unwrap();
        assert_eq!(document["Statement"][0]["Sid"], "one");
        policy.remove("one", None, "GetPolicy").unwrap();
        assert_eq!(policy.remove("one", None, "GetPolicy").unwrap_err().status, 404);
        assert_eq!(policy.show().unwrap_err().status, 404);
    }

    #[test]
    fn revisions_guard_changes() {
        let mut policy = Policy::default();
        assert_eq!(policy.add(&statement("a"), Some("x"), "GetPolicy").unwrap_err().status, 412);
        policy.add(&statement("a"), None, "GetPolicy").unwrap();
        let revision = policy.revision().to_owned();
        policy.add(&statement("b"), Some(&revision), "GetPolicy").unwrap();
        assert_eq!(policy.remove("a", Some(&revision), "GetPolicy").unwrap_err().status, 412);
        let revision = policy.revision().to_owned();
        policy.remove("a", Some(&revision), "GetPolicy").unwrap();
    }

    #[test]
    fn a_policy_has_a_limit() {
        let mut policy = Policy::default();
        let error = (0..1000)
            .find_map(|n| policy.add(&statement(&format!("s{n}")), None, "GetPolicy").err())
            .unwrap();
        assert_eq!(error.kind, "PolicyLengthExceededException");
    }

    #[test]
    fn principals() {
        assert_eq!(principal("*"), json!("*"));
        assert_eq!(principal("111111111111"), json!({"AWS": "arn:aws:iam::111111111111:root"}));
        assert_eq!(principal("arn:aws:iam::1:user/x"), json!({"AWS": "arn:aws:iam::1:user/x"}));
        assert_eq!(principal("sns.amazonaws.com"), json!({"Service": "sns.amazonaws.com"}));
    }
}
