//! Mistakes that are seen in whole loops: clean-up that is never reached, and a send loop with the wrong end.

use std::ops::Range;

use ruff_python_ast::statement_visitor::{StatementVisitor, walk_body, walk_stmt};
use ruff_python_ast::{self as ast, CmpOp, Expr, Stmt};
use ruff_text_size::Ranged;

use super::Found;
use super::draft::Edit;
use super::facts::{Facts, always, dotted};
use super::reader::{Kind, Words};
use super::syntax::bytes;

/// The mistakes of loops.
pub(super) fn find<'a>(words: &'a Words<'a>, facts: &'a Facts<'a>, suite: &'a [Stmt]) -> Vec<Found> {
    let mut loops = Loops { words, facts, suite, function: 0..words.len(), found: Vec::new() };
    loops.visit_body(suite);
    loops.found
}

struct Loops<'a> {
    words: &'a Words<'a>,
    facts: &'a Facts<'a>,
    suite: &'a [Stmt],
    /// The function around.
    function: Range<usize>,
    found: Vec<Found>,
}

impl<'a> StatementVisitor<'a> for Loops<'a> {
    fn visit_body(&mut self, body: &'a [Stmt]) {
        for (k, stmt) in body.iter().enumerate() {
            let rest = &body[k + 1..];
            if rest.is_empty() {
                break;
            }
            match stmt {
                Stmt::While(it) if always(&it.test) && !leaves(&it.body) => self.after_loop(it, rest),
                _ if ends(stmt) => self.after_end(stmt, rest),
                _ => {}
            }
        }
        walk_body(self, body);
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(it) => {
                let outer = std::mem::replace(&mut self.function, bytes(it.range));
                walk_stmt(self, stmt);
                self.function = outer;
            }
            Stmt::While(it) => {
                self.send_loop(it);
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }
}

