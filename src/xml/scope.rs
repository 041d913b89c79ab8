//! Prefixes in scope, element by element: what the parser and the writer both keep.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// What each prefix stands for, with what it stood for further out below it. The default namespace
/// has the prefix `""`.
pub(super) struct Scope<K, B> {
    bound: HashMap<K, Vec<B>>,
    /// The declarations in the order they came into scope, with the depth of their element.
    declared: Vec<(K, usize)>,
    depth: usize,
    /// A number that differs whenever the scope does.
    version: u32,
    /// The versions outside each element that declares something.
    outside: Vec<u32>,
    versions: u32,
}

impl<K: Borrow<str> + Clone + Eq + Hash, B> Scope<K, B> {
    /// An empty scope.
    pub(super) fn new() -> Self {
        Self {
            bound: HashMap::new(),
            declared: Vec::new(),
            depth: 0,
            version: 0,
            outside: Vec::new(),
            versions: 0,
        }
    }

    /// Adds a prefix that no element declares.
    pub(super) fn predeclare(&mut self, prefix: K, binding: B) {
        self.bound.insert(prefix, vec![binding]);
    }

    /// Begins an element.
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    /// Ends an element.
    pub(super) fn leave(&mut self) {
        let mut changed = false;
        while let Some((prefix, _)) = self.declared.pop_if(|(_, depth)| *depth == self.depth) {
            changed = true;
            if let Some(bindings) = self.bound.get_mut(prefix.borrow()) {
                bindings.pop();
            }
        }
        if changed {
            self.version = self.outside.pop().unwrap_or_default();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Adds a declaration to the element begun last.
    pub(super) fn declare(&mut self, prefix: K, binding: B) {
        if self.declared.last().is_none_or(|(_, depth)| *depth != self.depth) {
            self.outside.push(self.version);
            self.versions += 1;
            self.version = self.versions;
        }
        self.declared.push((prefix.clone(), self.depth));
        self.bound.entry(prefix).or_default().push(binding);
    }

    /// Whether the element begun last declares a prefix.
    pub(super) fn declares(&self, prefix: &str) -> bool {
        let mut here = self.declared.iter().rev().take_while(|(_, depth)| *depth == self.depth);
        here.any(|(one, _)| one.borrow() == prefix)
    }

    /// What a prefix stands for.
    pub(super) fn get(&self, prefix: &str) -> Option<&B> {
        self.bound.get(prefix)?.last()
    }

    /// How many declarations are in scope.
    pub(super) fn len(&self) -> usize {
        self.declared.len()
    }

    /// Equal numbers mean equal scopes, as long as elements only end and begin.
    pub(super) fn version(&self) -> u32 {
        self.version
    }
}
