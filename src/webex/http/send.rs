//! One call, carried through: attempt, judge, repeat, renew, follow.

use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument as _, Span, field::Empty};
use url::Url;

use super::{
    Authorization, Body, Call, Http, LONGEST_BODY, Reply, To, headers, problem,
    retry::{Attempts, Remedy, Trouble, retry_after},
};
use crate::{
    config::Secret,
    webex::{Refusal, WebexError, random::jitter, trust},
};

/// So often a call is sent elsewhere at most.
const REDIRECTS: u32 = 10;
/// So many times the time of a request may pass until the last byte of a long answer.
const LONG_ANSWER: u32 = 10;

/// Why an attempt has no answer.
enum Failure {
    /// Something that another attempt may mend.
    Trouble(Trouble, String),
    /// Nothing mends it.
    Final(WebexError),
}

/// The refusal behind an answer, without what was sent in confidence.
pub fn refused(call: &Call, reply: &Reply) -> Refusal {
    problem::refusal(call.doing, reply, &call.quotable(), asked_wait(reply))
}

fn asked_wait(reply: &Reply) -> Option<Duration> {
    retry_after(&reply.header("retry-after")?, reply.header("date").as_deref())
}

/// Sends a call; a refusal is an answer here.
pub async fn send(http: &Http, call: &Call<'_>, longest: usize) -> Result<Reply, WebexError> {
    let span = tracing::debug_span!(
        "call",
        method = %call.method,
        path = call.to.template(),
        status = Empty,
        duration_ms = Empty,
        tracking_id = Empty
    );
    let journey = Journey {
        http,
        call,
        longest,
        id: http.inner.tracking_id(),
        attempts: Attempts::new(&call.method, http.inner.timing),
        replays: 0,
        redirects: 0,
        moved: None,
    };
    let begun = Instant::now();
    let travel = async {
        let result = journey.travel().await;
        let span = Span::current();
        span.record("duration_ms", u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
        if let Ok(reply) = &result {
            span.record("status", reply.status);
        }
        tracing::debug!("{}", if result.is_ok() { "answered" } else { "not answered" });
        result
    };
    travel.instrument(span).await
}

struct Journey<'a> {
    http: &'a Http,
    call: &'a Call<'a>,
    longest: usize,
    id: String,
    attempts: Attempts,
    replays: u32,
    redirects: u32,
    moved: Option<Url>,
}

