//! A learner's side of a room as a state machine: what was said goes in, what is to be done comes out. Knows no browser.

use protocol::RoomReport;
use protocol::room::{Answer, Ask, Learn, Pair, Phase, Place, QuestionId, Refusal, View};

use super::delivery::{Delivery, Step};
use super::kept::Kept;
use crate::room::{Heard, Standing};
use crate::texts;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Ask the room this.
    Ask(Ask),
    /// The next step of the delivery.
    Deliver(Step),
    /// Find this browser's name for the learner, then say [`Learner::named`].
    Name {
        /// The room's code.
        code: String,
        /// The learner's number.
        learner: u32,
    },
    /// Remember this room, or none any more.
    Remember(Option<Kept>),
    /// Let the page's figures say where they are.
    AskFigures,
    /// Let this figure of the page be at this moment.
    Go(Place),
}

/// A message of the teacher's that was not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// Its number.
    pub(crate) number: u32,
    /// The text.
    pub(crate) text: String,
    /// Whether it is to all.
    pub(crate) all: bool,
}

/// How somebody comes into a room.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    id: u32,
    /// The return key, where that is how.
    key: Option<String>,
    /// Whether the person asked for it, and is to be told how it went.
    asked: bool,
}

/// A learner's side of a room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learner {
    kept: Option<Kept>,
    entry: Option<Entry>,
    view: Option<View>,
    /// What the teacher calls the room.
    title: Option<String>,
    messages: Vec<Message>,
    delivery: Delivery,
    /// The page that this is.
    page: String,
    /// Whether this page goes where the teacher is.
    follows: bool,
    /// Where it was sent last.
    gone: Option<Place>,
    /// The last place that was said, by its request.
    placed: Option<u32>,
    /// Why something that was asked is not done.
    notice: Option<String>,
    /// What a screen reader is told: the last thing that is new.
    news: String,
    /// The return key, once, after joining.
    fresh_key: bool,
    /// The request to come in was not answered.
    unsure: bool,
    /// The room let somebody out, or not in: they may still look at what stands there.
    over: Option<Over>,
    /// Whether what the room says is folded away, and then what of it is new.
    folded: Option<Since>,
    /// How many cards have become new, and the last of them.
    arrived: (u32, Option<Card>),
}

/// A card that becomes new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Card {
    /// The message of this number.
    Message(u32),
    /// The question to all.
    Question,
    /// Where the teacher is.
    Follow,
    /// A partner.
    Pair,
    /// The class's server.
    Server,
}

/// What has become new in a bar that is folded, and does not open it: words for its button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Since(Option<&'static str>);

impl Since {
    /// What it is, if there is something.
    pub(crate) fn says(self) -> Option<&'static str> {
        self.0
    }
}

/// Why the room is over for this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Over {
    /// A sentence.
    pub(crate) says: String,
    /// Whether the key opens it no more.
    pub(crate) for_good: bool,
    /// Whether this browser has kept what was done there.
    recorded: bool,
}

impl Learner {
    /// On this page, in the room that the browser remembers, if it does.
    pub(crate) fn new(page: String, kept: Option<Kept>, follows: bool) -> Self {
        Self { page, kept, follows, ..Self::default() }
    }

