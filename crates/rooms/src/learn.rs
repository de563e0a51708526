//! What a learner asks.

use protocol::room::{Answer, Did, Learn, LearnerId, MOST_LINK, MOST_ROWS, Place, QuestionId, Refusal, Row};

use crate::bounds::MOST_SAID;
use crate::effect::{Refused, SessionNo, none, unfit};
use crate::progress::weight;
use crate::room::Room;
use crate::text::{is_figure, is_page, quoted};

/// Numbers of rows stay below this: a JavaScript number holds them exactly.
const LARGEST_ROW: u64 = 1 << 53;

impl Room {
    pub(crate) fn learn(&mut self, session: SessionNo, id: u32, learner: LearnerId, ask: Learn, now: u64) {
        let done = match ask {
            Learn::Save { device, rows } => match self.save(session, id, learner, device, rows, now) {
                Ok(()) => return,
                Err(refused) => Err(refused),
            },
            Learn::At { place } => self.at(learner, place, now),
            Learn::Hand { up } => self.hand(learner, up, now),
            Learn::Vote { question, choice } => self.vote(learner, question, choice, now),
            Learn::Read { message } => self.read(learner, message, now),
            Learn::Pair { agree } => self.agree(learner, agree, now),
        };
        let answer = done.map_or_else(Refused::answer, |()| Answer::Done);
        self.answer(session, id, answer);
    }

    /// # Errors
    /// If nothing is taken from learners now.
    fn open(&self) -> Result<(), Refused> {
        if !self.settings.closed {
            return Ok(());
        }
        let says =
            "Your teacher has closed this room: nothing is taken now. What you do is kept in this browser.";
        Err(Refused::new(Refusal::Closed, says))
    }

    fn save(
        &mut self,
        session: SessionNo,
        id: u32,
        learner: LearnerId,
        device: String,
        rows: Vec<Row>,
        now: u64,
    ) -> Result<(), Refused> {
        self.open()?;
        let rows = fit_rows(&device, rows)?;
        let (bounds, used) = (self.bounds, self.bytes() + self.bytes_pending());
        let found = self.learner(learner)?;
        found.active = now;
        let through = found.progress.highest(&device);
        let fresh: Vec<_> = rows.into_iter().filter(|row| row.n > through).collect();
        if fresh.is_empty() {
            self.answer(session, id, Answer::Saved { device, through });
            return Ok(());
        }
        if found.progress.rows + fresh.len() as u64 > bounds.rows || !found.progress.takes_device(&device) {
            let says = format!(
                "A learner's work has at most {} rows, of a few browsers: this is more. What is kept stays.",
                bounds.rows
            );
            return Err(Refused::new(Refusal::Full, says));
        }
        if used + fresh.iter().map(weight).sum::<u64>() > bounds.bytes {
            let says = format!(
                "This room keeps at most {} bytes, and they are used. Its teacher can export it and open another.",
                bounds.bytes
            );
            return Err(Refused::new(Refusal::Full, says));
        }
        self.keep_rows(session, id, learner, device, fresh, now);
        Ok(())
    }

    fn at(&mut self, learner: LearnerId, place: Place, now: u64) -> Result<(), Refused> {
        let place = fit_place(place)?;
        self.learner(learner)?.go(place, now);
        self.news.tiles.insert(learner);
        self.news.moved.insert(learner);
        Ok(())
    }

    fn hand(&mut self, learner: LearnerId, up: bool, now: u64) -> Result<(), Refused> {
        if up {
            self.open()?;
        }
        let found = self.learner(learner)?;
        found.active = now;
        if up != found.hand.is_some() {
            found.hand = up.then_some(now);
        }
        self.news.tiles.insert(learner);
        self.news.view_of.insert(learner);
        Ok(())
    }

    fn vote(
        &mut self,
        learner: LearnerId,
        question: QuestionId,
        choice: u32,
        now: u64,
    ) -> Result<(), Refused> {
        self.open()?;
        let Some(asked) = self.question.as_ref().filter(|asked| asked.id == question) else {
            return Err(none("This question is over."));
        };
        let Some(vote) = asked.takes(choice)? else {
            return Err(Refused::new(Refusal::Closed, "No answer is taken now: wait for your teacher."));
        };
        let found = self.learner(learner)?;
        found.active = now;
        found.votes[vote] = Some(choice);
        self.news.view_of.insert(learner);
        self.news.tiles.insert(learner);
        (self.news.counts, self.news.teaching) = (true, true);
        Ok(())
    }

    fn read(&mut self, learner: LearnerId, message: u32, now: u64) -> Result<(), Refused> {
        if message == 0 || message >= self.next_message {
            return Err(none("There is no such message."));
        }
        let found = self.learner(learner)?;
        found.active = now;
        found.unread.retain(|told| told.message != message);
        self.news.tiles.insert(learner);
        Ok(())
    }
}

/// Rows as they are kept.
fn fit_rows(device: &str, rows: Vec<Row>) -> Result<Vec<Row>, Refused> {
    if device.len() != 16 || !device.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(unfit("A browser's name is 16 hexadecimal digits, small letters."));
    }
    if rows.len() > MOST_ROWS {
        return Err(unfit(format!("At most {MOST_ROWS} rows are taken at once; these are {}.", rows.len())));
    }
    if rows.first().is_some_and(|row| row.n == 0)
        || rows.last().is_some_and(|row| row.n >= LARGEST_ROW)
        || !rows.windows(2).all(|pair| pair[0].n < pair[1].n)
    {
        return Err(unfit("Rows have rising numbers from 1, below 2^53."));
    }
    rows.into_iter().map(fit_row).collect()
}

fn fit_row(row: Row) -> Result<Row, Refused> {
    if !is_page(&row.page) {
        return Err(unfit(format!("Row {}: its page is no address, such as /lessons/send.", row.n)));
    }
    let cut = |text: String| quoted(&text, MOST_SAID);
    let what = match row.what {
        what @ (Did::Opened | Did::Spent { .. } | Did::Finished) => what,
        Did::Predicted { question, said, right } => {
            Did::Predicted { question: cut(question), said: cut(said), right }
        }
        Did::Ran { figure, live } => Did::Ran { figure: cut(figure), live },
        Did::Verdict { exercise, passed, says } => {
            Did::Verdict { exercise: cut(exercise), passed, says: cut(says) }
        }
    };
    Ok(Row { what, ..row })
}

/// A place as it is told to others.
pub(crate) fn fit_place(place: Place) -> Result<Place, Refused> {
    if !(place.page.is_empty() || is_page(&place.page)) || !is_figure(&place.figure) {
        return Err(unfit("A place has a page, such as /lessons/send, and the name of a figure on it."));
    }
    if place.link.len() > MOST_LINK || !place.link.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(unfit(format!("A link has at most {MOST_LINK} characters, none of them blank.")));
    }
    Ok(place)
}
