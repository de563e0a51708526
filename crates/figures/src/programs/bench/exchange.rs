//! What the machine was asked and whose texts it has, without the machine.
//!
//! Texts may be loaded ahead, when somebody only comes near. Nobody has asked for what the machine answers then: it is held until somebody
//! presses, and taken as if it came only now.

/// Whose texts the machine has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Texts {
    /// Others, or none.
    #[default]
    Others,
    /// Those that stand there, and nobody has pressed yet.
    Ahead,
    /// Others: those that stand there could not be loaded ahead. Whoever presses hears why.
    Failed,
    /// Those that stand there, by somebody's press.
    Wanted,
}

/// What a command does, as far as it matters for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Load,
    /// A turn of a run.
    Run,
    /// A piece of a search.
    Hunt,
    Other,
}

/// A command that is being done.
#[derive(Debug)]
struct Asked {
    seq: u32,
    kind: Kind,
    since_ms: u64,
    /// The texts are others since: its answer is about nothing that stands there.
    void: bool,
    /// The answer, where nobody has asked for it yet.
    held: Option<String>,
}

/// An answer that is to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) view: String,
    pub(super) kind: Kind,
    pub(super) since_ms: u64,
}

/// How a run begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// The texts are to be loaded.
    Load,
    /// They are being loaded.
    Wait,
    /// They are loaded, and this is the answer to the command with this number.
    Held(u32, String),
}

/// Commands and answers, one at a time.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    texts: Texts,
    asked: Option<Asked>,
    seq: u32,
}

impl Exchange {
    /// Whether the machine has the texts that stand there, and somebody wants it so.
    pub(super) fn is_loaded(&self) -> bool {
        self.texts == Texts::Wanted
    }

    /// Whether nothing is being done.
    pub(super) fn is_free(&self) -> bool {
        self.asked.is_none()
    }

    /// Somebody came near. Whether the texts are to be loaded ahead now: then that is asked next.
    pub(super) fn near(&mut self) -> bool {
        let loads = self.asked.is_none() && self.texts == Texts::Others;
        if loads {
            self.texts = Texts::Ahead;
        }
        loads
    }

    /// Somebody wants the texts that stand there from their beginning.
    pub(super) fn begin(&mut self) -> Begin {
        let ahead = std::mem::replace(&mut self.texts, Texts::Wanted) == Texts::Ahead;
        match &mut self.asked {
            Some(asked) if ahead => match asked.held.take() {
                Some(view) => Begin::Held(asked.seq, view),
                None => Begin::Wait,
            },
            asked => {
                asked.iter_mut().for_each(|asked| asked.void = true);
                Begin::Load
            }
        }
    }

    /// A command is sent: its number.
    pub(super) fn ask(&mut self, kind: Kind, now_ms: u64) -> u32 {
        self.seq += 1;
        self.asked = Some(Asked { seq: self.seq, kind, since_ms: now_ms, void: false, held: None });
        self.seq
    }

    /// Other texts stand there.
    pub(super) fn changed(&mut self) {
        self.texts = Texts::Others;
        self.asked = self.asked.take().filter(|asked| asked.held.is_none());
        self.asked.iter_mut().for_each(|asked| asked.void = true);
    }

    /// The machine has answered; the answer, where it is to be shown.
    pub(super) fn answered(&mut self, seq: u32, view: String) -> Option<Answer> {
        let asked = self.asked.as_mut().filter(|asked| asked.seq == seq)?;
        if self.texts == Texts::Ahead && !asked.void {
            asked.held = Some(view);
            return None;
        }
        let Asked { kind, since_ms, void, .. } = self.asked.take()?;
        (!void).then_some(Answer { view, kind, since_ms })
    }

    /// The machine is gone with all that it knew. Whether anybody waits for it, who is to be told.
    pub(super) fn lost(&mut self) -> bool {
        self.asked = None;
        let told = self.is_loaded();
        self.texts = if self.texts == Texts::Ahead { Texts::Failed } else { Texts::Others };
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(kind: Kind, text: &str) -> Answer {
        Answer { view: text.into(), kind, since_ms: 5 }
    }

    /// Somebody came near, and the load that this asks for has this number.
    fn near() -> (Exchange, u32) {
        let mut exchange = Exchange::default();
        assert!(exchange.near());
        let load = exchange.ask(Kind::Load, 5);
        (exchange, load)
    }

    #[test]
    fn what_was_loaded_ahead_waits_for_the_press() {
        let (mut exchange, load) = near();
        assert_eq!(exchange.answered(load, "first".into()), None);
        assert!(!exchange.is_loaded() && !exchange.is_free(), "nothing comes between it and the press");
        assert!(!exchange.near(), "once is enough");
        assert_eq!(exchange.begin(), Begin::Held(load, "first".into()));
        assert_eq!(exchange.answered(load, "first".into()), Some(view(Kind::Load, "first")));
        assert!(exchange.is_loaded() && exchange.is_free() && !exchange.near());
    }

    #[test]
    fn a_press_while_it_loads_takes_the_answer_when_it_comes() {
        let (mut exchange, load) = near();
        assert_eq!(exchange.begin(), Begin::Wait);
        assert_eq!(exchange.answered(load, "first".into()), Some(view(Kind::Load, "first")));
    }

    #[test]
    fn a_press_that_nobody_foresaw_loads() {
        let mut exchange = Exchange::default();
        assert_eq!(exchange.begin(), Begin::Load);
        let load = exchange.ask(Kind::Load, 5);
        assert!(exchange.is_loaded());
        assert_eq!(exchange.answered(load, "first".into()), Some(view(Kind::Load, "first")));
    }

    #[test]
    fn what_was_loaded_ahead_is_nothing_once_the_text_is_another() {
        let (mut exchange, load) = near();
        assert_eq!(exchange.answered(load, "old".into()), None);
        exchange.changed();
        assert!(exchange.is_free());
        assert_eq!(exchange.begin(), Begin::Load);

        // The same where it was still being loaded: its answer comes late and is none.
        let (mut exchange, old) = near();
        exchange.changed();
        assert!(!exchange.near(), "the machine is busy");
        assert_eq!(exchange.begin(), Begin::Load);
        assert_eq!(exchange.answered(old, "old".into()), None);
        let load = exchange.ask(Kind::Load, 5);
        assert_eq!(exchange.answered(load, "new".into()), Some(view(Kind::Load, "new")));
    }

    #[test]
    fn an_answer_from_before_a_new_beginning_is_not_shown() {
        let mut exchange = Exchange::default();
        assert_eq!(exchange.begin(), Begin::Load);
        let run = exchange.ask(Kind::Run, 5);
        assert_eq!(exchange.begin(), Begin::Load);
        assert_eq!(exchange.answered(run, "old".into()), None);
        assert!(exchange.is_free());
    }

    #[test]
    fn of_a_machine_that_is_lost_hears_only_who_pressed() {
        let (mut exchange, _) = near();
        assert!(!exchange.lost());
        assert!(!exchange.near(), "it would be lost again");
        assert_eq!(exchange.begin(), Begin::Load);
        exchange.ask(Kind::Load, 5);
        assert!(exchange.lost());
        assert!(exchange.near(), "a new one may be ready for the next press");
    }
}
