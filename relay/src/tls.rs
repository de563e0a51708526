//! TLS by certificate files, which are read again when they were renewed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with its key, and where they came from.
pub(crate) struct Tls {
    cert: PathBuf,
    key: PathBuf,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// From these files, both PEM.
    ///
    /// # Errors
    /// If a file cannot be read, or they do not belong together: a sentence.
    pub(crate) fn load(cert: &Path, key: &Path) -> Result<Self, String> {
        let config = RwLock::new(Arc::new(read(cert, key)?));
        Ok(Self { cert: cert.into(), key: key.into(), config })
    }

    /// Reads the files again; connections from now on use them.
    ///
    /// # Errors
    /// As [`Tls::load`]; then the old certificate stays.
    pub(crate) fn reload(&self) -> Result<(), String> {
        let fresh = Arc::new(read(&self.cert, &self.key)?);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// What makes the handshake of the next connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

fn read(cert: &Path, key: &Path) -> Result<ServerConfig, String> {
    let in_cert = |error: &dyn std::fmt::Display| format!("tls-cert {}: {error}", cert.display());
    let in_key = |error: &dyn std::fmt::Display| format!("tls-key {}: {error}", key.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
        .map_err(|error| in_cert(&error))?
        .collect::<Result<_, _>>()
        .map_err(|error| in_cert(&error))?;
    if chain.is_empty() {
        return Err(in_cert(&"there is no certificate in it; PEM is expected"));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| in_key(&error))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let mut config = builder
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| in_cert(&format_args!("it does not go with its key: {error}")))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
