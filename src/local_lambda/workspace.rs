//! Folders of this process under the system's temporary folder, removed when they are dropped.

use std::io;
use std::path::{Path, PathBuf};

/// A folder that only this user can read and that goes when the value goes.
#[derive(Debug)]
pub(super) struct TempFolder(PathBuf);

impl TempFolder {
    /// Makes a new folder.
    pub(super) fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("myelin-lambda-{}", uuid::Uuid::new_v4()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    /// Where the folder is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(path = %self.0.display(), %error, "cannot remove a temporary folder");
        }
    }
}
