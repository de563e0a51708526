//! The mistakes that are seen in single expressions, once it is known what names may stand for.

use std::ops::Range;

use ruff_python_ast::{self as ast, CmpOp, Expr};
use ruff_text_size::Ranged;

use super::Found;
use super::draft::Edit;
use super::facts::dotted;
use super::flow::Flow;
use super::kinds::*;
use super::reader::Kind;
use super::syntax::bytes;
use super::tables;

/// Methods of bytes and str whose arguments are of the same type.
const LIKEWISE: [&str; 15] = [
    "split",
    "rsplit",
    "strip",
    "lstrip",
    "rstrip",
    "startswith",
    "endswith",
    "find",
    "rfind",
    "index",
    "rindex",
    "count",
    "replace",
    "partition",
    "rpartition",
];
/// Methods that give what they are called on.
const SAME: [&str; 16] = [
    "strip",
    "lstrip",
    "rstrip",
    "replace",
    "upper",
    "lower",
    "title",
    "capitalize",
    "swapcase",
    "center",
    "ljust",
    "rjust",
    "zfill",
    "expandtabs",
    "join",
    "removeprefix",
];

impl<'a> Flow<'a> {
    /// `left + right`, and `left += right` (not `plain`): what it is once a mistake in it is repaired, if there is one.
    pub(super) fn added(
        &mut self,
        (left_expr, left): (&'a Expr, &Val),
        (right_expr, right): (&'a Expr, &Val),
        range: Range<usize>,
        plain: bool,
    ) -> Option<Val> {
        let mixed = left.is(STR) && right.is(BYTES) || left.is(BYTES) && right.is(STR);
        let grows = left.should_be_bytes() && left.has(STR) && right.is(BYTES);
        if !mixed && !grows {
            return None;
        }
        let bytes = Val { received: left.received || right.received, ..Val::of(BYTES) };
        let target = self.assigned.as_ref().and_then(|it| it.0);
        let itself = !plain || target.is_some() && dotted(left_expr).as_deref() == target;
        if itself && !left.opaque && left.has(STR) && right.is(BYTES) {
            let what = "What `recv` returns is bytes, and this began as a str: adding them raises TypeError. Begin with b''.";
            let found = Found::sure("B6", range, what).with(self.as_bytes(left));
            self.note(found);
            return Some(bytes);
        }
        if !mixed {
            return None;
        }
        let (text, text_expr, other) = match left.is(STR) {
            true => (left, left_expr, right_expr),
            false => (right, right_expr, left_expr),
        };
        let (edits, val) = match (self.prints, text_expr.is_string_literal_expr()) {
            (true, _) => (decoded(other, "errors=\"replace\""), Val::of(STR)),
            (false, true) => (self.as_bytes(text), bytes),
            (false, false) => (decoded(other, ""), Val::of(STR)),
        };
        let what = "A str and bytes cannot be added in Python 3 (TypeError): what comes from `recv` is bytes, what is sent must be bytes.";
        self.note(Found { kind: "str and bytes added", ..Found::sure("C37", range, what) }.with(edits));
        Some(val)
    }

    /// Comparisons: text with bytes, bytes with None.
    pub(super) fn compared(&mut self, it: &'a ast::ExprCompare) {
        let mut left_expr = &*it.left;
        let mut left = self.eval(left_expr);
        for (op, right_expr) in it.ops.iter().zip(it.comparators.iter()) {
            let right = self.eval(right_expr);
            self.pair(*op, left_expr, &left, right_expr, &right);
            (left_expr, left) = (right_expr, right);
        }
    }

    fn pair(&mut self, op: CmpOp, left_expr: &'a Expr, left: &Val, right_expr: &'a Expr, right: &Val) {
        let range = bytes(left_expr.range()).start..bytes(right_expr.range()).end;
        let equality = matches!(op, CmpOp::Eq | CmpOp::NotEq | CmpOp::Is | CmpOp::IsNot);
        let negative = matches!(op, CmpOp::NotEq | CmpOp::IsNot);
        let never = if negative { "always true" } else { "never true" };
        let (data, data_expr, other, other_expr) = if left.has(BYTES) {
            (left, left_expr, right, right_expr)
        } else {
            (right, right_expr, left, left_expr)
        };
        if equality && data.should_be_bytes() && other_expr.is_string_literal_expr() {
            let empty = other_expr.as_string_literal_expr().is_some_and(|it| it.value.is_empty());
            let bites = match (empty, data.received) {
                (true, true) => "at the peer's end `recv` gives b'' and the loop goes on for ever",
                (true, false) => "the end is never noticed",
                (false, _) => "what came is never recognised",
            };
            let what = format!("bytes never equal a str in Python 3, so this is {never}: {bites}.");
            let mut edits = self.as_bytes(other);
            edits.extend(self.as_bytes(data));
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let gap = bytes(left_expr.range()).end..bytes(right_expr.range()).start;
                edits.push(Edit::replace(gap, if negative { " != " } else { " == " }));
            }
            self.note(Found::sure("B5", range, what).with(edits));
        } else if equality && data.received && data.should_be_bytes() && other_expr.is_none_literal_expr() {
            let name = self.slice(data_expr);
            let with = if negative { name.to_owned() } else { format!("not {name}") };
            let what = format!(
                "`recv` never returns None, so this is {never}: at the peer's end it returns b'', for ever, and nothing ends the loop."
            );
            let edits = [Edit::replace(range.clone(), with)];
            self.note(Found::sure("B7", range, what).with(edits));
        } else if matches!(op, CmpOp::In | CmpOp::NotIn) {
            self.within(left_expr, left, right_expr, right, range);
        }
    }

    /// `left in right`.
    fn within(
        &mut self,
        left_expr: &'a Expr,
        left: &Val,
        right_expr: &'a Expr,
        right: &Val,
        range: Range<usize>,
    ) {
        if left_expr.is_string_literal_expr() && right.is(BYTES) {
            let what = "Only bytes can be in bytes: a str there raises TypeError in Python 3.";
            let found = Found::sure("C37", range, what).with(self.as_bytes(left));
            return self.note(found);
        }
        let among = match right_expr {
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => &elts[..],
            _ => return,
        };
        if left.is(BYTES) && !among.is_empty() && among.iter().all(Expr::is_string_literal_expr) {
            let what = "bytes never equal a str in Python 3, so what came is never recognised here.";
            let edits: Vec<_> = among
                .iter()
                .map(|it| self.eval(it))
                .collect::<Vec<_>>()
                .iter()
                .flat_map(|val| self.as_bytes(val))
                .collect();
            self.note(Found::sure("B5", range, what).with(edits));
        }
    }

    /// `module.name` and `object.name`.
    pub(super) fn attribute(&mut self, it: &'a ast::ExprAttribute) -> Val {
        let base = self.eval(&it.value);
        let attr = it.attr.as_str();
        let range = bytes(it.attr.range);
        if self.path(&it.value).as_deref() == Some("socket") {
            if !tables::is_socket_name(attr) && !tables::is_socket_method(attr) {
                self.misspelt(attr, range);
            }
            return Val::of(OTHER);
        }
        if base.is(SOCKET) && !tables::is_socket_method(attr) && it.ctx.is_load() {
            let meant = tables::nearest(attr, tables::socket_methods());
            let hint = meant.map_or(String::new(), |meant| format!(": it is `{meant}`"));
            let what = format!("A socket has no `{attr}` (AttributeError){hint}.");
            let edits = meant.map(|meant| Edit::replace(range.clone(), meant));
            self.note(Found::sure("B2", range, what).with(edits));
        }
        if base.is(ERROR) && attr == "message" {
            let what = "Exceptions have no `message` in Python 3 (AttributeError); `str` gives their text.";
            let object = self.slice(&it.value);
            let edits = [Edit::replace(bytes(it.range), format!("str({object})"))];
            self.note(Found { kind: "e.message", ..Found::sure("C37", bytes(it.range), what) }.with(edits));
        }
        if base.is(OWN) { self.field(&it.value, attr) } else { Val::of(OTHER) }
    }

    /// A name that the module `socket` has not.
    fn misspelt(&mut self, attr: &str, range: Range<usize>) {
        let prefixed =
            ["AF_", "SOCK_", "SO_", "SHUT_", "SOL_"].iter().map(|prefix| format!("{prefix}{attr}"));
        let prefixed = prefixed.into_iter().find(|name| tables::is_socket_name(name));
        let known = match attr {
            "PF_INET" | "AF_IPV4" | "AF_INET4" | "AF_NET" => Some("AF_INET"),
            "PF_INET6" | "AF_IPV6" => Some("AF_INET6"),
            "SOCK_TCP" => Some("SOCK_STREAM"),
            "SOCK_UDP" => Some("SOCK_DGRAM"),
            _ => None,
        };
        let nearest = tables::nearest(attr, tables::socket_names()).map(str::to_owned);
        let meant = known.map(str::to_owned).or(prefixed).or(nearest);
        match meant {
            Some(meant) => {
                let what = format!("The module `socket` has no `{attr}` (AttributeError): it is `{meant}`.");
                self.note(Found::sure("B2", range.clone(), what).with([Edit::replace(range, meant)]));
            }
            None => {
                let what = format!(
                    "Python 3.11's module `socket` on Linux has no `{attr}`: this may raise AttributeError."
                );
                self.note(Found::may("B2", range, what));
            }
        }
    }

    /// `error[0]`: exceptions are no tuples any more.
    pub(super) fn indexed(&mut self, it: &'a ast::ExprSubscript, base: &Val) {
        if base.is(ERROR) {
            let range = bytes(it.range);
            let what = "An exception cannot be indexed in Python 3 (TypeError); its parts are in `.args`.";
            let edits = [Edit::insert(bytes(it.value.range()).end, ".args")];
            self.note(Found { kind: "e[0]", ..Found::sure("C37", range, what) }.with(edits));
        }
    }

    /// Text that goes where bytes are wanted.
    pub(super) fn handed(&mut self, method: &str, arg: &'a Expr, val: &Val) {
        if !val.is(STR) {
            return;
        }
        let what = format!(
            "`{method}` takes bytes; a str raises TypeError in Python 3 (a bytes-like object is required, not 'str')."
        );
        let literal = arg.is_string_literal_expr() || arg.is_subscript_expr();
        let edits = if literal && !val.opaque && !val.literals.is_empty() {
            self.as_bytes(val)
        } else {
            encoded(arg)
        };
        let found = Found { kind: "text handed to send", ..Found::sure("C37", bytes(arg.range()), what) };
        self.note(found.with(edits));
    }

    /// `bytes.method("text")`, `"".join(list of bytes)`.
    pub(super) fn likewise(
        &mut self,
        call: &'a ast::ExprCall,
        it: &'a ast::ExprAttribute,
        base: &Val,
        args: &[Val],
    ) {
        let attr = it.attr.as_str();
        if base.is(BYTES) && LIKEWISE.contains(&attr) {
            for (arg, val) in call.arguments.args.iter().zip(args) {
                if arg.is_string_literal_expr() {
                    let what = format!("`{attr}` of bytes takes bytes; a str raises TypeError in Python 3.");
                    let found = Found::sure("C37", bytes(arg.range()), what).with(self.as_bytes(val));
                    self.note(Found { kind: "text with bytes", ..found });
                }
            }
        }
        if attr == "join"
            && it.value.is_string_literal_expr()
            && args.len() == 1
            && args[0].is(LIST)
            && args[0].elements == BYTES
        {
            let what = "A str joins only strings: these are bytes from `recv`, so the very last line of the work raises TypeError. Join with b''.";
            let found = Found::sure("B6", bytes(call.range()), what).with(self.as_bytes(base));
            self.note(found);
        }
    }

    /// In a listing for Python 2, what `recv` gave was text and was printed as text.
    pub(super) fn printed(&mut self, arg: &'a Expr, val: &Val) {
        if self.old && val.is(BYTES) && val.received && !arg.is_bytes_literal_expr() {
            let what =
                "In Python 3 this prints b'…': what `recv` gives is bytes, and text only once it is decoded.";
            let found = Found { kind: "bytes printed", ..Found::sure("C37", bytes(arg.range()), what) };
            self.note(found.with(decoded(arg, "errors=\"replace\"")));
        }
    }

    /// What a method gives.
    pub(super) fn method_gives(&self, attr: &str, base: &Val, args: usize) -> Val {
        let text = base.kinds & (STR | BYTES);
        match attr {
            _ if base.is(STR | BYTES) && SAME.contains(&attr) => {
                Val { received: base.received, ..Val::of(text) }
            }
            "format" | "decode" if base.is(STR | BYTES) || base.has(OTHER) && attr == "decode" => {
                Val::of(STR)
            }
            "encode" if !base.has(OWN) => Val::of(BYTES),
            "split" | "rsplit" | "splitlines" if base.is(STR | BYTES) => {
                Val { elements: text, ..Val::of(LIST) }
            }
            "recv" | "recvmsg" if args > 0 && !base.has(OWN | STR) => Val::received(),
            "recvfrom" if args > 0 && !base.has(OWN | STR) => Val::of(DATAGRAM),
            "accept" if args == 0 && base.is(SOCKET | NONE) => Val::of(ACCEPTED),
            "dup" if base.is(SOCKET) => Val::of(SOCKET),
            "send" | "fileno" | "sendto" if base.is(SOCKET) => Val::of(INT),
            "getsockname" | "getpeername" if base.is(SOCKET) => Val::of(TUPLE),
            _ if base.is(SOCKET) && gives_nothing(attr) => Val::of(NONE),
            _ => Val::of(OTHER),
        }
    }

    pub(super) fn slice(&self, expr: &Expr) -> &'a str {
        self.words.slice(bytes(expr.range()))
    }

