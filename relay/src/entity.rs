//! What can be asked for by GET: ready bytes in each encoding, with their tag; and which of them an answer takes.

use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// One page or asset.
pub(crate) struct Entity {
    kind: HeaderValue,
    cache: HeaderValue,
    tag: String,
    plain: Bytes,
    brotli: Packed,
    gzip: Packed,
}

/// A compressed form; none where it would be no smaller. A page's is made when somebody first asks for it.
type Packed = OnceLock<Option<Bytes>>;

/// Of 11: a page in milliseconds, a few bytes more than the slowest.
const QUALITY: i32 = 9;

/// How long an answer may be kept by whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Ask each time whether it has changed.
    Never,
    /// For ever: its name changes with its content.
    Always,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Entity {
    /// Ready bytes; `tag` differs whenever the content does.
    pub(crate) fn new(kind: &str, keep: Keep, tag: &str, plain: Bytes) -> Self {
        let cache = match keep {
            Keep::Never => "no-cache",
            Keep::Always => "public, max-age=31536000, immutable",
        };
        Self {
            kind: HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream")),
            cache: HeaderValue::from_static(cache),
            tag: tag.into(),
            plain,
            brotli: Packed::from(None),
            gzip: Packed::from(None),
        }
    }

    /// With these compressed forms of the same content, where there are any.
    pub(crate) fn with_encodings(mut self, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        self.brotli = brotli.into();
        self.gzip = gzip.into();
        self
    }

    /// A page.
    pub(crate) fn page(html: &str) -> Self {
        Self::text("text/html; charset=utf-8", html)
    }

    /// A text: compressed when it is asked for, tagged by its content.
    pub(crate) fn text(kind: &str, text: &str) -> Self {
        let plain = Bytes::copy_from_slice(text.as_bytes());
        let tag = format!("{:016x}", fingerprint(&plain));
        let page = Self::new(kind, Keep::Never, &tag, plain);
        Self { brotli: Packed::new(), gzip: Packed::new(), ..page }
    }

    /// The answer to a GET or HEAD with these headers.
    pub(crate) fn answer(&self, status: StatusCode, asked: &HeaderMap) -> Response<Body> {
        let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
        let (encoding, bytes) = self.choose(accepted);
        // Each encoding is another representation and has another tag (RFC 9110 section 8.8.3.3).
        let (name, suffix) = match encoding {
            Encoding::Brotli => (Some("br"), "-br"),
            Encoding::Gzip => (Some("gzip"), "-gz"),
            Encoding::Identity => (None, ""),
        };
        let tag = format!("\"{}{suffix}\"", self.tag);
        let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or("");
        let unchanged = status == StatusCode::OK
            && known.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*");
        let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(bytes.clone()) });
        *response.status_mut() = if unchanged { StatusCode::NOT_MODIFIED } else { status };
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::CACHE_CONTROL, self.cache.clone());
        if !unchanged {
            headers.insert(header::CONTENT_TYPE, self.kind.clone());
            if let Some(name) = name {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
        }
        response
    }

    fn choose(&self, accepted: &str) -> (Encoding, &Bytes) {
        let accepts = |coding| accepts(accepted, coding);
        let brotli = accepts("br").then(|| self.brotli()).flatten();
        let gzip = || accepts("gzip").then(|| self.gzip()).flatten();
        let packed = brotli.map(|bytes| (Encoding::Brotli, bytes));
        packed
            .or_else(|| gzip().map(|bytes| (Encoding::Gzip, bytes)))
            .unwrap_or((Encoding::Identity, &self.plain))
    }

    fn brotli(&self) -> Option<&Bytes> {
        self.brotli.get_or_init(|| assets::brotli(&self.plain, QUALITY).map(Bytes::from)).as_ref()
    }

    fn gzip(&self) -> Option<&Bytes> {
        self.gzip.get_or_init(|| assets::gzip(&self.plain).map(Bytes::from)).as_ref()
    }
}

/// Whether an Accept-Encoding names this coding with a weight above 0.
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && weight.is_none_or(|q| q > 0.0)
    })
}

/// FNV-1a: tells two contents apart; nobody gains by a collision.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_smallest_encoding_that_is_accepted_is_taken() {
        let page = Entity::page(&"a page, a page, a page ".repeat(50));
        let encoding = |accept: &str| {
            let response = page.answer(StatusCode::OK, &asked(header::ACCEPT_ENCODING, accept));
            response.headers().get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap().to_owned())
        };
        assert_eq!(encoding("gzip, deflate, br, zstd").as_deref(), Some("br"));
        assert_eq!(encoding("gzip;q=1.0, br;q=0").as_deref(), Some("gzip"));
        assert_eq!(encoding("brotli, *"), None);
        assert_eq!(encoding(""), None);
    }

    #[test]
    fn a_known_tag_is_answered_without_content_and_only_in_the_same_encoding() {
        let page = Entity::page(&"text ".repeat(100));
        let plain = page.answer(StatusCode::OK, &HeaderMap::new());
        let tag = plain.headers()[header::ETAG].to_str().unwrap().to_owned();
        let again = asked(header::IF_NONE_MATCH, &format!("\"x\", W/{tag}"));
        assert_eq!(page.answer(StatusCode::OK, &again).status(), StatusCode::NOT_MODIFIED);
        let mut compressed = again.clone();
        compressed.insert(header::ACCEPT_ENCODING, "br".parse().unwrap());
        assert_eq!(page.answer(StatusCode::OK, &compressed).status(), StatusCode::OK);
        assert_eq!(page.answer(StatusCode::NOT_FOUND, &again).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn what_does_not_shrink_stays_plain() {
        let page = Entity::page("x");
        assert!(page.brotli().is_none() && page.gzip().is_none());
    }
}
