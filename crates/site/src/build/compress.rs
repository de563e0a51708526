//! Compressed copies of an asset, made once so that the server never compresses.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

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
        let smaller = |copy: Vec<u8>| (copy.len() < bytes.len()).then_some(copy);
        Self { brotli: smaller(brotli(bytes)), gzip: smaller(gzip(bytes)) }
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

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, ..BrotliEncoderParams::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).expect("writing to memory does not fail");
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}