    /// The room that this browser is in, or wants to be in again.
    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }

    /// The room as the learner sees it, once it has said.
    pub(crate) fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }

    /// What the teacher wrote and nobody has read yet.
    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// How the work comes to the room.
    pub(crate) fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Whether this page goes where the teacher is.
    pub(crate) fn follows(&self) -> bool {
        self.follows
    }

    /// Why something that was asked is not done.
    pub(crate) fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// What a screen reader is told.
    pub(crate) fn news(&self) -> &str {
        &self.news
    }

    /// Whether the return key is new, and to be written down.
    pub(crate) fn has_fresh_key(&self) -> bool {
        self.fresh_key
    }

    /// Whether the room may or may not have let them in: nobody knows.
    pub(crate) fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// Why the room is over for this browser, if it is.
    pub(crate) fn over(&self) -> Option<&Over> {
        self.over.as_ref()
    }

    /// Whether this browser keeps what is done in the room.
    pub(crate) fn is_recorded(&self) -> bool {
        match (&self.kept, &self.over) {
            (Some(kept), _) => !kept.device.is_empty(),
            (None, over) => over.as_ref().is_some_and(|it| it.recorded),
        }
    }

    /// Whether all that was done has arrived. Nobody knows while they are not in the room: nothing is looked for then.
    pub(crate) fn has_delivered(&self, standing: &Standing) -> bool {
        *standing == Standing::In && self.view.is_some() && self.delivery.is_done()
    }

    /// What becomes of the work, as a sentence.
    pub(crate) fn work(&self, standing: &Standing) -> &'static str {
        match (self.is_recorded(), &self.over) {
            (true, Some(_)) => texts::class::WORK_STAYS,
            (false, Some(_)) => texts::class::NOTHING_KEPT,
            (false, None) => texts::class::NO_RECORD,
            (true, None) if self.has_delivered(standing) => texts::class::ALL_YOUR_WORK_HAS_ARRIVED,
            (true, None) if *standing == Standing::In => texts::class::WORK_ON_ITS_WAY,
            (true, None) => texts::class::WORK_WAITS,
        }
    }

    /// Whether this browser is in a room, as far as it knows, and not on the way into another.
    pub(crate) fn is_inside(&self) -> bool {
        self.kept.is_some() && self.over.is_none() && !self.entry.as_ref().is_some_and(|it| it.asked)
    }

    /// What the teacher calls the room, once it was told.
    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Whether what the room says is folded away, and what has become new since.
    pub(crate) fn folded(&self) -> Option<Since> {
        self.folded
    }

    /// What the room says is folded away, or shown again.
    pub(crate) fn fold(&mut self, away: bool) {
        self.folded = away.then(Since::default);
    }

    /// How many cards have become new, and the last of them.
    pub(crate) fn arrived(&self) -> (u32, Option<Card>) {
        self.arrived
    }

    fn arrives(&mut self, card: Card) {
        self.arrived = (self.arrived.0.wrapping_add(1), Some(card));
        self.folded = None;
    }

    /// The page that this is.
    pub(crate) fn page(&self) -> &str {
        &self.page
    }

    /// A request to come in was made, with this key or by a name.
    pub(crate) fn enters(&mut self, id: u32, key: Option<String>, asked: bool) {
        self.entry = Some(Entry { id, key, asked });
        (self.notice, self.unsure, self.over) = (None, false, None);
    }

    /// This browser's work has this name from now on; it is kept nowhere where it is empty.
    pub(crate) fn named(&mut self, device: String) -> Vec<Effect> {
        let Some(kept) = &mut self.kept else { return vec![] };
        kept.device = device;
        let mut out = vec![Effect::Remember(Some(kept.clone()))];
        out.extend(self.more_work());
        out
    }

    /// A row of work was kept, or may be delivered again.
    pub(crate) fn more_work(&mut self) -> Option<Effect> {
        let named = self.kept.as_ref().is_some_and(|kept| !kept.device.is_empty());
        if !named || self.view.is_none() {
            return None;
        }
        self.delivery.more().map(Effect::Deliver)
    }

    /// Work that is not delivered yet.
    pub(crate) fn found(&mut self, rows: Vec<protocol::room::Row>) -> Option<Effect> {
        self.delivery.found(rows).map(Effect::Deliver)
    }

    /// Work was sent as this request.
    pub(crate) fn sent_work(&mut self, id: u32) {
        self.delivery.sent(id);
    }

    /// Where the page is was said as this request.
    pub(crate) fn sent_place(&mut self, id: u32) {
        self.placed = Some(id);
    }

    /// A place as it may be told: with the link only to a teacher who looks.
    pub(crate) fn told_place(&self, mut place: Place) -> Place {
        place.page.clone_from(&self.page);
        if !self.view.as_ref().is_some_and(|view| view.looked_at) {
            place.link.clear();
        }
        place
    }

    /// The hand goes up or down.
    pub(crate) fn hand(&mut self, up: bool) -> Vec<Effect> {
        if let Some(view) = &mut self.view {
            view.hand = up;
        }
        self.learn(Learn::Hand { up })
    }

    /// An answer to the question that is asked.
    pub(crate) fn vote(&mut self, question: QuestionId, choice: u32) -> Vec<Effect> {
        if let Some(view) = &mut self.view {
            let place = match view.question.as_ref().map(|it| it.phase) {
                Some(Phase::First) => Some(0),
                Some(Phase::Second) => Some(1),
                Some(Phase::Talk | Phase::Revealed) | None => None,
            };
            let Some(place) = place else { return vec![] };
            view.votes[place] = Some(choice);
        }
        self.learn(Learn::Vote { question, choice })
    }

    /// A message was read.
    pub(crate) fn read(&mut self, message: u32) -> Vec<Effect> {
        self.messages.retain(|it| it.number != message);
        self.learn(Learn::Read { message })
    }

    /// Agree to a partner, or not.
    pub(crate) fn pair(&mut self, agree: bool) -> Vec<Effect> {
        self.learn(Learn::Pair { agree })
    }

    /// The page goes where the teacher is, or no longer.
    pub(crate) fn follow(&mut self, on: bool) -> Vec<Effect> {
        self.follows = on;
        self.gone = None;
        self.go().into_iter().collect()
    }

    /// The key was written down.
    pub(crate) fn key_is_kept(&mut self) {
        self.fresh_key = false;
    }

    /// The learner leaves; their work stays in the room.
    pub(crate) fn leave(&mut self) -> Vec<Effect> {
        let page = std::mem::take(&mut self.page);
        *self = Self::new(page, None, false);
        vec![Effect::Remember(None)]
    }

    fn learn(&mut self, learn: Learn) -> Vec<Effect> {
        self.notice = None;
        vec![Effect::Ask(Ask::Learn(learn))]
    }

    /// Take in what the room says.
    pub(crate) fn heard(&mut self, heard: Heard, standing: &Standing) -> Vec<Effect> {
        match heard {
            Heard::Standing => {
                self.stands(standing);
                vec![]
            }
            Heard::Unknown(id) => {
                if self.entry.take_if(|it| it.id == id).is_some_and(|it| it.asked) {
                    self.unsure = true;
                }
                self.delivery.answered(id, None).flatten().map(Effect::Deliver).into_iter().collect()
            }
            Heard::Report(report) => self.reported(report),
        }
    }

    fn stands(&mut self, standing: &Standing) {
        match standing {
            Standing::Away { tries: 2, .. } if self.is_recorded() => {
                self.news = texts::class::NEWS_RELAY_AWAY.into();
            }
            Standing::Away { tries: 2, .. } => {
                self.news = texts::class::NEWS_RELAY_AWAY_ALONE.into();
            }
            Standing::In if self.news.starts_with(texts::class::NEWS_RELAY_AWAY_ALONE) => {
                self.news = texts::class::NEWS_RELAY_BACK.into();
            }
            // There is no going on without an answer.
            Standing::Asks { .. } | Standing::Ended(_) => self.folded = None,
            _ => {}
        }
    }

    fn reported(&mut self, report: RoomReport) -> Vec<Effect> {
        match report {
            RoomReport::Answer { id, answer } => self.answered(id, answer),
            RoomReport::View(view) => self.views(*view),
            RoomReport::Message { message, text, all } => {
                if self.messages.iter().all(|it| it.number != message) {
                    self.news = texts::class::news_message(&text);
                    self.messages.push(Message { number: message, text, all });
                    self.arrives(Card::Message(message));
                }
                vec![]
            }
            RoomReport::Out { says, for_good } => {
                self.view = None;
                self.news.clone_from(&says);
                self.over = Some(Over { says, for_good, recorded: self.is_recorded() });
                self.messages.clear();
                self.folded = None;
                if for_good {
                    self.kept = None;
                    return vec![Effect::Remember(None)];
                }
                vec![]
            }
            // What only teachers are told.
            RoomReport::Teaching(_)
            | RoomReport::Tiles { .. }
            | RoomReport::Looking { .. }
            | RoomReport::Exported { .. } => vec![],
        }
    }

    fn answered(&mut self, id: u32, answer: Answer) -> Vec<Effect> {
        if let Some(step) = self.delivery.answered(id, Some(&answer)) {
            return step.map(Effect::Deliver).into_iter().collect();
        }
        let entry = self.entry.take_if(|it| it.id == id);
        match answer {
            Answer::Joined { code, learner, nickname, key } => {
                // Coming back by itself after a new connection has no entry, and changes nothing.
                let Some(entry) = entry else { return vec![] };
                self.fresh_key = key.is_some();
                let key = key.or(entry.key).unwrap_or_default();
                let device = self.kept.take().filter(|it| it.code == code && it.learner == learner.0);
                let device = device.map(|it| it.device).unwrap_or_default();
                let (named, learner) = (!device.is_empty(), learner.0);
                let kept = Kept { code: code.clone(), learner, nickname, key, device };
                self.kept = Some(kept.clone());
                let mut out = vec![Effect::Remember(Some(kept))];
                if !named {
                    out.push(Effect::Name { code, learner });
                }
                out
            }
            Answer::Refused { why, says, .. } => {
                if self.placed != Some(id) {
                    self.folded = None;
                }
                match entry {
                    // Whoever asked is told in the form.
                    Some(entry) if entry.asked => {}
                    Some(_) if why == Refusal::NoSuchRoom => {
                        // Perhaps the relay was started with other data by mistake: the key is not thrown away for that.
                        let says = texts::class::ROOM_DOES_NOT_KNOW_YOU;
                        self.over =
                            Some(Over { says: says.into(), for_good: false, recorded: self.is_recorded() });
                        self.news = says.into();
                    }
                    Some(_) => self.notice = Some(says),
                    None if self.placed == Some(id) => {}
                    None => {
                        self.news.clone_from(&says);
                        self.notice = Some(says);
                    }
                }
                vec![]
            }
            _ => vec![],
        }
    }

    fn views(&mut self, view: View) -> Vec<Effect> {
        self.title = Some(view.settings.title.clone());
        let before = self.view.replace(view);
        let Some(view) = &self.view else { return vec![] };
        let mut out = vec![];
        if let Some(news) = news(before.as_ref(), view) {
            self.news = news;
        }
        let follows = self.follows && view.follow.as_ref().is_some_and(|it| it.page != self.page);
        let asks = view.question.is_some();
        match (arrival(before.as_ref(), view, follows), &mut self.folded) {
            (Some((card, None)), _) => self.arrives(card),
            (Some((card, Some(_))), None) => self.arrives(card),
            (Some((_, new)), Some(since)) => *since = Since(new),
            (None, Some(since)) if !asks => *since = Since::default(),
            (None, _) => {}
        }
        let Some(view) = &self.view else { return vec![] };
        let looked_at = view.looked_at && !before.as_ref().is_some_and(|it| it.looked_at);
        let (first, closed) = (before.is_none(), view.settings.closed);
        if view.follow.is_none() {
            (self.follows, self.gone) = (false, None);
        }
        if first || looked_at {
            out.push(Effect::AskFigures);
        }
        out.extend(self.delivery.opened(!closed).map(Effect::Deliver));
        if first {
            out.extend(self.more_work());
        }
        out.extend(self.go());
        out
    }

    /// To where the teacher is, if this page follows, has that figure, and is not there already.
    fn go(&mut self) -> Option<Effect> {
        let place = self.view.as_ref()?.follow.clone()?;
        let there = self.follows && place.page == self.page && !place.figure.is_empty();
        if !there || self.gone.as_ref() == Some(&place) {
            return None;
        }
        self.gone = Some(place.clone());
        Some(Effect::Go(place))
    }
}

