//! Labs where there can be none: honest refusals.

use std::net::SocketAddrV4;
use std::sync::Arc;
use std::task::{Context, Poll};

use protocol::{LabReport, LabRequest};
use syscall::{Address, Errno};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::right::Right;
use crate::metrics::Metrics;
use crate::settings::{LabMode, Settings};

/// Nowhere.
pub(crate) struct Grounds;

impl Grounds {
    /// # Errors
    /// If a mode is asked for by name.
    pub(crate) fn new(settings: &Settings, _metrics: Arc<Metrics>) -> Result<Self, String> {
        match settings.lab_mode {
            LabMode::Auto | LabMode::Off => Ok(Self),
            named => Err(format!("lab-mode {} needs Linux", named.word())),
        }
    }

    pub(crate) fn mode(&self) -> &'static str {
        LabMode::Off.word()
    }

    pub(crate) async fn supervise(self: &Arc<Self>) {
        std::future::pending().await
    }

    pub(crate) fn stop(&self) {}
}

/// A pipe, of which there is none.
pub(crate) enum Pipe {}

impl Pipe {
    pub(crate) fn from(&self) -> SocketAddrV4 {
        match *self {}
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        match *self {}
    }

    pub(crate) async fn connected(&self) -> Result<(), Errno> {
        match *self {}
    }

    pub(crate) fn finish(&self) -> Result<(), Errno> {
        match *self {}
    }

    pub(crate) fn reset(self) {
        match self {}
    }
}

/// No lab, ever.
pub(crate) struct Labs;

impl Labs {
    pub(crate) fn new(_grounds: Arc<Grounds>) -> Self {
        Self
    }

    pub(crate) fn request(&mut self, request: LabRequest) -> Option<LabReport> {
        match request {
            LabRequest::Submit { id, .. } => Some(LabReport::refused_call(id, Errno::ENETDOWN, 0)),
            LabRequest::Cancel { .. } | LabRequest::Close => None,
            _ => Some(LabReport::Refused {
                reason: "Live runs need Linux: run the relay on a Linux machine. Everything else works here."
                    .into(),
            }),
        }
    }

    pub(crate) fn guests(&self) -> usize {
        0
    }

    pub(crate) fn offer(&mut self, _right: Right) -> Option<LabReport> {
        self.request(LabRequest::Capture)
    }

    pub(crate) fn visit(&mut self, _right: Result<Right, String>) -> Option<LabReport> {
        self.request(LabRequest::Capture)
    }

    pub(crate) fn pipe(&mut self, _to: Address) -> Result<(Pipe, CancellationToken), Errno> {
        Err(Errno::ENETDOWN)
    }

    pub(crate) fn next_part(&mut self) -> Option<LabReport> {
        None
    }

    pub(crate) fn poll_report(&mut self, _cx: &mut Context<'_>) -> Poll<LabReport> {
        Poll::Pending
    }
}
