//! Where this relay's labs are made: the mode, chosen at start; the helper process that all labs share, started again when
//! it is gone; and how many hosts there may be.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lab::{Failure, Ground, Helper, HelperProgram, Mode, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::desks::Desks;
use crate::metrics::Metrics;
use crate::settings::{LabMode, Settings};

/// How often it is looked whether the helper still runs.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Between two networks that are made ready: so that making them takes a part of one processor at most.
const REST: Duration = Duration::from_millis(4);
/// When making one ready is tried again after it failed.
const TRY_AGAIN: Duration = Duration::from_secs(1);
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
    /// Networks that each helper keeps ready.
    ready: usize,
    pub(super) metrics: Arc<Metrics>,
    /// Labs that take guests.
    pub(super) desks: Desks,
}

/// The helper of now.
#[derive(Clone)]
pub(super) struct Running {
    helper: Arc<Helper>,
    pool: Option<Arc<Pool>>,
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
            ready: limits.pool.min(limits.hosts / usize::from(TRIED_HOSTS)),
            metrics,
            desks: Desks::default(),
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
                let pool = Pool::new(Arc::clone(&helper), mode, self.ready).map(Arc::new);
                let running = Running { helper, pool, gone: CancellationToken::new() };
                slot.insert(running).clone()
            }
        };
        let helper = HelperProgram::Running(Arc::clone(&running.helper));
        Ok((Ground { mode, helper, pool: running.pool.clone() }, Some(running)))
    }

    /// Whoever has a lab of a helper that is gone is told.
    fn forget_gone(&self, slot: &mut Option<Running>) {
        if let Some(running) = slot.take_if(|running| !running.helper.runs()) {
            tracing::warn!("the labs' helper is gone: its labs end, and another is started");
            self.metrics.helper_restarts.inc();
            running.gone.cancel();
            if let Some(pool) = running.pool {
                self.throw_away(pool);
            }
        }
    }

    /// Closing devices may take milliseconds each.
    fn throw_away(&self, pool: Arc<Pool>) {
        self.metrics.labs_ready.set(0);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || pool.close())),
            Err(_) => pool.close(),
        }
    }

    /// Looks after the helper, and after networks that are to be ready, for as long as the relay serves.
    pub(crate) async fn supervise(self: &Arc<Self>) {
        if !self.has_hosts() {
            return std::future::pending().await;
        }
        tokio::join!(self.look_after_helper(), self.keep_ready());
    }

    async fn look_after_helper(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.forget_gone(&mut self.helper.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Makes networks ready one by one, while nobody waits for a lab.
    async fn keep_ready(self: &Arc<Self>) {
        if self.ready == 0 {
            return;
        }
        let mut said = false;
        loop {
            let rest = if self.makers.available_permits() < MAKERS {
                REST
            } else {
                let grounds = Arc::clone(self);
                match tokio::task::spawn_blocking(move || grounds.make_ready()).await {
                    Ok(Ok(true)) => {
                        said = false;
                        REST
                    }
                    Ok(Ok(false)) => LOOK_EVERY,
                    Ok(Err(failure)) => {
                        // Once, until one can be made again: a machine without room says so each time.
                        if !std::mem::replace(&mut said, true) {
                            tracing::warn!(%failure, "no lab could be made ready");
                        }
                        TRY_AGAIN
                    }
                    Err(_) => return,
                }
            };
            tokio::time::sleep(rest).await;
        }
    }

    /// Makes one network ready; whether one was lacking.
    fn make_ready(&self) -> Result<bool, Failure> {
        let (_, running) = self.ground()?;
        let pool = running.and_then(|running| running.pool).filter(|pool| pool.lacks());
        let Some(pool) = pool else { return Ok(false) };
        pool.fill()?;
        self.count_ready();
        Ok(true)
    }

    /// Tells how many networks are ready.
    pub(super) fn count_ready(&self) {
        let slot = self.helper.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = slot.as_ref().and_then(|running| running.pool.as_ref()).map_or(0, |pool| pool.len());
        self.metrics.labs_ready.set(i64::try_from(ready).unwrap_or(i64::MAX));
    }

    /// The relay stops: nobody will ask for what is ready.
    pub(crate) fn stop(&self) {
        let slot = self.helper.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = slot.as_ref().and_then(|running| running.pool.clone()) {
            self.throw_away(pool);
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