/// What has arrived with this view: its card, and, where it wants no answer and opens nothing, words for the button of a folded bar.
/// Whoever follows, `led`, to another page, has to click to go there.
fn arrival(before: Option<&View>, now: &View, led: bool) -> Option<(Card, Option<&'static str>)> {
    let phase = |view: &View| view.question.as_ref().map(|it| (it.id, it.phase));
    let was = before.and_then(phase);
    let page = |view: &View| view.follow.as_ref().map(|it| it.page.clone());
    let (from, to) = (before.and_then(page), page(now));
    let pair = pair_news(before.and_then(|it| it.pair.as_ref()), now.pair.as_ref());
    let question = phase(now).filter(|it| was != Some(*it));
    let same = question.is_some_and(|(id, _)| was.is_some_and(|(was, _)| was == id));
    if let Some((_, phase)) = question {
        let says = match phase {
            Phase::Talk if same => Some(texts::class::TALK_TO_YOUR_NEIGHBOUR),
            Phase::Revealed if same => Some(texts::class::WHAT_THE_CLASS_SAID),
            Phase::First | Phase::Talk | Phase::Second | Phase::Revealed => None,
        };
        Some((Card::Question, says))
    } else if now.pair.is_some() && pair.is_some() {
        Some((Card::Pair, None))
    } else if to.is_some() && (from.is_none() || led && from != to) {
        Some((Card::Follow, None))
    } else if now.serves && !before.is_some_and(|it| it.serves) {
        Some((Card::Server, None))
    } else {
        None
    }
}

