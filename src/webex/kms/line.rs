//! What carries requests to the KMS and its answers back: calls there, the socket back (specification section 6.3).

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::ASK;
use crate::webex::{
    WebexError,
    auth::Login,
    catalog::Service,
    device::Device,
    http::{Authorization, Body, Call, Http, To},
    mercury::Mercury,
};

const DESCRIBE: &str = "ask which key server the account has";

/// The services that lead to the KMS.
pub struct Line {
    /// For calls.
    pub http: Http,
    /// Who calls.
    pub login: Login,
    /// The service that hands on to the KMS.
    pub encryption: Service,
    /// The device at the start.
    pub device: Device,
    /// Where the answers come.
    pub socket: Mercury,
}

/// What a service says that takes requests in. Whether it ever answers there is not known; whatever comes is taken.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Accepted {
    kms_messages: Vec<String>,
}

impl Line {
    /// The device and the user who ask; the socket may have registered another device since the start.
    pub fn device(&self) -> Device {
        self.socket.device()
    }

    /// Whether a host is of a domain that may see a token.
    pub fn trusts(&self, host: &str) -> bool {
        Url::parse(&format!("https://{host}")).is_ok_and(|url| self.http.trusted().allows(&url))
    }

    /// The description of the user's cluster.
    pub async fn details(&self) -> Result<Vec<u8>, WebexError> {
        let path = format!("kms/{}", self.device.user_id);
        self.call(DESCRIBE, Method::GET, path, "/kms/{user}", Body::None).await
    }

    /// Sends requests, once their answers have a way back. Returns what came along with the reply.
    pub async fn post(&self, cluster: &str, messages: &[String]) -> Result<Vec<String>, WebexError> {
        self.socket.ready().await?;
        let body = json!({"destination": cluster, "kmsMessages": messages}).to_string();
        let path = "kms/messages".to_owned();
        let body = self.call(ASK, Method::POST, path, "/kms/messages", Body::Text(body)).await?;
        Ok(serde_json::from_slice::<Accepted>(&body).unwrap_or_default().kms_messages)
    }

    async fn call(
        &self,
        doing: &'static str,
        method: Method,
        path: String,
        template: &'static str,
        body: Body<'_>,
    ) -> Result<Vec<u8>, WebexError> {
        let to = To::Service { service: &self.encryption, path, template };
        let authorization = Authorization::Login(&self.login);
        let reply = self.http.send(Call { doing, method, to, authorization, body, headers: &[] }).await?;
        Ok(reply.body)
    }
}
