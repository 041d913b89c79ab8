//! Unpacks deployment packages: nothing leaves the folder, nothing grows without a limit.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;
use zip::read::ZipFile;

/// The most that a package may unpack to, in bytes; AWS's limit.
const UNPACKED_LIMIT: u64 = 262_144_000;
/// The most entries of a package.
const ENTRY_LIMIT: usize = 50_000;
/// The longest target of a symbolic link.
const LINK_LIMIT: u64 = 4096;

/// Why a package was refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArchiveError {
    /// The bytes are not a ZIP archive, or it is damaged.
    #[error("Could not unzip uploaded file. Please check your file, then try to upload again.")]
    NotAnArchive,
    /// It unpacks to more than the limit.
    #[error("Unzipped size must be smaller than {UNPACKED_LIMIT} bytes")]
    TooLarge,
    /// It has too many entries.
    #[error("the package has more than {ENTRY_LIMIT} entries")]
    TooMany,
    /// An entry would be written outside the function's folder.
    #[error("the package's entry '{0}' leads out of the function's folder")]
    Outside(String),
    /// The file system refused.
    #[error("the package's entry '{0}' cannot be written: {1}")]
    Write(String, io::Error),
}

/// Unpacks a package into an empty folder.
pub(super) fn unpack(package: &[u8], folder: &Path) -> Result<(), ArchiveError> {
    unpack_within(package, folder, UNPACKED_LIMIT)
}

fn unpack_within(package: &[u8], folder: &Path, limit: u64) -> Result<(), ArchiveError> {
    let mut archive =
        ZipArchive::new(io::Cursor::new(package)).map_err(|_| ArchiveError::NotAnArchive)?;
    if archive.len() > ENTRY_LIMIT {
        return Err(ArchiveError::TooMany);
    }
    let mut left = limit;
    let mut links = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| ArchiveError::NotAnArchive)?;
        let name = entry.name().map_err(|_| ArchiveError::NotAnArchive)?.into_owned();
        let place = inside(&name).ok_or_else(|| ArchiveError::Outside(name.clone()))?;
        let target = folder.join(&place);
        let write_failed = |error| ArchiveError::Write(name.clone(), error);
        if entry.is_dir() {
            fs::create_dir_all(&target).map_err(write_failed)?;
        } else if entry.is_symlink() {
            links.push((name.clone(), place, link_target(&mut entry)?));
        } else {
            write_file(&mut entry, &target, &mut left).map_err(|error| match error.kind() {
                io::ErrorKind::FileTooLarge => ArchiveError::TooLarge,
                io::ErrorKind::InvalidData => ArchiveError::NotAnArchive,
                _ => write_failed(error),
            })?;
        }
    }
    // Links come last, so that no entry is ever written through one.
    for (name, place, target) in links {
        link(folder, &place, &target).map_err(|error| match error {
            Some(error) => ArchiveError::Write(name, error),
            None => ArchiveError::Outside(name),
        })?;
    }
    Ok(())
}

/// The entry's path below the folder; none for one that is absolute, climbs or is odd.
fn inside(name: &str) -> Option<PathBuf> {
    if name.contains(['\\', '\0']) || name.starts_with('/') {
        return None;
    }
    let mut place = PathBuf::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => place.push(part),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (place.components().next().is_some() || name.starts_with('.')).then_some(place)
}

fn write_file<R: io::Read>(
    entry: &mut ZipFile<'_, R>,
    target: &Path,
    left: &mut u64,
) -> io::Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create(target)?;
    // What counts is what comes out, not the size that the archive claims.
    let written = io::copy(&mut entry.by_ref().take(*left + 1), &mut file)?;
    if written > *left {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    *left -= written;
    set_mode(&file, entry.unix_mode())
}

/// Keeps what makes a file executable; the owner can always read.
#[cfg(unix)]
fn set_mode(file: &File, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = mode.unwrap_or(0o644) & 0o755 | 0o600;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: Option<u32>) -> io::Result<()> {
    Ok(())
}

fn link_target<R: io::Read>(entry: &mut ZipFile<'_, R>) -> Result<String, ArchiveError> {
    let mut target = String::new();
    let read = entry.by_ref().take(LINK_LIMIT).read_to_string(&mut target);
    read.map_err(|_| ArchiveError::NotAnArchive)?;
    Ok(target)
}

