//! Connectors in an archive: Myelin has its own, so all that counts is which one it is.

use super::application::{Part, Placed};
use super::zip::{LIMITS, Zip};
use super::{Archive, part};
use crate::artifact::{import, source};
use crate::diagnostic::{Code, Diagnostics};
use crate::mediation::Catalogue;
use crate::xml::document::Document;

/// Warns of a connector that is not part of Myelin.
pub(super) fn check(
    part: &Part,
    archive: &mut Archive<'_>,
    catalogue: Catalogue,
    diagnostics: &mut Diagnostics,
) {
    let Some(file) = part::only_file(part, diagnostics) else { return };
    let entry = format!("{}/{}", part.folder, file.text);
    let Some(read) = archive.zip.read(&entry) else {
        return part::absent(file, diagnostics);
    };
    match read.and_then(|bytes| name_of(&bytes)) {
        Ok(name) => {
            let Placed { place, .. } = file;
            import::warn_if_unknown(&name, *place, catalogue, diagnostics);
        }
        Err(why) => {
            let message = format!("the connector `{}` cannot be read: {why}", file.text);
            diagnostics.report(Code::BAD_ARCHIVE, file.place, message);
        }
    }
}

/// The name that a connector's operations begin with.
fn name_of(bytes: &[u8]) -> Result<String, String> {
    let mut zip = Zip::open(bytes, &LIMITS)?;
    let list = zip.read("connector.xml").ok_or("it has no connector.xml")??;
    let text = source::decode(list)?;
    let mut unheard = Diagnostics::new();
    let file = unheard.sources.add("connector.xml", text.as_str());
    let document = Document::parse(&text, file, &mut unheard);
    let document = document.ok_or("its connector.xml is not well-formed")?;
    let component = document.root().children().find(|child| child.name() == "component");
    let name = component.and_then(|component| component.attribute("name"));
    let name = name.ok_or("its connector.xml names no <component>")?;
    Ok(name.value.value.trim().to_owned())
}
