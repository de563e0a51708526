//! Compressed copies: of an asset once, so that no server compresses it; of a page when somebody first asks for it.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The slowest and smallest that brotli has: for what is compressed once.
const BEST: i32 = 11;

/// Kinds of files that compress well; fonts and pictures are compressed already.
const COMPRESSED: [&str; 6] = ["css", "js", "json", "svg", "txt", "wasm"];

/// A file's copies; absent where they would not be smaller.
pub(crate) struct Compressed {
    brotli: Option<Vec<u8>>,
    gzip: Option<Vec<u8>>,
}

impl Compressed {
    /// Makes the copies of the file `name`.
    pub(crate) fn of(name: &str, bytes: &[u8]) -> Self {
        let extension = name.rsplit('.').next().unwrap_or_default();
        if !COMPRESSED.contains(&extension) {
            return Self { brotli: None, gzip: None };
        }
        Self { brotli: brotli(bytes, BEST), gzip: gzip(bytes) }
    }

    /// The file and its copies, with what each adds to the name.
    pub(crate) fn all<'c>(&'c self, plain: &'c [u8]) -> Vec<(&'static str, &'c [u8])> {
        let copies = [(".br", self.brotli.as_deref()), (".gz", self.gzip.as_deref())];
        let copies = copies.into_iter().filter_map(|(suffix, copy)| Some((suffix, copy?)));
        std::iter::once(("", plain)).chain(copies).collect()
    }

    /// The size of the copy as text for a table.
    pub(crate) fn brotli_len(&self) -> String {
        len(self.brotli.as_ref())
    }

    /// The size of the copy as text for a table.
    pub(crate) fn gzip_len(&self) -> String {
        len(self.gzip.as_ref())
    }
}

fn len(copy: Option<&Vec<u8>>) -> String {
    copy.map_or_else(|| "-".into(), |bytes| bytes.len().to_string())
}

/// The bytes by brotli (RFC 7932) of a quality from 0 to 11; none where that would not be smaller.
pub fn brotli(bytes: &[u8], quality: i32) -> Option<Vec<u8>> {
    let params = BrotliEncoderParams { quality, ..BrotliEncoderParams::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).ok()?;
    (out.len() < bytes.len()).then_some(out)
}

/// The bytes by gzip (RFC 1952), as small as it makes them; none where that would not be smaller.
pub fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|out| out.len() < bytes.len())
}
