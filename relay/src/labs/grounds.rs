//! Where this relay's labs are made: the mode, chosen at start; the helper process that all labs share, started again when
//! it is gone; and how many hosts there may be.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lab::{Failure, Ground, Helper, HelperProgram, Mode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;
use crate::settings::{LabMode, Settings};

/// How often it is looked whether the helper still runs.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Labs that are made at once: the helper does one thing at a time anyway.
const MAKERS: usize = 2;
/// Hosts of the lab with which a mode is tried.
const TRIED_HOSTS: u16 = 2;

/// Where labs are made.
pub(crate) struct Grounds {
    /// None where there are no live runs.
    mode: Option<Mode>,
    program: HelperProgram,
    helper: Mutex<Option<Running>>,
    pub(super) limits: lab::Limits,
    most_hosts: usize,
    hosts: Arc<Semaphore>,
    /// Sockets of all labs together.
    pub(super) budget: Arc<Semaphore>,
    pub(super) makers: Semaphore,
    pub(super) metrics: Arc<Metrics>,
}

/// The helper of now.
#[derive(Clone)]
pub(super) struct Running {
    helper: Arc<Helper>,
    /// Cancelled when it is gone.
    pub(super) gone: CancellationToken,
}

impl Grounds {
    /// Tries the modes, which takes some tens of milliseconds; not to be called inside a tokio runtime.
    ///
    /// # Errors
    /// If the mode that is asked for is not to be had: a sentence, with the remedy.
    pub(crate) fn new(settings: &Settings, metrics: Arc<Metrics>) -> Result<Self, String> {
        let program = settings.helper.clone().map_or(HelperProgram::Own, HelperProgram::At);
        let limits = &settings.limits;
        Ok(Self {
            mode: choose(settings.lab_mode, &program)?,
            program,
            helper: Mutex::default(),
            limits: limits.lab,
            most_hosts: limits.hosts,
            hosts: Arc::new(Semaphore::new(limits.hosts)),
            budget: Arc::new(Semaphore::new(limits.sockets)),
            makers: Semaphore::new(MAKERS),
            metrics,
        })
    }

    /// How labs are kept apart: the mode's name, or `none`.
    pub(crate) fn mode(&self) -> &'static str {
        self.mode.map_or(LabMode::Off.word(), Mode::name)
    }

    /// Whether labs have hosts of their own.
    pub(super) fn has_hosts(&self) -> bool {
        self.mode.is_some_and(|mode| mode != Mode::Loopback)
    }

    /// Whether labs are made here at all.
    pub(super) fn makes_labs(&self) -> bool {
        self.mode.is_some()
    }

    /// Room for so many hosts of one lab.
    ///
    /// # Errors
    /// If all are in use: a sentence.
    pub(super) fn room(&self, hosts: u16) -> Result<OwnedSemaphorePermit, String> {
        Arc::clone(&self.hosts).try_acquire_many_owned(hosts.into()).map_err(|_| {
            self.metrics.refused("hosts");
            format!(
                "This relay has room for {} hosts in all labs, and they are in use. Try again in a minute.",
                self.most_hosts
            )
        })
    }

    /// Where to make a lab, and the helper that it will need. Starts the helper if there is none, which takes
    /// milliseconds.
    ///
    /// # Errors
    /// If it does not start.
    pub(super) fn ground(&self) -> Result<(Ground, Option<Running>), Failure> {
        let Some(mode) = self.mode.filter(|mode| *mode != Mode::Loopback) else {
            return Ok((Ground::LOOPBACK, None));
        };
        let mut slot = self.helper.lock().unwrap_or_else(PoisonError::into_inner);
        self.forget_gone(&mut slot);
        let running = match &*slot {
            Some(running) => running.clone(),
            None => {
                let own_users = matches!(mode, Mode::Tun | Mode::Veth);
                let helper = Helper::start(&self.program, own_users)?;
                let running = Running { helper, gone: CancellationToken::new() };
                slot.insert(running).clone()
            }
        };
        Ok((Ground { mode, helper: HelperProgram::Running(Arc::clone(&running.helper)) }, Some(running)))
    }

    /// Whoever has a lab of a helper that is gone is told.
    fn forget_gone(&self, slot: &mut Option<Running>) {
        if let Some(running) = slot.take_if(|running| !running.helper.runs()) {
            tracing::warn!("the labs' helper is gone: its labs end, and another is started");
            self.metrics.helper_restarts.inc();
            running.gone.cancel();
        }
    }

    /// Looks after the helper for as long as the relay serves.
    pub(crate) async fn supervise(&self) {
        if !self.has_hosts() {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.forget_gone(&mut self.helper.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

fn choose(asked: LabMode, program: &HelperProgram) -> Result<Option<Mode>, String> {
    match asked {
        LabMode::Off => Ok(None),
        LabMode::Auto => Ok(Some(Mode::best(program, TRIED_HOSTS))),
        named => {
            let mode: Mode = named.word().parse().map_err(|error: lab::UnknownMode| error.to_string())?;
            let offers = Mode::offers(program, TRIED_HOSTS);
            match offers.into_iter().find(|offer| offer.mode == mode).map(|offer| offer.tried) {
                Some(Err(failure)) => {
                    Err(format!("lab-mode {mode} is not to be had here: {failure}. {}", failure.remedy()))
                }
                Some(Ok(())) | None => Ok(Some(mode)),
            }
        }
    }
}
