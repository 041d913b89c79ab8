//! A function's or a layer's files: where they are, how large, which hash.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::archive;
use super::error::{Answer, ApiError};
use super::request::Members;
use super::workspace::TempFolder;

/// The largest package that a call may carry, in bytes; AWS's limit.
const PACKAGE_LIMIT: usize = 52_428_800;

/// How many files of a folder are looked at for a change.
const STAMPED: usize = 500;

/// The files of a version.
#[derive(Debug)]
pub(super) struct Code {
    /// The base64 of the package's SHA-256.
    pub sha256: String,
    /// The size of the package in bytes.
    pub size: u64,
    place: Place,
}

/// What a folder's files look like: it changes when one of them does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    files: usize,
    bytes: u64,
    newest: Option<SystemTime>,
}

impl Stamp {
    /// Packages that were installed into the folder and caches are left out: they are many.
    fn add(&mut self, folder: &Path, left: &mut usize) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten().take(*left) {
            let name = entry.file_name();
            let skipped = name == "node_modules" || name.to_string_lossy().starts_with(['.', '_']);
            let Ok(metadata) = entry.metadata() else { continue };
            if *left == 0 || (skipped && metadata.is_dir()) {
                continue;
            }
            *left -= 1;
            if metadata.is_dir() {
                self.add(&entry.path(), left);
            } else {
                self.files += 1;
                self.bytes += metadata.len();
                self.newest = self.newest.max(metadata.modified().ok());
            }
        }
    }
}

#[derive(Debug)]
enum Place {
    /// A folder that is not ours.
    Folder(PathBuf),
    /// A package that we unpacked; it goes with the last version that uses it.
    Unpacked(TempFolder),
}

impl Code {
    /// Code in a folder of the user's, known by a text that describes it.
    pub(super) fn of_folder(folder: &Path, description: &str) -> Self {
        let sha256 = BASE64.encode(Sha256::digest(description));
        Self { sha256, size: description.len() as u64, place: Place::Folder(folder.to_owned()) }
    }

    /// Unpacks a package.
    fn of_package(package: &[u8]) -> Answer<Self> {
        let failed = |error: std::io::Error| ApiError::internal(error.to_string());
        let folder = TempFolder::new().map_err(failed)?;
        archive::unpack(package, folder.path())
            .map_err(|error| ApiError::invalid_parameter(error.to_string()))?;
        let sha256 = BASE64.encode(Sha256::digest(package));
        Ok(Self { sha256, size: package.len() as u64, place: Place::Unpacked(folder) })
    }

    /// Where the files are.
    pub(super) fn folder(&self) -> &Path {
        match &self.place {
            Place::Folder(folder) => folder,
            Place::Unpacked(folder) => folder.path(),
        }
    }

    /// What the files look like now. Files that we unpacked do not change; those of a folder are
    /// somebody's work, and the next call shall run what was saved last.
    pub(super) fn stamp(&self) -> Stamp {
        let mut stamp = Stamp::default();
        if let Place::Folder(folder) = &self.place {
            let mut left = STAMPED;
            stamp.add(folder, &mut left);
        }
        stamp
    }

    /// Where the files are, for a reader of GetFunction.
    pub(super) fn location(&self) -> Value {
        json!(format!("file://{}", self.folder().display()))
    }
}

/// Fetches and unpacks what a call gives as code: a package in it, or one in the S3 folder.
pub(super) async fn fetch(members: Members, s3: Option<PathBuf>) -> Answer<Code> {
    // Reading, hashing and unpacking hold a thread for a while.
    let task = tokio::task::spawn_blocking(move || {
        let package = package(&members, s3.as_deref())?;
        Code::of_package(&package)
    });
    task.await.map_err(|error| ApiError::internal(error.to_string()))?
}

fn package(members: &Members, s3: Option<&Path>) -> Answer<Vec<u8>> {
    if members.get("ImageUri").is_some() {
        return Err(ApiError::invalid_parameter(
            "The local Lambda runs ZIP packages only; ImageUri is not supported.",
        ));
    }
    let package = members.blob("ZipFile")?;
    match (package, members.owned("S3Bucket")?, members.owned("S3Key")?) {
        (Some(package), None, None) if package.len() > PACKAGE_LIMIT => {
            Err(ApiError::too_large(PACKAGE_LIMIT, "CreateFunction"))
        }
        (Some(package), None, None) if !package.is_empty() => Ok(package),
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(ApiError::invalid_parameter(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.",
        )),
        (None, Some(bucket), Some(key)) => object(s3, &bucket, &key),
        (None, Some(_), None) => Err(ApiError::invalid_parameter("Please provide an S3 key.")),
        (None, None, Some(_)) => Err(ApiError::invalid_parameter("Please provide an S3 bucket.")),
        (_, None, None) => {
            Err(ApiError::invalid_parameter("Please provide a source for function code."))
        }
    }
}

