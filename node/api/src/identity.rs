//! The certificate of the interface, and how a client pins it.
//!
//! It is made by the node itself at the first start and kept beside the data. Nobody vouches for it:
//! an operator compares its fingerprint, the SHA-256 of the certificate's DER bytes, at both ends.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use liaison_protocol::Hash;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::version::TLS13;
use rustls::{ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme};
use zeroize::Zeroizing;

use crate::private_file::{self, PrivateFileError};

/// Far more than a certificate and its key need.
const FILE_MAX: u64 = 64 << 10;
const ALPN: &[u8] = b"http/1.1";

/// The certificate of the interface and its key.
pub struct TlsIdentity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// What stands in the file is no certificate with its key.
    #[error(
        "{path} holds no certificate with its key ({cause}); move it aside for a new one, and pin that at the clients"
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        cause: String,
    },
    /// A certificate could not be made.
    #[error(
        "the certificate of the interface could not be made: {0}; api.listen may have a name that no certificate can carry"
    )]
    Making(#[from] rcgen::Error),
}

impl TlsIdentity {
    /// Reads the certificate and its key from the PEM file `path`. When there is no such file a new
    /// pair is made for these host names and addresses, and stored with mode 0600.
    pub fn load_or_create(path: &Path, hosts: &[String]) -> Result<TlsIdentity, IdentityError> {
        if let Some(identity) = TlsIdentity::load(path)? {
            return Ok(identity);
        }
        let (identity, pem) = TlsIdentity::create(hosts)?;
        private_file::write(path, pem.as_bytes())?;
        Ok(identity)
    }

    /// Reads the certificate and its key from the PEM file `path`; none when there is no such file.
    pub fn load(path: &Path) -> Result<Option<TlsIdentity>, IdentityError> {
        let Some(pem) = private_file::read(path, FILE_MAX)? else {
            return Ok(None);
        };
        let identity = TlsIdentity::from_pem(&Zeroizing::new(pem));
        identity.map(Some).map_err(|cause| IdentityError::Content {
            path: path.to_owned(),
            cause: cause.to_string(),
        })
    }

    /// Until when the certificate is valid (Unix, milliseconds); none when it cannot be read.
    pub fn expires_at(&self) -> Option<u64> {
        let (_, certificate) = x509_parser::parse_x509_certificate(&self.certificate).ok()?;
        let seconds = certificate.validity().not_after.timestamp();
        u64::try_from(seconds).ok()?.checked_mul(1000)
    }

    /// SHA-256 of the certificate's DER bytes; [`Hash::grouped`] is how people compare it.
    pub fn fingerprint(&self) -> Hash {
        Hash::of(&self.certificate)
    }

    fn from_pem(pem: &[u8]) -> Result<TlsIdentity, rustls::pki_types::pem::Error> {
        Ok(TlsIdentity {
            certificate: CertificateDer::from_pem_slice(pem)?,
            key: PrivateKeyDer::from_pem_slice(pem)?,
        })
    }

    fn create(hosts: &[String]) -> Result<(TlsIdentity, Zeroizing<String>), rcgen::Error> {
        let mut parameters = CertificateParams::new(hosts)?;
        parameters
            .distinguished_name
            .push(DnType::CommonName, "liaison node");
        let key = KeyPair::generate()?;
        let certificate = parameters.self_signed(&key)?;
        let key_pem = Zeroizing::new(key.serialize_pem());
        let pem = Zeroizing::new(format!("{}{}", certificate.pem(), *key_pem));
        let key =
            PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        Ok((
            TlsIdentity {
                certificate: certificate.der().clone(),
                key,
            },
            pem,
        ))
    }

    pub(crate) fn server_config(&self) -> Result<Arc<ServerConfig>, Error> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Arc::new(config))
    }
}

/// How a client connects to the node whose certificate has this fingerprint, and to no other. Names and
/// dates in the certificate do not matter.
pub fn pinned_client(fingerprint: Hash) -> Result<ClientConfig, Error> {
    let provider = provider();
    let pinned = Pinned {
        fingerprint,
        algorithms: provider.signature_verification_algorithms,
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(pinned))
        .with_no_client_auth();
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

#[derive(Debug)]
struct Pinned {
    fingerprint: Hash,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = Hash::of(certificate);
        if found == self.fingerprint {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::General(format!(
            "the node's certificate has the fingerprint {}, not {} as pinned: this is another node, or somebody between",
            found.grouped(),
            self.fingerprint.grouped()
        )))
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("only TLS 1.3 is spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
impl TlsIdentity {
    /// Serves the certificate whether the key is its own or not.
    pub(crate) fn unchecked_server_config(&self) -> Arc<ServerConfig> {
        use rustls::sign::{CertifiedKey, SingleCertAndKey};

        let key = provider()
            .key_provider
            .load_private_key(self.key.clone_key())
            .unwrap();
        let pair = SingleCertAndKey::from(CertifiedKey::new(vec![self.certificate.clone()], key));
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .unwrap();
        Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(pair)))
    }
}