impl<'a> Loops<'a> {
    /// B17: what stands after a loop that nothing ends.
    fn after_loop(&mut self, it: &ast::StmtWhile, rest: &'a [Stmt]) {
        let real = |stmt: &Stmt| {
            !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::Pass(_) | Stmt::Return(_))
        };
        let Some(first) = rest.iter().find(|stmt| real(stmt)) else { return };
        let closes = rest.iter().any(|stmt| cleans(stmt).is_some());
        let all = bytes(rest[0].range()).start..rest.last().map_or(0, |last| bytes(last.range()).end);
        let simple = rest.iter().all(|stmt| matches!(stmt, Stmt::Expr(_) | Stmt::Pass(_)));
        if !closes {
            let what = "Nothing ends the loop before this line, so it is never reached. If another program begins here, paste it by itself.";
            self.found.push(Found::sure("B17", bytes(first.range()), what));
            return;
        }
        let mut edits = Vec::new();
        if simple {
            edits = self.wrapped(&bytes(it.range), &all).unwrap_or_default();
            if !edits.is_empty() {
                edits.extend(rest.iter().filter_map(cleans).find_map(|name| self.reusable(&name)));
            }
        }
        let what = "Nothing ends the loop before this line, so the clean-up is never reached: an exception passes it by, descriptors stay open, and a restart may fail with EADDRINUSE while TIME-WAIT lasts, unless SO_REUSEADDR is set.";
        self.found.push(Found::sure("B17", all, what).with(edits));
    }

    /// `try: … finally: …` around statements.
    fn wrapped(&self, body: &Range<usize>, rest: &Range<usize>) -> Option<Vec<Edit>> {
        let words = self.words;
        let indent = words.indent(body.start);
        let own_line = |at: usize| words.line_start(at) + words.indent(at).len() == at;
        if !own_line(body.start) || !own_line(rest.start) {
            return None;
        }
        let inner = words.words.iter().filter(|word| body.contains(&word.start) && word.first);
        let step = if inner.map(|word| words.indent(word.start)).any(|it| it.contains('\t')) {
            "\t"
        } else {
            "    "
        };
        let mut edits = vec![Edit::insert(body.start, format!("try:\n{indent}{step}"))];
        let moved = self.line_starts(body).skip(1).chain(self.line_starts(rest).skip(1));
        edits.extend(moved.map(|at| Edit::insert(at, step)));
        let gap = body.end..rest.start;
        edits.push(if words.slice(gap.clone()).trim().is_empty() {
            Edit::replace(gap, format!("\n{indent}finally:\n{indent}{step}"))
        } else {
            Edit::insert(words.line_start(rest.start), format!("{indent}finally:\n{step}"))
        });
        Some(edits)
    }

    /// The beginnings of the lines of a range: no blank ones, and none in a string.
    fn line_starts(&self, range: &Range<usize>) -> impl Iterator<Item = usize> {
        let words = self.words;
        let text = words.slice(0..words.len());
        let from = range.start;
        let inside = move |at: usize| {
            words.words.iter().any(|word| word.kind == Kind::Str && word.start < at && at < word.end)
        };
        let blank = move |at: usize| text[at..].split('\n').next().is_none_or(|line| line.trim().is_empty());
        let starts = text[range.clone()].match_indices('\n').map(move |(at, _)| from + at + 1);
        std::iter::once(words.line_start(from)).chain(starts).filter(move |at| !blank(*at) && !inside(*at))
    }

    /// The line that lets the address of socket `name` be used again, before it is bound.
    fn reusable(&self, name: &str) -> Option<Edit> {
        if self.words.words.iter().any(|word| self.words.text(word) == "SO_REUSEADDR") {
            return None;
        }
        let module = match self.facts.import("socket").as_deref() {
            Some("socket") => "socket.",
            Some("socket.socket") if self.facts.stars.contains("socket") => "",
            _ => return None,
        };
        let mut bind = Bind { name, at: None };
        bind.visit_body(self.suite);
        let at = bind.at?;
        let indent = self.words.indent(at);
        (self.words.line_start(at) + indent.len() == at).then(|| {
            Edit::insert(
                at,
                format!("{name}.setsockopt({module}SOL_SOCKET, {module}SO_REUSEADDR, 1)\n{indent}"),
            )
        })
    }

    /// B17: clean-up after `return`, `break` and the like.
    fn after_end(&mut self, stmt: &Stmt, rest: &'a [Stmt]) {
        if !rest.iter().any(|stmt| cleans(stmt).is_some()) {
            return;
        }
        let simple = rest.iter().all(|stmt| matches!(stmt, Stmt::Expr(_)));
        let end = bytes(stmt.range());
        let all = bytes(rest[0].range()).start..rest.last().map_or(0, |last| bytes(last.range()).end);
        let calls = match stmt {
            Stmt::Return(it) => {
                it.value.as_ref().is_some_and(|value| !value.is_name_expr() && !value.is_literal_expr())
            }
            _ => false,
        };
        let mut edits = Vec::new();
        if simple && calls {
            edits = self.wrapped(&end, &all).unwrap_or_default();
        } else if simple {
            let indent = self.words.indent(end.start);
            let with =
                format!("{}\n{indent}{}", self.words.slice(all.clone()), self.words.slice(end.clone()));
            edits.push(Edit::replace(end.start..all.end, with));
        }
        let what = "The line before leaves this block, so the clean-up is never reached and the descriptor stays open.";
        self.found.push(Found::sure("B17", all, what).with(edits));
    }

    /// B21: a loop that sends until a fixed number of bytes is sent.
    fn send_loop(&mut self, it: &ast::StmtWhile) {
        let Expr::Compare(test) = &*it.test else { return };
        let ([op], [right]) = (&test.ops[..], &test.comparators[..]) else { return };
        let (sent, until) = match op {
            CmpOp::Lt | CmpOp::NotEq => (&*test.left, right),
            CmpOp::Gt => (right, &*test.left),
            _ => return,
        };
        let (Some(sent), Some(message)) = (dotted(sent), sends(&it.body)) else { return };
        let fixed = matches!(until, Expr::NumberLiteral(_) | Expr::Name(_) | Expr::Attribute(_));
        if !fixed || message.1 != sent || self.asks_length(&message.0, until) {
            return;
        }
        let range = bytes(until.range());
        let name = self.words.slice(range.clone());
        let what = format!(
            "This sends until {name} bytes are sent, however long `{0}` is. A shorter message may end in \"connection broken\" on a healthy connection, because `send(b'')` returns 0; a longer one is cut. Count to `len({0})`.",
            message.0
        );
        let edit = Edit::replace(range, format!("len({})", message.0));
        self.found.push(Found::may("B21", bytes(it.test.range()), what).with([edit]));
    }

    /// Whether the function looks after the message's length: asks for it, pads or cuts the message, or computes the end of the loop.
    fn asks_length(&self, message: &str, until: &Expr) -> bool {
        let words = self.words;
        let inside = |k: &usize| self.function.contains(&words.words[*k].start);
        let all = (0..words.words.len()).filter(inside);
        let last = message.rsplit('.').next().unwrap_or(message);
        let until = dotted(until);
        let mut all = all.into_iter();
        all.any(|k| {
            let length = words.is(k, "len")
                && words.is(k + 1, "(")
                && (words.is(k + 2, last) || words.is(k + 4, last));
            let made = words.words[k].first && words.is(k, last) && words.is(k + 1, "=");
            let counted =
                words.words[k].first && words.is(k + 1, "=") && until.as_deref() == Some(words.at(k));
            length || made || counted && self.function.start > 0
        })
    }
}

