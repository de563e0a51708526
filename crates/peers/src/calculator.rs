//! A peer that calculates: length-prefixed questions and answers.

use syscall::{Fd, Outcome};

use crate::calls::{CHUNK, came, receive};
use crate::messages::{Framing, LENGTH, Messages, Order, TooLong};
use crate::output::Output;
use crate::serve::{Handler, Next};
use crate::{About, Setting};

/// Most bytes of a question.
const LONGEST: usize = 256;

pub(crate) const ABOUT: About = About {
    name: "calculator",
    summary: "Answers calculations in frames with a length before them.",
    behaviour: "A frame is a length of four bytes and so many bytes of text. A question is two whole numbers with `+`, `-`, \
        `*` or `/` between them: `1 + 2`; the answer is a frame too: `3`. Division drops the remainder. What it cannot \
        calculate is answered `error: …`, and the connection goes on. A length above 256 is most likely one in the \
        other byte order: it says so in a frame and closes, since it cannot know where the next frame begins. Several \
        questions in one `send` are answered one by one, and one question may come in any number of pieces. It serves one \
        connection at a time.",
    settings: &[Setting::choice(
        "order",
        "The byte order of lengths: 0, the most significant byte first, which is network byte order; 1, the least \
            significant first.",
    )],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Calculator {
    order: Order,
    messages: Messages,
    output: Output,
    /// Whether it closes after what it sends.
    last: bool,
}

impl Calculator {
    pub(crate) const fn new(order: Order) -> Self {
        let messages = Messages::new(Framing::Length(order), LONGEST);
        Self { order, messages, output: Output::PLAIN, last: false }
    }

    fn go_on(&mut self, fd: Fd) -> Next {
        if self.last {
            return Next::Close;
        }
        let answer = match self.messages.next() {
            Ok(Some(question)) => answer(&question[LENGTH..]),
            Ok(None) => return Next::Do(receive(fd, CHUNK)),
            Err(TooLong(len)) => {
                self.last = true;
                format!("error: a question has at most {LONGEST} bytes, not {len}")
            }
        };
        self.output.start(fd, self.order.frame(&answer)).then(|| self.go_on(fd))
    }
}

impl Handler for Calculator {
    fn begin(&mut self, fd: Fd) -> Next {
        *self = Self::new(self.order);
        self.go_on(fd)
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        if self.output.busy() {
            return self.output.resume(fd, outcome).then(|| self.go_on(fd));
        }
        let Some(data) = came(outcome) else { return Next::Close };
        self.messages.add(&data);
        self.go_on(fd)
    }
}

/// The answer to a question.
fn answer(question: &[u8]) -> String {
    match calculate(question) {
        Ok(result) => result.to_string(),
        Err(why) => format!("error: {why}"),
    }
}

fn calculate(question: &[u8]) -> Result<i64, &'static str> {
    const FORM: &str = "ask two whole numbers with + - * or / between them";
    let text = std::str::from_utf8(question).map_err(|_| "the question is not UTF-8")?.trim();
    // The first byte may be a sign.
    let at = text.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-' | '*' | '/')).ok_or(FORM)?.0;
    let number = |text: &str| text.trim().parse::<i64>().map_err(|_| FORM);
    let (a, b) = (number(&text[..at])?, number(&text[at + 1..])?);
    let result = match text.as_bytes()[at] {
        b'+' => a.checked_add(b),
        b'-' => a.checked_sub(b),
        b'*' => a.checked_mul(b),
        _ if b == 0 => return Err("division by zero"),
        _ => a.checked_div(b),
    };
    result.ok_or("the result does not fit into 64 bits")
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn it_calculates() {
        for (question, expected) in [
            ("1 + 2", "3"),
            ("1+2", "3"),
            ("-3 - -4", "1"),
            (" 6*7\n", "42"),
            ("7 / 2", "3"),
            ("-7/2", "-3"),
            ("1 / 0", "error: division by zero"),
            ("9223372036854775807 + 1", "error: the result does not fit into 64 bits"),
            ("-9223372036854775808 / -1", "error: the result does not fit into 64 bits"),
            ("", "error: ask two whole numbers with + - * or / between them"),
            ("1 + ", "error: ask two whole numbers with + - * or / between them"),
            ("\u{fc}1 + 1", "error: ask two whole numbers with + - * or / between them"),
        ] {
            assert_eq!(answer(question.as_bytes()), expected, "{question}");
        }
        assert_eq!(answer(b"1 + \xff"), "error: the question is not UTF-8");
    }
}
