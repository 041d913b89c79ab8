//! What a process writes: a file, so that everything it wrote before its answer is there with it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How much of what one invocation wrote is kept, in bytes.
const KEPT: u64 = 16 * 1024;
/// A log that grows over this is emptied while the function still runs.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The output of one process; nobody else sees the file.
#[derive(Debug)]
pub(super) struct ProcessLog(File);

impl ProcessLog {
    /// Makes the log in a folder and takes its name away at once, so that it cannot stay behind.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("{}.log", uuid::Uuid::new_v4()));
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(&path)?;
        #[cfg(unix)]
        std::fs::remove_file(&path)?;
        Ok(Self(file))
    }

    /// The file for the process to write to.
    pub(super) fn file(&self) -> &File {
        &self.0
    }

    /// Takes the end of what was written since the last time and empties the log.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut file = &self.0;
        let mut text = Vec::new();
        let read = (|| {
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(KEPT)))?;
            file.take(KEPT).read_to_end(&mut text)?;
            file.set_len(0)
        })();
        if let Err(error) = read {
            tracing::warn!(%error, "a function's log cannot be read");
        }
        text
    }

    /// Keeps a function that writes without end from filling the disk.
    pub(super) fn bound(&self) {
        if self.0.metadata().is_ok_and(|metadata| metadata.len() > LIMIT) {
            let _ = self.0.set_len(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::local_lambda::workspace::TempFolder;

    #[test]
    fn each_take_gives_what_is_new() {
        let folder = TempFolder::new().unwrap();
        let log = ProcessLog::new(folder.path()).unwrap();
        let mut process = log.file().try_clone().unwrap();
        process.write_all(b"one\n").unwrap();
        assert_eq!(log.take(), b"one\n");
        process.write_all(b"two\n").unwrap();
        assert_eq!(log.take(), b"two\n");
        assert!(log.take().is_empty());
        process.write_all(&vec![b'x'; KEPT as usize + 10]).unwrap();
        assert_eq!(log.take().len() as u64, KEPT);
    }
}
