//! A ZIP archive in memory: what is in it is known and bounded before anything is unpacked.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::read::ZipFileEntry;

use super::name;

/// What a reader takes at most. Real archives stay a hundred times below; a bomb does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// All entries together, unpacked.
    pub(super) bytes: u64,
    /// How many entries there are.
    pub(super) entries: usize,
    /// How many times its packed size an entry may unpack to …
    pub(super) ratio: u64,
    /// … unless it unpacks to no more than this: small texts of one character pack well.
    pub(super) floor: u64,
}

/// The limits of archives.
pub(super) const LIMITS: Limits =
    Limits { bytes: 512 * 1024 * 1024, entries: 100_000, ratio: 100, floor: 1024 * 1024 };

/// An archive whose entries can all be read.
#[derive(Debug)]
pub(super) struct Zip<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// The index of every file by its name.
    files: BTreeMap<String, usize>,
}

impl<'b> Zip<'b> {
    /// Looks at every entry; an error says why the archive is refused.
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, String> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| "it is no ZIP archive, or it is damaged".to_owned())?;
        if archive.len() > limits.entries {
            return Err(format!("it has more than {} entries", limits.entries));
        }
        if archive.has_duplicate_names() {
            let start = archive.central_directory_start() as usize;
            let entry = twice(bytes.get(start..).unwrap_or_default()).unwrap_or_default();
            return Err(format!("the entry `{}` is there twice", shown(&entry)));
        }
        let mut files = BTreeMap::new();
        let mut total = 0;
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index).map_err(|_| "it is damaged".to_owned())?;
            let name = checked(&entry, limits)?;
            total += entry.size();
            if total > limits.bytes {
                return Err(format!(
                    "it unpacks to more than {} bytes, at the entry `{}`",
                    limits.bytes,
                    shown(&name)
                ));
            }
            if !entry.is_dir() {
                files.insert(name, index);
            }
        }
        Ok(Self { archive, files })
    }

    /// The names of all files, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is a file of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// A file; `None` when there is none of that name. An error says why it cannot be read.
    pub(super) fn read(&mut self, name: &str) -> Option<Result<Vec<u8>, String>> {
        let index = *self.files.get(name)?;
        Some(self.unpacked(index).ok_or_else(|| format!("the entry `{name}` is damaged")))
    }

    fn unpacked(&mut self, index: usize) -> Option<Vec<u8>> {
        let mut entry = self.archive.by_index(index).ok()?;
        let size = entry.size();
        let mut bytes = Vec::new();
        // What counts is what comes out: an entry that is larger than it says was made to harm.
        entry.by_ref().take(size + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == size).then_some(bytes)
    }
}

/// The name of an entry that can be read; an error names the entry.
fn checked(entry: &ZipFileEntry<'_>, limits: &Limits) -> Result<String, String> {
    let name = match entry.name() {
        Ok(name) => name.into_owned(),
        Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
    };
    let refused = |why: &str| Err(format!("the entry `{}` {why}", shown(&name)));
    if let Some(why) = name::objection(&name) {
        return refused(why);
    }
    if entry.is_symlink() {
        return refused("is a symbolic link");
    }
    if entry.encrypted() {
        return refused("is encrypted");
    }
    if entry.size() > limits.floor && entry.size() / limits.ratio > entry.compressed_size() {
        return refused(&format!("unpacks to more than {} times its size", limits.ratio));
    }
    Ok(name)
}

/// A name as it can be shown: what a terminal would act on is escaped, and not for ever.
fn shown(name: &str) -> String {
    const LONGEST: usize = 200;
    name.chars().take(LONGEST).flat_map(char::escape_debug).collect()
}

/// The first name that a central directory has twice. The library keeps one entry of a name.
fn twice(mut directory: &[u8]) -> Option<String> {
    const HEADER: usize = 46;
    let mut seen = std::collections::HashSet::new();
    while directory.starts_with(b"PK\x01\x02") {
        let length = |at: usize| {
            Some(usize::from(u16::from_le_bytes([*directory.get(at)?, *directory.get(at + 1)?])))
        };
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let written = directory.get(HEADER..HEADER + name)?;
        if !seen.insert(written) {
            return Some(String::from_utf8_lossy(written).into_owned());
        }
        directory = directory.get(HEADER + name + extra + comment..)?;
    }
    None
}
