//! The certificates: a root and a server certificate for TLS on the loopback, and root, intermediate and leaf for the static key
//! of the KMS (specification section 6.1). The leaf's key is RSA, from `RustCrypto`; the chain is signed by `rcgen`.

use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256,
};
use rsa::{
    RsaPrivateKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding},
    traits::PublicKeyParts as _,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::jose::encode;

/// The host of the KMS: a name only, since everything reaches it through the encryption service.
pub const KMS_HOST: &str = "kms.simulator.test";

const RSA_BITS: usize = 2048;

/// Everything about certificates that outlives a restart, as PEM.
#[derive(Clone, Serialize, Deserialize)]
pub struct Certificates {
    /// What clients must trust for TLS.
    pub tls_root: String,
    /// What the server shows.
    pub tls_leaf: String,
    /// The server's private key.
    pub tls_key: String,
    /// What clients must trust for the static key of the KMS.
    pub kms_root: String,
    /// The chain of the static key: base64 DER, leaf first.
    pub kms_chain: Vec<String>,
    /// The static key.
    pub kms_key: String,
}

impl Certificates {
    /// Fresh ones.
    ///
    /// # Errors
    /// The randomness or the signing failed.
    pub fn generate() -> anyhow::Result<Self> {
        let tls_authority = authority("Simulator TLS Root", None)?;
        let tls_key = KeyPair::generate()?;
        let mut server = CertificateParams::new(["localhost", "127.0.0.1", "webex.test"].map(str::to_owned))?;
        server.distinguished_name.push(DnType::CommonName, "localhost");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let tls_leaf = server.signed_by(&tls_key, &tls_authority.issuer)?;

        let root = authority("Simulator KMS Root", None)?;
        let intermediate = authority("Simulator KMS Intermediate", Some(&root))?;
        let kms_key =
            RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS)?.to_pkcs8_pem(LineEnding::LF)?.to_string();
        let signing = KeyPair::from_pkcs8_pem_and_sign_algo(&kms_key, &PKCS_RSA_SHA256)?;
        let mut leaf = CertificateParams::new(vec![KMS_HOST.to_owned()])?;
        leaf.distinguished_name.push(DnType::CommonName, KMS_HOST);
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        leaf.use_authority_key_identifier_extension = true;
        let leaf = leaf.signed_by(&signing, &intermediate.issuer)?;
        let chain = [leaf.der(), intermediate.certificate.der(), root.certificate.der()];
        Ok(Self {
            tls_root: tls_authority.certificate.pem(),
            tls_leaf: tls_leaf.pem(),
            tls_key: tls_key.serialize_pem(),
            kms_root: root.certificate.pem(),
            kms_chain: chain.map(|der| base64(der.as_ref())).to_vec(),
            kms_key,
        })
    }

    /// Those that all simulators of a process share which keep nothing: making an RSA key takes its time.
    ///
    /// # Errors
    /// The randomness or the signing failed.
    pub fn of_process() -> anyhow::Result<Self> {
        static MADE: Mutex<Option<Certificates>> = Mutex::new(None);
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some(certificates) => Ok(certificates.clone()),
            None => Ok(made.insert(Self::generate()?).clone()),
        }
    }

    /// The static key of the KMS.
    ///
    /// # Errors
    /// The PEM was tampered with.
    pub fn static_key(&self) -> anyhow::Result<RsaPrivateKey> {
        RsaPrivateKey::from_pkcs8_pem(&self.kms_key).context("the stored key of the KMS cannot be read")
    }

    /// The public half of the static key as the JSON text that `GET /kms/{userId}` carries in `rsaPublicKey`.
    ///
    /// # Errors
    /// The PEM was tampered with.
    pub fn static_jwk(&self) -> anyhow::Result<String> {
        let key = self.static_key()?;
        let (n, e) = (encode(key.n().to_bytes_be()), encode(key.e().to_bytes_be()));
        Ok(json!({"kty": "RSA", "kid": kid(), "e": e, "n": n, "x5c": self.kms_chain}).to_string())
    }
}

/// The key id of the static key, which is also the URI of the cluster.
pub fn kid() -> String {
    format!("kms://{KMS_HOST}")
}

struct Authority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
}

fn authority(name: &str, above: Option<&Authority>) -> anyhow::Result<Authority> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = above.is_some();
    let certificate = match above {
        Some(above) => params.signed_by(&key, &above.issuer)?,
        None => params.self_signed(&key)?,
    };
    Ok(Authority { certificate, issuer: Issuer::new(params, key) })
}

fn base64(der: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(der)
}