impl Journey<'_> {
    async fn travel(mut self) -> Result<Reply, WebexError> {
        let mut token = match self.call.authorization {
            Authorization::Login(login) => Some(login.access_token().await?),
            Authorization::Token(token) => Some(token.clone()),
            Authorization::None | Authorization::Basic { .. } => None,
        };
        let mut renewed = false;
        loop {
            let url = self.moved.clone().unwrap_or_else(|| self.call.to.url());
            self.http.trusted().require(self.call.doing, &url)?;
            self.pass_gate(&url).await?;
            let again = match self.attempt(&url, token.as_ref()).await {
                Ok(reply) => {
                    if let Some(target) = self.redirect(&url, &reply)? {
                        self.moved = Some(target);
                        true
                    } else if let (401, false, Authorization::Login(login), Some(stale)) =
                        (reply.status, renewed, self.call.authorization, &token)
                    {
                        renewed = true;
                        token = Some(login.renew(stale).await?);
                        true
                    } else if reply.status < 400 || !self.mend(&url, &reply).await? {
                        return Ok(reply);
                    } else {
                        true
                    }
                }
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Trouble(trouble, reason)) => {
                    self.failed(&url);
                    match self.attempts.after(trouble) {
                        Remedy::Again(most) => sleep(jitter(most)).await,
                        _ => return Err(self.hopeless(&url, trouble, reason)),
                    }
                    true
                }
            };
            self.replays += u32::from(again);
        }
    }

    /// Waits until the host lets calls through.
    async fn pass_gate(&self, url: &Url) -> Result<(), WebexError> {
        let timing = self.http.inner.timing;
        while let Some(wait) = self.http.inner.gates.wait(url, Instant::now()) {
            if wait > timing.longest_wait() {
                return Err(WebexError::Busy { doing: self.call.doing, wait });
            }
            // Not all at once when it opens.
            sleep(wait + jitter(timing.retry(0) / 4)).await;
        }
        Ok(())
    }

    /// Does about a refusal what can be done; whether the call is to be made again.
    async fn mend(&mut self, url: &Url, reply: &Reply) -> Result<bool, WebexError> {
        if matches!(reply.status, 500 | 502..=504) {
            self.failed(url);
        }
        let (gates, timing) = (&self.http.inner.gates, self.http.inner.timing);
        match self.attempts.after(Trouble::Status(reply.status, asked_wait(reply))) {
            Remedy::GiveUp => Ok(false),
            Remedy::Hold(wait) => {
                gates.close(url, Instant::now(), timing.scaled(wait));
                Ok(true)
            }
            Remedy::TooLong(wait) => {
                gates.close(url, Instant::now(), timing.scaled(wait));
                Err(WebexError::Busy { doing: self.call.doing, wait })
            }
            Remedy::Again(most) => {
                sleep(jitter(most)).await;
                Ok(true)
            }
        }
    }

    /// The host does not serve: the next attempt is for another, if the service has one.
    fn failed(&mut self, url: &Url) {
        if let To::Service { service, .. } = &self.call.to {
            service.failed(url);
            self.moved = None;
        }
    }

    /// Where the answer sends the call. `cisco-location` is asked for, and goes to any trusted host; an ordinary redirect is
    /// followed without a token, or on the same host.
    fn redirect(&mut self, from: &Url, reply: &Reply) -> Result<Option<Url>, WebexError> {
        let doing = self.call.doing;
        let unreadable = |reason: String| Err(WebexError::Unreadable { doing, reason });
        let asked_for = reply.header("cisco-location").filter(|_| reply.status < 400);
        let ordinary = matches!(reply.status, 301 | 302 | 303 | 307 | 308);
        let Some(target) = asked_for.clone().or_else(|| reply.header("location").filter(|_| ordinary)) else {
            return Ok(None);
        };
        let Ok(target) = from.join(&target) else {
            return unreadable("it redirects to what is no URL".to_owned());
        };
        self.http.trusted().require(doing, &target)?;
        if asked_for.is_none() {
            let secret = !matches!(self.call.authorization, Authorization::None);
            if secret && target.origin() != from.origin() {
                let host = trust::named(&target);
                return unreadable(format!("it redirects to {host}, where the sign-in must not be shown"));
            }
            let keeps = matches!(reply.status, 307 | 308);
            if !keeps && !matches!(self.call.method, reqwest::Method::GET | reqwest::Method::HEAD) {
                return unreadable("it redirects what must not be sent again".to_owned());
            }
        }
        self.redirects += 1;
        if self.redirects > REDIRECTS {
            return unreadable("it redirects in circles".to_owned());
        }
        Ok(Some(target))
    }

    /// One attempt: headers, body, answer.
    async fn attempt(&self, url: &Url, token: Option<&Secret>) -> Result<Reply, Failure> {
        let id = match self.replays {
            0 => self.id.clone(),
            count => format!("{}+{count}", self.id),
        };
        Span::current().record("tracking_id", id.as_str());
        let mut headers: HeaderMap = self.http.inner.headers(self.call, &id).map_err(Failure::Final)?;
        headers::authorize(&mut headers, self.call.authorization, token).map_err(Failure::Final)?;
        let request = self.http.inner.client.request(self.call.method.clone(), url.clone()).headers(headers);
        let request = match &self.call.body {
            Body::None => request,
            Body::Form(pairs) => {
                request.body(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(*pairs).finish())
            }
            Body::Json(value) => request.body(value.to_string()),
            Body::Text(text) => request.body(text.clone()),
        };
        let within = self.http.inner.timing.request();
        let begun = Instant::now();
        let mut deadline = begun + within;
        let timed_out = |_| Failure::Trouble(Trouble::TimedOut, String::new());
        let mut response = timeout_at(deadline, request.send()).await.map_err(timed_out)?.map_err(of_transport)?;
        let mut body = Vec::new();
        loop {
            if self.longest > LONGEST_BODY {
                deadline = (Instant::now() + within).min(begun + within * LONG_ANSWER);
            }
            let chunk = timeout_at(deadline, response.chunk()).await.map_err(timed_out)?.map_err(of_transport)?;
            let Some(chunk) = chunk else { break };
            if body.len() + chunk.len() > self.longest {
                let reason = format!("it is longer than {} MiB", self.longest >> 20);
                return Err(Failure::Final(WebexError::Unreadable { doing: self.call.doing, reason }));
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        let own = headers.get("trackingid").map(|own| problem::tidy(&String::from_utf8_lossy(own.as_bytes())));
        let tracking_id = Some(own.filter(|own| !own.is_empty()).unwrap_or(id));
        Ok(Reply { status: response.status().as_u16(), headers, body, tracking_id })
    }

    /// What is said when no attempt helped.
    fn hopeless(&self, url: &Url, trouble: Trouble, reason: String) -> WebexError {
        let doing = self.call.doing;
        let within = self.http.inner.timing.request();
        let changes = !matches!(self.call.method, reqwest::Method::GET | reqwest::Method::HEAD);
        match trouble {
            Trouble::TimedOut if changes => {
                WebexError::Ambiguous { doing, reason: format!("no answer within {} s", within.as_secs_f32()) }
            }
            Trouble::TimedOut => WebexError::TimedOut { doing, within },
            Trouble::Lost if changes => WebexError::Ambiguous { doing, reason },
            _ => WebexError::Offline { doing, host: trust::named(url), reason },
        }
    }
}

/// What the transport says, without the URL.
fn of_transport(error: reqwest::Error) -> Failure {
    if error.is_builder() {
        return Failure::Final(WebexError::Invalid("the request cannot be made".to_owned()));
    }
    let trouble = match () {
        () if error.is_connect() => Trouble::NotConnected,
        () if error.is_timeout() => Trouble::TimedOut,
        () => Trouble::Lost,
    };
    let error = error.without_url();
    let mut root: &dyn std::error::Error = &error;
    while let Some(source) = root.source() {
        root = source;
    }
    Failure::Trouble(trouble, problem::tidy(&root.to_string()))
}
