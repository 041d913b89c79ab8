//! The JSON document of a request: members in the table's order, one level of shortcuts.

use bytes::Bytes;

/// Members that are JSON already.
#[derive(Default)]
pub(super) struct Body(Vec<(&'static str, Member)>);

enum Member {
    /// Given as a whole.
    Whole(String),
    /// Put together from shortcuts such as `Code.S3Bucket`.
    Parts(Vec<(&'static str, String)>),
}

impl Body {
    /// Sets `Member` or `Member.Part`. A member given as a whole keeps its shortcuts out.
    pub(super) fn set(&mut self, path: &'static str, json: String) {
        let (name, part) =
            path.split_once('.').map_or((path, None), |(name, part)| (name, Some(part)));
        let at = self.0.iter().position(|(known, _)| *known == name);
        let known = at.and_then(|at| self.0.get_mut(at)).map(|(_, member)| member);
        match (known, part) {
            (Some(member), None) => *member = Member::Whole(json),
            (Some(Member::Parts(parts)), Some(part)) => parts.push((part, json)),
            (Some(Member::Whole(_)), Some(_)) => {}
            (None, None) => self.0.push((name, Member::Whole(json))),
            (None, Some(part)) => self.0.push((name, Member::Parts(vec![(part, json)]))),
        }
    }

    /// The document.
    pub(super) fn finish(self) -> Bytes {
        let mut out = String::from("{");
        for (number, (name, member)) in self.0.iter().enumerate() {
            open(&mut out, number, name);
            match member {
                Member::Whole(json) => out.push_str(json),
                Member::Parts(parts) => {
                    out.push('{');
                    for (number, (name, json)) in parts.iter().enumerate() {
                        open(&mut out, number, name);
                        out.push_str(json);
                    }
                    out.push('}');
                }
            }
        }
        out.push('}');
        Bytes::from(out)
    }
}

/// Writes the comma and the name; member names of AWS need no escapes.
fn open(out: &mut String, number: usize, name: &str) {
    if number > 0 {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}
