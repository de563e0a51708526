//! Where rooms are kept, and under which addresses they are reached.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use store::{Sqlite, Store};

use crate::settings::{Data, Settings};

/// Where rooms are kept; none where this relay has none: a folder that nobody named may belong to another relay, or be closed to this one.
///
/// # Errors
/// Why the folder that was named is of no use: a sentence.
pub(crate) async fn store(settings: &Settings) -> Result<Option<Arc<dyn Store>>, String> {
    if settings.limits.rooms.rooms == 0 {
        return Ok(None);
    }
    let opened = match settings.data.file() {
        Ok(None) => Sqlite::memory().await.map_err(|error| error.to_string()),
        Ok(Some(file)) => Sqlite::open(&file).await.map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    match opened {
        Ok(store) => Ok(Some(Arc::new(store))),
        Err(error) if settings.data == Data::Auto => {
            tracing::warn!(error, "this relay has no rooms");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The addresses under which browsers open this relay's pages, as far as it knows them: those that it was told, then those of the network, then
/// this machine's own.
pub(crate) fn addresses(settings: &Settings, listening: &[SocketAddr]) -> Vec<String> {
    let scheme = if settings.tls_cert.is_some() { "https" } else { "http" };
    let mut found: Vec<SocketAddr> = Vec::new();
    for address in listening {
        if address.ip().is_unspecified() {
            let all = crate::lan::reach()
                .into_iter()
                .map(|reach| reach.ip)
                .filter(|ip| ip.is_ipv4() || address.is_ipv6());
            let loopback: IpAddr = [127, 0, 0, 1].into();
            found.extend(all.chain([loopback]).map(|ip| SocketAddr::from((ip, address.port()))));
        } else {
            found.push(*address);
        }
    }
    found.sort_by_key(|address| address.ip().is_loopback());
    let told = settings.origin.iter().map(ToString::to_string);
    let mut all: Vec<_> =
        told.chain(found.into_iter().map(|address| format!("{scheme}://{address}"))).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|address| seen.insert(address.clone()));
    all
}