    /// Whether a pair of brackets stands directly around an expression.
    pub(super) fn in_brackets(&self, expr: &Expr) -> bool {
        let range = bytes(expr.range());
        let before =
            self.words.words.iter().rev().find(|word| word.end <= range.start && word.kind != Kind::Newline);
        let after =
            self.words.words.iter().find(|word| word.start >= range.end && word.kind != Kind::Newline);
        before.is_some_and(|word| self.words.text(word) == "(")
            && after.is_some_and(|word| self.words.text(word) == ")")
    }

    /// The literals that a value may be, as bytes.
    pub(super) fn as_bytes(&self, val: &Val) -> Vec<Edit> {
        let mut edits = Vec::new();
        for &(start, end) in &val.literals {
            let text = self.words.slice(start..end);
            let quote = text.find(['"', '\'']).unwrap_or(0);
            let plain = text.is_ascii() && !["\\u", "\\U", "\\N"].iter().any(|escape| text.contains(escape));
            match &text[..quote] {
                "u" | "U" if plain => edits.push(Edit::replace(start..start + 1, "b")),
                _ if plain => edits.push(Edit::insert(start, "b")),
                _ => edits.push(Edit::insert(end, ".encode()")),
            }
        }
        edits
    }
}

/// Whether a method of a socket returns None.
pub(super) fn gives_nothing(method: &str) -> bool {
    matches!(
        method,
        "bind"
            | "close"
            | "connect"
            | "listen"
            | "sendall"
            | "setblocking"
            | "setsockopt"
            | "settimeout"
            | "shutdown"
    )
}

/// `expr.encode()`.
fn encoded(expr: &Expr) -> Vec<Edit> {
    after(expr, ".encode()")
}

/// `expr.decode(with)`.
pub(super) fn decoded(expr: &Expr, with: &str) -> Vec<Edit> {
    after(expr, &format!(".decode({with})"))
}

/// A method called on an expression, in brackets where it needs them.
fn after(expr: &Expr, call: &str) -> Vec<Edit> {
    let range = bytes(expr.range());
    let simple = matches!(
        expr,
        Expr::Name(_)
            | Expr::Call(_)
            | Expr::Attribute(_)
            | Expr::Subscript(_)
            | Expr::FString(_)
            | Expr::StringLiteral(_)
    );
    let implicit = match expr {
        Expr::StringLiteral(it) => it.value.is_implicit_concatenated(),
        Expr::FString(it) => it.value.is_implicit_concatenated(),
        _ => false,
    };
    if simple && !implicit {
        return vec![Edit::insert(range.end, call)];
    }
    vec![Edit::insert(range.start, "("), Edit::insert(range.end, format!("){call}"))]
}