/// Reads an object from the folder that stands for S3: `BUCKET/KEY`.
fn object(s3: Option<&Path>, bucket: &str, key: &str) -> Answer<Vec<u8>> {
    let refused = |code: &str, message: &str| {
        ApiError::invalid_parameter(format!(
            "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
        ))
    };
    let Some(s3) = s3 else {
        return Err(refused("NoSuchBucket", "The local Lambda was started without an S3 folder"));
    };
    let climbs = |text: &str| {
        text.split(['/', '\\']).any(|part| part.is_empty() || part == "." || part == "..")
    };
    if climbs(bucket) || bucket.contains(['/', '\\']) || !s3.join(bucket).is_dir() {
        return Err(refused("NoSuchBucket", "The specified bucket does not exist"));
    }
    let missing = || refused("NoSuchKey", "The specified key does not exist.");
    if climbs(key) {
        return Err(missing());
    }
    let path = s3.join(bucket).join(key);
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() && metadata.len() <= PACKAGE_LIMIT as u64 => {
            std::fs::read(&path).map_err(|error| ApiError::internal(error.to_string()))
        }
        Ok(metadata) if metadata.is_file() => Err(refused(
            "EntityTooLarge",
            &format!("the package is larger than {PACKAGE_LIMIT} bytes"),
        )),
        _ => Err(missing()),
    }
}

/// The members that name code, put together for [`fetch`].
pub(super) fn source(code: Option<Members>) -> Members {
    code.unwrap_or_else(|| Map::new().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_lambda::archive::tests::package as pack;

    fn members(value: Value) -> Members {
        match value {
            Value::Object(members) => members.into(),
            _ => Map::new().into(),
        }
    }

    #[test]
    fn sources() {
        let s3 = TempFolder::new().unwrap();
        std::fs::create_dir_all(s3.path().join("bucket/deep")).unwrap();
        std::fs::write(s3.path().join("bucket/deep/fnc.zip"), "zip").unwrap();
        std::fs::write(s3.path().join("secret"), "no").unwrap();
        let rows = [
            (json!({"ZipFile": "emlw"}), Ok("zip")),
            (json!({"S3Bucket": "bucket", "S3Key": "deep/fnc.zip"}), Ok("zip")),
            (json!({}), Err("Please provide a source for function code.")),
            (json!({"S3Key": "fnc.zip"}), Err("Please provide an S3 bucket.")),
            (json!({"S3Bucket": "bucket"}), Err("Please provide an S3 key.")),
            (json!({"ZipFile": ""}), Err("Please provide a source")),
            (json!({"ZipFile": "emlw", "S3Bucket": "b"}), Err("when providing a ZipFile")),
            (json!({"ImageUri": "x"}), Err("ImageUri is not supported")),
            (json!({"S3Bucket": "other", "S3Key": "x"}), Err("NoSuchBucket")),
            (json!({"S3Bucket": "..", "S3Key": "x"}), Err("NoSuchBucket")),
            (json!({"S3Bucket": "bucket", "S3Key": "none"}), Err("NoSuchKey")),
            (json!({"S3Bucket": "bucket", "S3Key": "../secret"}), Err("NoSuchKey")),
            (json!({"S3Bucket": "bucket", "S3Key": "deep"}), Err("NoSuchKey")),
            (json!({"ZipFile": "%"}), Err("not base64")),
        ];
        for (code, expected) in rows {
            let found = package(&members(code.clone()), Some(s3.path()));
            match expected {
                Ok(text) => assert_eq!(found.unwrap(), text.as_bytes(), "{code}"),
                Err(text) => {
                    let error = found.unwrap_err();
                    assert!(error.message.contains(text), "{code}: {error}");
                    assert_eq!(error.status, 400);
                }
            }
        }
    }

    #[test]
    fn unpacked_code_goes_with_its_last_user() {
        let code = Code::of_package(&pack(&[("app.py", "x = 1")])).unwrap();
        let folder = code.folder().to_owned();
        assert!(folder.join("app.py").is_file());
        drop(code);
        assert!(!folder.exists());
    }
}
