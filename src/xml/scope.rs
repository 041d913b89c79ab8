//! Prefixes in scope, element by element: what the parser and the writer both keep.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Up to here a prefix is looked for by comparing, above by hashing.
const COMPARED: usize = 16;

/// What each prefix stands for. The default namespace has the prefix `""`.
pub(super) struct Scope<K, B> {
    /// The declarations in scope, outermost first.
    declared: Vec<Declared<K, B>>,
    /// The declarations of each prefix, outermost first; kept while there are many.
    index: HashMap<K, Vec<usize>>,
    depth: usize,
    /// A number that differs whenever the scope does.
    version: u32,
    /// The versions outside each element that declares something.
    outside: Vec<u32>,
    versions: u32,
}

struct Declared<K, B> {
    prefix: K,
    binding: B,
    /// The depth of the element that declares it.
    depth: usize,
}

impl<K: Borrow<str> + Clone + Eq + Hash, B> Scope<K, B> {
    /// An empty scope.
    pub(super) fn new() -> Self {
        Self {
            declared: Vec::new(),
            index: HashMap::new(),
            depth: 0,
            version: 0,
            outside: Vec::new(),
            versions: 0,
        }
    }

    /// Begins an element.
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    /// Ends an element.
    pub(super) fn leave(&mut self) {
        let mut changed = false;
        while let Some(ended) = self.declared.pop_if(|one| one.depth == self.depth) {
            changed = true;
            if let Some(places) = self.index.get_mut(ended.prefix.borrow()) {
                places.pop();
            }
        }
        if changed {
            self.version = self.outside.pop().unwrap_or_default();
            if self.declared.len() <= COMPARED {
                self.index.clear();
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Adds a declaration to the element begun last.
    pub(super) fn declare(&mut self, prefix: K, binding: B) {
        if self.declared.last().is_none_or(|one| one.depth != self.depth) {
            self.outside.push(self.version);
            self.versions += 1;
            self.version = self.versions;
        }
        self.declared.push(Declared { prefix, binding, depth: self.depth });
        if self.declared.len() > COMPARED {
            let known = if self.index.is_empty() { 0 } else { self.declared.len() - 1 };
            for (place, one) in self.declared.iter().enumerate().skip(known) {
                self.index.entry(one.prefix.clone()).or_default().push(place);
            }
        }
    }

    /// Whether the element begun last declares a prefix.
    pub(super) fn declares(&self, prefix: &str) -> bool {
        let mut here = self.declared.iter().rev().take_while(|one| one.depth == self.depth);
        here.any(|one| one.prefix.borrow() == prefix)
    }

    /// What a prefix stands for.
    pub(super) fn get(&self, prefix: &str) -> Option<&B> {
        let found = if self.declared.len() <= COMPARED {
            self.declared.iter().rev().find(|one| one.prefix.borrow() == prefix)
        } else {
            self.declared.get(*self.index.get(prefix)?.last()?)
        };
        found.map(|one| &one.binding)
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

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn many_declarations_mean_what_few_mean() {
        let mut scope = Scope::new();
        for depth in 0..20_usize {
            scope.enter();
            scope.declare(format!("p{}", depth % 7), depth);
            scope.declare(format!("q{depth}"), depth);
        }
        for depth in (0..20_usize).rev() {
            for prefix in 0..7 {
                let expected = (0..=depth).rev().find(|at| at % 7 == prefix);
                assert_eq!(scope.get(&format!("p{prefix}")).copied(), expected);
            }
            assert!(scope.declares(&format!("q{depth}")));
            assert!(!scope.declares("q"));
            let before = scope.version();
            scope.leave();
            assert_ne!(scope.version(), before);
            assert_eq!(scope.get(&format!("q{depth}")), None);
            assert_eq!(scope.len(), depth * 2);
        }
        assert_eq!(scope.version(), 0);
    }
}