/// The first place where a socket is bound.
struct Bind<'n> {
    name: &'n str,
    at: Option<usize>,
}

impl<'a> StatementVisitor<'a> for Bind<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Expr(it) = stmt
            && let Expr::Call(call) = &*it.value
            && dotted(&call.func).is_some_and(|func| func == format!("{}.bind", self.name))
        {
            self.at = self.at.or(Some(bytes(it.range).start));
        }
        walk_stmt(self, stmt);
    }
}

/// Whether a loop's body has a `break` of that loop.
fn leaves(body: &[Stmt]) -> bool {
    struct Breaks(bool);
    impl<'a> StatementVisitor<'a> for Breaks {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Break(_) => self.0 = true,
                Stmt::While(ast::StmtWhile { orelse, .. }) | Stmt::For(ast::StmtFor { orelse, .. }) => {
                    self.visit_body(orelse)
                }
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => walk_stmt(self, stmt),
            }
        }
    }
    let mut breaks = Breaks(false);
    breaks.visit_body(body);
    breaks.0
}

/// Whether nothing after a statement in its block is reached.
fn ends(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::Raise(_) => true,
        Stmt::Expr(it) => {
            it.value.as_call_expr().and_then(|call| dotted(&call.func)).is_some_and(|func| func == "sys.exit")
        }
        _ => false,
    }
}

/// The object that a statement closes.
fn cleans(stmt: &Stmt) -> Option<String> {
    let Stmt::Expr(it) = stmt else { return None };
    let func = it.value.as_call_expr()?.func.as_attribute_expr()?;
    matches!(func.attr.as_str(), "close" | "shutdown" | "server_close").then(|| dotted(&func.value)).flatten()
}

/// What a loop's body sends, and the name of how much was sent: `n = s.send(message[sent:])`.
fn sends(body: &[Stmt]) -> Option<(String, String)> {
    body.iter().find_map(|stmt| {
        let value = match stmt {
            Stmt::Assign(it) => &it.value,
            Stmt::AugAssign(it) => &it.value,
            _ => return None,
        };
        let call = value.as_call_expr()?;
        let method = call.func.as_attribute_expr()?;
        let part = call.arguments.args.first()?.as_subscript_expr()?;
        let from = part.slice.as_slice_expr()?.lower.as_deref()?;
        (method.attr.as_str() == "send").then_some(())?;
        Some((dotted(&part.value)?, dotted(from)?))
    })
}