/// Makes a link whose target climbs no higher than the folder and only then goes down, so that
/// following links one after the other stays inside as well. `None` says that it leads outside.
fn link(folder: &Path, place: &Path, target: &str) -> Result<(), Option<io::Error>> {
    let depth = place.components().count() - 1;
    let mut climbed = 0;
    let mut went_down = false;
    for component in Path::new(target).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if !went_down && climbed < depth => climbed += 1,
            Component::Normal(_) => went_down = true,
            _ => return Err(None),
        }
    }
    let parent = place.parent().map(|parent| folder.join(parent)).ok_or(None)?;
    fs::create_dir_all(&parent).map_err(Some)?;
    // A parent that is itself a link would move the point that the climb starts from.
    let real = parent.canonicalize().map_err(Some)?;
    let root = folder.canonicalize().map_err(Some)?;
    if place.parent().is_none_or(|parent| root.join(parent) != real) {
        return Err(None);
    }
    symlink(target, &folder.join(place)).map_err(Some)
}

#[cfg(unix)]
fn symlink(target: &str, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

#[cfg(not(unix))]
fn symlink(_target: &str, _place: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::local_lambda::workspace::TempFolder;

    /// A package of files.
    pub(in crate::local_lambda) fn package(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        let executable = SimpleFileOptions::default().unix_permissions(0o755);
        for (name, text) in files {
            writer.start_file(*name, executable).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn links(links: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, target) in links {
            writer.add_symlink(*name, *target, SimpleFileOptions::default()).unwrap();
        }
        writer.start_file("data/real.txt", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"real").unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_and_their_modes_arrive() {
        let folder = TempFolder::new().unwrap();
        unpack(&package(&[("bootstrap", "#!/bin/sh"), ("lib/a.py", "x = 1")]), folder.path())
            .unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("lib/a.py")).unwrap(), "x = 1");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join("bootstrap")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755);
        }
    }

    #[test]
    fn entries_that_lead_out_are_refused() {
        for name in ["../evil", "a/../../evil", "/etc/evil", "..\\evil", "a/..", "C:\\evil"] {
            let folder = TempFolder::new().unwrap();
            // The writer tidies names, so they are forged afterwards at the same length.
            let plain = "x".repeat(name.len());
            let mut bytes = package(&[(&plain, "evil")]);
            while let Some(at) = bytes.windows(plain.len()).position(|w| w == plain.as_bytes()) {
                bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
            }
            let error = unpack(&bytes, folder.path()).unwrap_err();
            assert!(matches!(error, ArchiveError::Outside(_)), "{name}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_inside() {
        let folder = TempFolder::new().unwrap();
        unpack(&links(&[("bin/tool", "../data/real.txt"), ("flat", "data")]), folder.path())
            .unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("bin/tool")).unwrap(), "real");
        assert_eq!(fs::read_to_string(folder.path().join("flat/real.txt")).unwrap(), "real");
        let rows: [&[(&str, &str)]; 5] = [
            &[("out", "/etc/passwd")],
            &[("out", "../outside")],
            &[("a/out", "../../outside")],
            &[("a/out", "b/../../../x")],
            &[("hop", "data"), ("hop/out", "..")],
        ];
        for row in rows {
            let folder = TempFolder::new().unwrap();
            let error = unpack(&links(row), folder.path()).unwrap_err();
            assert!(matches!(error, ArchiveError::Outside(_)), "{row:?}: {error}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_by_what_comes_out() {
        let folder = TempFolder::new().unwrap();
        let zeros = "0".repeat(100_000);
        let bomb = package(&[("a", &zeros), ("b", &zeros)]);
        assert!(bomb.len() < 2000);
        let error = unpack_within(&bomb, folder.path(), 150_000).unwrap_err();
        assert!(matches!(error, ArchiveError::TooLarge), "{error}");
        let folder = TempFolder::new().unwrap();
        unpack_within(&bomb, folder.path(), 200_000).unwrap();
    }

    #[test]
    fn damaged_packages_are_refused() {
        let whole = package(&[("app.py", "some text that is long enough to be damaged")]);
        let mut flipped = whole.clone();
        flipped[40] ^= 0xff;
        for bytes in [b"not a zip".as_slice(), &[], &whole[..whole.len() / 2], &flipped] {
            let folder = TempFolder::new().unwrap();
            let error = unpack(bytes, folder.path()).unwrap_err();
            assert!(
                matches!(error, ArchiveError::NotAnArchive | ArchiveError::Write(..)),
                "{error}"
            );
        }
    }
}
