//! The file as diagnostics may show it: no text that could be a secret.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rows;

/// A file's text with the same places, in which every quoted value that is not plainly one of our
/// settings is asterisks.
pub(super) fn mask(text: &str, document: &DeTable<'_>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    mask_table(document, "", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The same for a file that is no TOML: only headers and keys are shown.
pub(super) fn mask_unreadable(text: &str) -> String {
    let hide =
        |it: char| if it.is_whitespace() { it.to_string() } else { "*".repeat(it.len_utf8()) };
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let header = line.trim_start().starts_with('[') && !line.contains(['"', '\'']);
        let shown = match line.find('=') {
            _ if header => line.len(),
            Some(at) if !line[..at].contains(['"', '\'']) => at + 1,
            _ => 0,
        };
        out.push_str(&line[..shown]);
        out.extend(line[shown..].chars().map(hide));
    }
    out
}

fn mask_table(table: &DeTable<'_>, above: &str, bytes: &mut [u8]) {
    for (name, value) in table {
        let key = rows::join(above, name.get_ref());
        mask_value(value, &key, bytes);
    }
}

fn mask_value(value: &Spanned<DeValue<'_>>, key: &str, bytes: &mut [u8]) {
    match value.get_ref() {
        DeValue::Table(table) => mask_table(table, key, bytes),
        DeValue::Array(list) => list.iter().for_each(|it| mask_value(it, key, bytes)),
        DeValue::String(_) if rows::find(key).is_some_and(|(row, _)| !row.kind.is_secret()) => {}
        DeValue::String(_) => {
            // The quotes stay, so that it still looks like a text.
            let span = value.span();
            let inside = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
            let hidden = bytes.get_mut(inside).into_iter().flatten();
            hidden.filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::{mask, mask_unreadable};

    #[test]
    fn only_our_plain_settings_are_shown() {
        let text = "[log]\nlevel = \"info\"\n[x]\npassword = 'häß'\nn = 5\n\
                    [local_lambda]\naccess_keys = [{ id = \"a\", secrt = \"hunter2\" }]\n";
        let masked = mask(text, DeTable::parse(text).unwrap().get_ref());
        assert_eq!(
            masked,
            "[log]\nlevel = \"info\"\n[x]\npassword = '*****'\nn = 5\n\
             [local_lambda]\naccess_keys = [{ id = \"*\", secrt = \"*******\" }]\n"
        );
        assert_eq!(masked.len(), text.len());
    }

    #[test]
    fn values_of_a_broken_file_are_hidden() {
        let masked = mask_unreadable("[a]\npassword = \"hunter2\nb = h = 1\n'é\"\n");
        assert_eq!(masked, "[a]\npassword = ********\nb = * * *\n****\n");
    }
}