/// What is new in the room, as a sentence; the most urgent where there is more than one thing.
fn news(before: Option<&View>, now: &View) -> Option<String> {
    let was = |f: fn(&View) -> bool| before.is_some_and(f);
    if now.looked_at && !was(|it| it.looked_at) {
        return Some(texts::class::NEWS_TEACHER_LOOKS.into());
    }
    let phase = |view: &View| view.question.as_ref().map(|it| (it.id, it.phase));
    if let Some(question) = now.question.as_ref().filter(|_| before.map(phase) != Some(phase(now))) {
        return Some(match question.phase {
            Phase::First => texts::class::news_question(&question.text),
            Phase::Talk => texts::class::NEWS_TALK.into(),
            Phase::Second => texts::class::NEWS_SECOND_VOTE.into(),
            Phase::Revealed => texts::class::NEWS_ANSWERS_SHOWN.into(),
        });
    }
    if let Some(says) = pair_news(before.and_then(|it| it.pair.as_ref()), now.pair.as_ref()) {
        return Some(says);
    }
    if now.follow.is_some() && !was(|it| it.follow.is_some()) {
        return Some(texts::class::NEWS_TEACHER_LEADS.into());
    }
    match (was(|it| it.settings.closed), now.settings.closed) {
        (false, true) => Some(texts::class::NEWS_ROOM_CLOSED.into()),
        (true, false) => Some(texts::class::NEWS_ROOM_OPEN.into()),
        (false, false) | (true, true) => None,
    }
}

fn pair_news(before: Option<&Pair>, now: Option<&Pair>) -> Option<String> {
    let both = |pair: &Pair| pair.agreed && pair.partner_agreed;
    let same = before.map(|it| &it.with) == now.map(|it| &it.with);
    match (before, now) {
        (Some(before), None) => Some(texts::class::news_pair_parted(&before.with)),
        (_, Some(now)) if both(now) && !(same && before.is_some_and(both)) => {
            Some(texts::class::news_pair(&now.with))
        }
        (_, Some(now)) if !same => Some(texts::class::news_pair_proposed(&now.with)),
        (_, Some(_)) | (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
