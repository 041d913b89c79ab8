//! `url-mapping`: the servlet's three kinds of pattern.

use std::sync::Arc;

/// A `url-mapping`.
#[derive(Debug)]
pub struct UrlMapping {
    text: Arc<str>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The path itself: `/a`.
    Exact(Box<str>),
    /// The path and everything below it: `/a/*`, kept as `/a`.
    Prefix(Box<str>),
    /// Paths with an ending: `*.x`, kept as `.x`.
    Extension(Box<str>),
}

impl UrlMapping {
    /// Reads a mapping. Any text is one: what has no asterisk in the right place is an exact path.
    pub fn new(text: &str) -> Self {
        let kind = if text.starts_with('/') && text.ends_with("/*") {
            Kind::Prefix(text.trim_end_matches('*').trim_end_matches('/').into())
        } else if let Some(extension) = text.strip_prefix('*').filter(|rest| rest.starts_with('.'))
        {
            Kind::Extension(extension.into())
        } else if text.len() > 1 {
            Kind::Exact(text.strip_suffix('/').unwrap_or(text).into())
        } else {
            Kind::Exact(text.into())
        };
        Self { text: text.into(), kind }
    }

    /// The mapping as written.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether it is that very path; slashes at the path's end do not count.
    pub fn is_exactly(&self, path: &str) -> bool {
        let trimmed = path.trim_end_matches('/');
        let path = if trimmed.is_empty() { "/" } else { trimmed };
        matches!(&self.kind, Kind::Exact(exact) if **exact == *path)
    }

    /// How much of the path a prefix takes, in bytes; `None` when it is none of its prefixes.
    pub fn prefix_length(&self, path: &str) -> Option<usize> {
        let Kind::Prefix(prefix) = &self.kind else { return None };
        let rest = path.strip_prefix(&**prefix)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(prefix.len())
    }

    /// Whether it is the path's extension.
    pub fn is_extension_of(&self, path: &str) -> bool {
        matches!(&self.kind, Kind::Extension(extension) if path.ends_with(&**extension))
    }

    /// Whether a path is one of the mapping's, in whatever way.
    pub fn matches(&self, path: &str) -> bool {
        match self.kind {
            Kind::Exact(_) => self.is_exactly(path),
            Kind::Prefix(_) => self.prefix_length(path).is_some(),
            Kind::Extension(_) => self.is_extension_of(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UrlMapping;

    #[test]
    fn matches_like_a_servlet() {
        for (mapping, path, expected) in [
            ("/a", "/a", true),
            ("/a", "/a/", true),
            ("/a/", "/a", true),
            ("/a", "/a/b", false),
            ("/a", "/ab", false),
            ("/", "/", true),
            ("/", "/a", false),
            ("/*", "/", true),
            ("/*", "/a/b", true),
            ("/a/*", "/a", true),
            ("/a/*", "/a/", true),
            ("/a/*", "/a/b/c", true),
            ("/a/*", "/ab", false),
            ("/a/b/*", "/a", false),
            ("*.jpg", "/x/y.jpg", true),
            ("*.jpg", "/x/y.jpeg", false),
            ("*.tar.gz", "/x.tar.gz", true),
            ("a", "/a", false),
        ] {
            assert_eq!(UrlMapping::new(mapping).matches(path), expected, "{mapping} {path}");
        }
    }
}
