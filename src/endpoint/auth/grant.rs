//! `<oauth>`: what a token is asked for with.

use sha2::{Digest as _, Sha256};

use super::tokens::Tokens;
use crate::expression::{Dynamic, EvalError, Scope};

/// A value with a name.
pub type Field = (Box<str>, Dynamic);

/// One of OAuth's ways to a token.
#[derive(Debug)]
pub struct Grant {
    /// Which way.
    pub kind: GrantKind,
    /// Where the server is.
    pub token_url: Dynamic,
    /// Who asks, and the secret that proves it.
    pub client: Option<(Dynamic, Dynamic)>,
    /// `payload` sends them in the form, everything else in the header `Authorization`.
    pub auth_mode: Option<Dynamic>,
    /// More fields of the form.
    pub parameters: Vec<Field>,
    /// More headers.
    pub headers: Vec<Field>,
    /// How many milliseconds the connection may take.
    pub connection_timeout: Option<u64>,
    /// How many milliseconds the server may take, and pause.
    pub socket_timeout: Option<u64>,
    /// Tokens at hand; all who send here share them.
    pub(super) tokens: Tokens,
}

/// The ways that there are.
#[derive(Debug)]
pub enum GrantKind {
    /// The client for itself.
    ClientCredentials,
    /// For somebody who has agreed once.
    RefreshToken(Dynamic),
    /// For somebody whose password is known.
    Password(Dynamic, Dynamic),
}

impl Grant {
    /// A way to a token of which only the server is known.
    pub fn new(kind: GrantKind, token_url: Dynamic) -> Self {
        Self {
            kind,
            token_url,
            client: None,
            auth_mode: None,
            parameters: Vec::new(),
            headers: Vec::new(),
            connection_timeout: None,
            socket_timeout: None,
            tokens: Tokens::default(),
        }
    }
}

/// The values of a grant for a message.
pub struct Claims {
    pub(super) token_url: String,
    /// Who asks, in the header.
    pub(super) basic: Option<String>,
    /// The form.
    pub(super) form: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
}

impl Claims {
    pub(super) fn evaluate(grant: &Grant, scope: &dyn Scope) -> Result<Self, EvalError> {
        let text = |value: &Dynamic| -> Result<String, EvalError> {
            Ok(value.evaluate(scope)?.to_text().to_string())
        };
        let pairs = |fields: &[Field]| -> Result<Vec<(String, String)>, EvalError> {
            fields.iter().map(|(name, value)| Ok((name.to_string(), text(value)?))).collect()
        };
        let mut form: Vec<(String, String)> = Vec::new();
        let mut field = |name: &str, value: String| form.push((name.to_owned(), value));
        match &grant.kind {
            GrantKind::ClientCredentials => field("grant_type", "client_credentials".to_owned()),
            GrantKind::RefreshToken(token) => {
                field("grant_type", "refresh_token".to_owned());
                field("refresh_token", text(token)?);
            }
            GrantKind::Password(username, password) => {
                field("grant_type", "password".to_owned());
                field("username", text(username)?);
                field("password", text(password)?);
            }
        }
        let in_form = match &grant.auth_mode {
            Some(mode) => text(mode)?.trim().eq_ignore_ascii_case("payload"),
            None => false,
        };
        let mut basic = None;
        if let Some((id, secret)) = &grant.client {
            let (id, secret) = (text(id)?, text(secret)?);
            if in_form {
                field("client_id", id);
                field("client_secret", secret);
            } else {
                basic = Some(format!("{id}:{secret}"));
            }
        }
        form.extend(pairs(&grant.parameters)?);
        Ok(Self {
            token_url: text(&grant.token_url)?,
            basic,
            form,
            headers: pairs(&grant.headers)?,
        })
    }

    /// What tells claims apart, without keeping them.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        add(&self.token_url);
        add(self.basic.as_deref().unwrap_or_default());
        for (name, value) in self.form.iter().chain(&self.headers) {
            add(name);
            add(value);
        }
        hash.finalize().into()
    }
}
