//! Functions over nodes: counting, names, identity, language.

use std::collections::HashSet;

use super::Call;
use crate::expression::EvalError;
use crate::expression::xpath::eval::{Data, text_to_number};
use crate::expression::xpath::node::Node;
use crate::xml::{Tree, XML_NAMESPACE};

impl Call<'_, '_> {
    /// The first argument, which must be nodes; what is missing is no nodes.
    pub(super) fn nodes(&self, function: &str) -> Result<Vec<Node>, EvalError> {
        match self.argument(0)? {
            Data::Nodes(nodes) => Ok(nodes),
            Data::Missing => Ok(Vec::new()),
            _ => Err(EvalError::failed(format!(
                "the XPath function `{function}` needs nodes, and its argument is a plain value"
            ))),
        }
    }

    pub(super) fn sum(&self) -> Result<f64, EvalError> {
        let mut sum = 0.0;
        for node in self.nodes("sum")? {
            sum += text_to_number(&self.evaluation.string_value(node)?);
        }
        Ok(sum)
    }

    /// The context node, or the first of the argument's nodes.
    fn subject(&self, function: &str) -> Result<Option<Node>, EvalError> {
        if self.has(0) {
            return Ok(self.nodes(function)?.first().copied());
        }
        self.evaluation.context_node(self.context).map(Some)
    }

    pub(super) fn local_name(&self) -> Result<String, EvalError> {
        let subject = self.subject("local-name")?;
        Ok(subject.map_or_else(String::new, |node| {
            let forest = &self.evaluation.forest;
            match forest.name(node) {
                Some(name) => name.local.as_ref().to_owned(),
                None => forest.plain_name(node).unwrap_or_default().to_owned(),
            }
        }))
    }

    pub(super) fn name(&self) -> Result<String, EvalError> {
        let subject = self.subject("name")?;
        Ok(subject.map_or_else(String::new, |node| {
            let forest = &self.evaluation.forest;
            match forest.name(node) {
                Some(name) => name.qualified(),
                None => forest.plain_name(node).unwrap_or_default().to_owned(),
            }
        }))
    }

    pub(super) fn namespace_uri(&self) -> Result<String, EvalError> {
        let subject = self.subject("namespace-uri")?;
        let name = subject.and_then(|node| self.evaluation.forest.name(node));
        Ok(name.and_then(|name| name.namespace.as_deref()).unwrap_or_default().to_owned())
    }

    /// Elements by `xml:id`: messages have no document type that would name other identifiers.
    pub(super) fn by_id(&self) -> Result<Vec<Node>, EvalError> {
        let evaluation = self.evaluation;
        let mut wanted = String::new();
        match self.argument(0)? {
            Data::Nodes(nodes) => {
                for node in nodes {
                    wanted.push_str(&evaluation.string_value(node)?);
                    wanted.push(' ');
                }
            }
            other => wanted.push_str(&evaluation.text(&other)?),
        }
        let wanted: HashSet<&str> = wanted.split_ascii_whitespace().collect();
        let origin = evaluation.context_node(self.context)?;
        let tree = evaluation.forest.tree_of(origin);
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for id in tree.descendants(Tree::ROOT) {
            evaluation.spend(1)?;
            if let Some(value) = tree.attribute(id, Some(XML_NAMESPACE), "id")
                && wanted.contains(value)
                && seen.insert(value)
            {
                found.push(origin.sibling(id));
            }
        }
        Ok(found)
    }

    /// Whether the nearest `xml:lang` is the language asked for or a variety of it.
    pub(super) fn lang(&self) -> Result<bool, EvalError> {
        let wanted = self.text(0)?.to_ascii_lowercase();
        let node = self.evaluation.context_node(self.context)?;
        let tree = self.evaluation.forest.tree_of(node);
        let stated = tree
            .ancestors_or_self(node.id)
            .find_map(|id| tree.attribute(id, Some(XML_NAMESPACE), "lang"))
            .map(str::to_ascii_lowercase);
        Ok(stated.is_some_and(|stated| {
            stated
                .strip_prefix(&wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        }))
    }
}
