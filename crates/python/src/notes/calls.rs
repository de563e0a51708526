//! The mistakes that are seen in calls: addresses, results that are kept, threads that are run, text that is sent.

use std::ops::Range;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::Found;
use super::draft::Edit;
use super::facts::dotted;
use super::flow::Flow;
use super::kinds::*;
use super::rules::{decoded, gives_nothing};
use super::syntax::bytes;
use super::tables;

/// Functions of modules: what they give.
const GIVES: [(&str, Kinds); 22] = [
    ("socket.socket", SOCKET),
    ("socket.create_connection", SOCKET),
    ("socket.create_server", SOCKET),
    ("socket.fromfd", SOCKET),
    ("socket.socketpair", PAIR),
    ("socket.gethostname", STR),
    ("socket.gethostbyname", STR),
    ("socket.getfqdn", STR),
    ("socket.inet_ntoa", STR),
    ("socket.inet_aton", BYTES),
    ("struct.pack", BYTES),
    ("json.dumps", STR),
    ("pickle.dumps", BYTES),
    ("os.urandom", BYTES),
    ("time.ctime", STR),
    ("time.asctime", STR),
    ("time.strftime", STR),
    ("time.time", OTHER),
    ("sys.stdin.readline", STR),
    ("threading.Thread", THREAD),
    ("multiprocessing.Process", THREAD),
    ("threading.Timer", THREAD),
];

impl<'a> Flow<'a> {
    /// A call: its arguments, its mistakes, and what it gives.
    pub(super) fn called(&mut self, call: &'a ast::ExprCall) -> Val {
        let assigned = self.assigned.take();
        let prints = call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "print");
        let path = self.path(&call.func);
        let base = match &*call.func {
            Expr::Attribute(it) => {
                let base = self.eval(&it.value);
                let known = path.as_deref().is_some_and(|path| path.starts_with("socket."));
                if known || base.is(SOCKET | ERROR) {
                    self.attribute(it);
                }
                base
            }
            Expr::Name(_) => Val::default(),
            other => self.eval(other),
        };
        let printed = std::mem::replace(&mut self.prints, prints);
        let args: Vec<Val> = call.arguments.args.iter().map(|arg| self.eval(arg)).collect();
        let mut keywords = Vec::new();
        for keyword in &call.arguments.keywords {
            let val = self.eval(&keyword.value);
            keywords.extend(keyword.arg.as_ref().map(|arg| (arg.as_str(), val)));
        }
        self.prints = printed;
        self.assigned = assigned;
        if let Some(path) = path {
            return self.of_module(call, &path, &args, &keywords);
        }
        match &*call.func {
            Expr::Name(name) => self.plain(call, name, &args, &keywords),
            Expr::Attribute(it) => self.method(call, it, &base, &args, &keywords),
            _ => Val::of(OTHER),
        }
    }

    /// A function of a module.
    fn of_module(
        &mut self,
        call: &'a ast::ExprCall,
        path: &str,
        args: &[Val],
        keywords: &[(&str, Val)],
    ) -> Val {
        if let Some(method) = path.strip_prefix("socket.")
            && tables::is_socket_method(method)
            && !tables::is_socket_name(method)
        {
            self.on_module(call, method);
            return if method == "accept" {
                Val::of(ACCEPTED)
            } else {
                self.method_gives(method, &Val::of(SOCKET), args.len())
            };
        }
        match path {
            "threading.Thread" | "multiprocessing.Process" => self.thread(call, keywords),
            "_thread.start_new_thread" | "thread.start_new_thread" => self.new_thread(call),
            "socket.create_connection" | "socket.create_server" => self.address(call, path, args),
            _ => {}
        }
        let gives = GIVES.iter().find(|gives| gives.0 == path);
        gives.map_or(Val::of(OTHER), |gives| Val::of(gives.1))
    }

    /// A name is called: a function or class of the listing, or one of those that every program has.
    fn plain(
        &mut self,
        call: &'a ast::ExprCall,
        name: &'a ast::ExprName,
        args: &[Val],
        keywords: &[(&str, Val)],
    ) -> Val {
        let id = name.id.as_str();
        let facts = self.facts;
        if let Some(function) = facts.function(id) {
            return self.feed(function.def, false, args, keywords);
        }
        if let Some(class) = facts.classes.get(id) {
            if let Some(init) = facts.method(id, "__init__") {
                self.feed(init.def, true, args, keywords);
            }
            return Val::of(if class.thread { THREAD } else { OWN });
        }
        if !self.name(id).is(OTHER) {
            return Val::of(OTHER);
        }
        match id {
            "print" => {
                for (arg, val) in call.arguments.args.iter().zip(args) {
                    self.printed(arg, val);
                }
                Val::of(NONE)
            }
            "str" | "input" | "repr" | "hex" | "oct" | "bin" | "chr" | "ascii" | "format" => Val::of(STR),
            "bytes" | "bytearray" => Val::of(BYTES),
            "int" | "len" | "ord" => Val::of(INT),
            _ => Val::of(OTHER),
        }
    }

    /// A method is called.
    fn method(
        &mut self,
        call: &'a ast::ExprCall,
        it: &'a ast::ExprAttribute,
        base: &Val,
        args: &[Val],
        keywords: &[(&str, Val)],
    ) -> Val {
        let attr = it.attr.as_str();
        if base.is(OWN) && base.kinds != 0 {
            let class = self.class_of(&it.value);
            let method = class.and_then(|class| self.facts.method(class, attr));
            if let Some(method) = method {
                let def = method.def;
                return self.feed(def, true, args, keywords);
            }
            return Val::of(OTHER);
        }
        let socket = self.is_socket(&it.value, base);
        if socket {
            match attr {
                "send" | "sendall" | "sendto" => {
                    if let (Some(arg), Some(val)) = (call.arguments.args.first(), args.first()) {
                        self.handed(attr, arg, val);
                    }
                }
                "bind" | "connect" | "connect_ex" => self.address(call, attr, args),
                _ => {}
            }
        }
        if base.is(SOCKET) {
            self.kept(call, it, attr);
        }
        if attr == "run" && args.is_empty() && base.is(THREAD) {
            self.run(it);
        }
        if attr == "append" && args.len() == 1 {
            self.append(&it.value, &args[0]);
        }
        self.likewise(call, it, base, args);
        self.method_gives(attr, base, args.len())
    }

    /// B1: an address that is no pair. `function` is the method or function that takes it first.
    fn address(&mut self, call: &'a ast::ExprCall, function: &str, args: &[Val]) {
        let all = &call.arguments.args;
        let range = bytes(call.arguments.range());
        let name = function.rsplit('.').next().unwrap_or(function);
        if !call.arguments.keywords.is_empty() || self.facts.unix || all.iter().any(Expr::is_starred_expr) {
            return;
        }
        let pair = |host: &str, port: &str| Edit::replace(range.clone(), format!("(({host}, {port}))"));
        match (&all[..], args) {
            ([host, port], [host_val, port_val]) if !host_val.is(TUPLE) => {
                // The second argument of these is a time-out or the like: only text before a number is surely an address.
                let sure = !function.starts_with("socket.") || host_val.is(STR) && !port_val.is(NONE);
                if sure {
                    let around =
                        if self.in_brackets(host) { " Brackets around one value make no tuple." } else { "" };
                    let what = format!(
                        "`{name}` takes one address, the pair (host, port): these are two arguments (TypeError).{around}"
                    );
                    let edit = pair(self.slice(host), self.slice(port));
                    self.note(Found::sure("B1", range.clone(), what).with([edit]));
                }
            }
            ([Expr::Tuple(tuple)], _) if function != "socket.create_connection" => {
                if let [_, port] = &tuple.elts[..] {
                    self.port(name, port);
                }
            }
            ([one], [val]) if val.is(INT) => {
                let what = format!("`{name}` takes the pair (host, port); this is a number (TypeError).");
                let edit = pair("\"\"", self.slice(one));
                let edits = if name == "bind" { vec![edit] } else { Vec::new() };
                self.note(Found::sure("B1", range.clone(), what).with(edits));
            }
            ([one], [val]) if val.is(STR) => {
                let what = format!("`{name}` takes the pair (host, port); this is one text (TypeError).");
                let text = one.as_string_literal_expr().map(|it| it.value.to_str());
                let parts = text.and_then(|text| text.rsplit_once(':'));
                let parts = parts
                    .filter(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
                let edits = parts.map(|(host, port)| pair(&format!("{host:?}"), port));
                self.note(Found::sure("B1", range.clone(), what).with(edits));
            }
            _ => {}
        }
    }

    /// B1: a port that is a text.
    fn port(&mut self, name: &str, port: &'a Expr) {
        let val = self.eval(port);
        if !val.is(STR) {
            return;
        }
        let range = bytes(port.range());
        let what = format!(
            "The port of `{name}`'s address must be an int; this is a text (TypeError: 'str' object cannot be interpreted as an integer)."
        );
        let digits = port.as_string_literal_expr().map(|it| it.value.to_str());
        let digits = digits
            .filter(|text| text.len() < 6 && text.parse::<u16>().is_ok_and(|port| port.to_string() == *text));
        let with = digits.map_or_else(|| format!("int({})", self.slice(port)), str::to_owned);
        self.note(Found::sure("B1", range.clone(), what).with([Edit::replace(range, with)]));
    }

    /// B3: a method of sockets called on the module.
    fn on_module(&mut self, call: &'a ast::ExprCall, method: &str) {
        let func = bytes(call.func.range());
        let assigned = self.assigned.clone();
        let sockets = self.sockets();
        let what = format!(
            "`{method}` belongs to a socket, not to the module `socket` (AttributeError): make a socket first, then call it on that."
        );
        let module = func.start..func.end - method.len() - 1;
        let rest = self.words.slice(func.end - method.len() - 1..bytes(call.range()).end);
        let indent = self.words.indent(func.start);
        let whole = |range: &Range<usize>| range.end == bytes(call.range()).end;
        let make = "socket.socket(socket.AF_INET, socket.SOCK_STREAM)";
        let edits = match (&sockets[..], assigned) {
            (_, Some((Some(target), stmt, _))) if gives_nothing(method) && whole(&stmt) => {
                let own = sockets.iter().any(|name| name == target);
                match &sockets[..] {
                    _ if own => vec![Edit::replace(stmt, format!("{target}{rest}"))],
                    [only] if !self.facts.receivers.contains(target) => {
                        vec![Edit::replace(stmt, format!("{only}{rest}"))]
                    }
                    _ => vec![Edit::replace(stmt, format!("{target} = {make}\n{indent}{target}{rest}"))],
                }
            }
            ([only], _) => vec![Edit::replace(module, only.clone())],
            _ => Vec::new(),
        };
        self.note(Found::sure("B3", func, what).with(edits));
    }

    /// B3: the result of a method that has none is kept; the pair of `accept` is taken for a socket.
    fn kept(&mut self, call: &'a ast::ExprCall, it: &'a ast::ExprAttribute, method: &str) {
        let Some((Some(target), stmt, first)) = self.assigned.clone() else { return };
        let range = bytes(call.range());
        if stmt.end != range.end
            || !self.words.slice(first.end..range.start).trim_matches([' ', '=', '\t', '(']).is_empty()
        {
            return;
        }
        let used = self.facts.receivers.contains(target);
        if method == "accept" && used && !self.facts.whole.contains(target) {
            let what = format!(
                "`accept` returns a pair, the new socket and its address: `{target}` is a tuple and has no methods of a socket (AttributeError)."
            );
            self.note(Found::sure("B3", range, what).with([Edit::insert(first.end, ", _address")]));
            return;
        }
        if !gives_nothing(method) || !used {
            return;
        }
        let what = format!(
            "`{method}` returns None, and None is all that `{target}` is from here on (AttributeError: 'NoneType' object has no attribute …)."
        );
        let object = self.slice(&it.value);
        let indent = self.words.indent(stmt.start);
        let rest = self.words.slice(bytes(it.value.range()).end..stmt.end);
        let with = if it.value.is_name_expr() && object == target {
            format!("{object}{rest}")
        } else if it.value.is_name_expr() {
            format!("{object}{rest}\n{indent}{target} = {object}")
        } else {
            format!("{target} = {object}\n{indent}{target}{rest}")
        };
        self.note(Found::sure("B3", range, what).with([Edit::replace(stmt, with)]));
    }

    /// B4: `run` instead of `start`.
    fn run(&mut self, it: &'a ast::ExprAttribute) {
        if dotted(&it.value).is_some_and(|name| self.facts.started.contains(&name)) {
            return;
        }
        let range = bytes(it.attr.range);
        let what = "`run` does the thread's work here and now, in this thread: the loop serves one client at a time. `start` makes the thread.";
        self.note(Found::sure("B4", range.clone(), what).with([Edit::replace(range, "start")]));
    }

    /// `Thread(target=…, args=…)`.
    fn thread(&mut self, call: &'a ast::ExprCall, keywords: &[(&str, Val)]) {
        let keyword = |name: &str| {
            call.arguments
                .keywords
                .iter()
                .find(|keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == name))
        };
        let args = keyword("args");
        if let Some(target) = keyword("target") {
            self.hand_over(&target.value, args.map(|args| &args.value));
            self.called_target(&target.value, args.is_some());
        }
        if let Some(args) = args {
            let val = keywords.iter().find(|keyword| keyword.0 == "args").map(|keyword| keyword.1.clone());
            self.no_tuple(&args.value, &val.unwrap_or_default(), "args");
        }
    }

    fn new_thread(&mut self, call: &'a ast::ExprCall) {
        if let [target, args, ..] = &call.arguments.args[..] {
            self.hand_over(target, Some(args));
            let val = self.eval(args);
            self.no_tuple(args, &val, "start_new_thread's second argument");
        }
    }

    /// A thread calls `target` with the elements of `args`.
    fn hand_over(&mut self, target: &'a Expr, args: Option<&'a Expr>) {
        let elements = match args {
            Some(Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. })) => {
                &elts[..]
            }
            Some(_) => return,
            None => &[],
        };
        let vals: Vec<Val> = elements.iter().map(|element| self.eval(element)).collect();
        let facts = self.facts;
        let function = match target {
            Expr::Name(name) => facts.function(name.id.as_str()).map(|it| (it.def, false)),
            Expr::Attribute(it) => {
                let class = self.class_of(&it.value);
                class.and_then(|class| facts.method(class, it.attr.as_str())).map(|it| (it.def, true))
            }
            _ => None,
        };
        if let Some((def, method)) = function {
            self.feed(def, method, &vals, &[]);
        }
    }

    /// B4: `target=work(conn)` calls the work instead of handing it over.
    fn called_target(&mut self, target: &'a Expr, has_args: bool) {
        let Expr::Call(call) = target else { return };
        let facts = self.facts;
        let function = match &*call.func {
            Expr::Name(name) => facts.function(name.id.as_str()),
            Expr::Attribute(it) => {
                self.class_of(&it.value).and_then(|class| facts.method(class, it.attr.as_str()))
            }
            _ => None,
        };
        let Some(function) = function else { return };
        if !super::facts::returns_nothing(&function.def.body) || facts.yields(function.def) {
            return;
        }
        let range = bytes(target.range());
        let name = self.slice(&call.func);
        let what = format!(
            "`{name}(…)` is called here and now, and its result, None, is given to the thread: one client at a time. Hand over the function itself, and its arguments by `args`."
        );
        let args: Vec<_> = call.arguments.args.iter().map(|arg| self.slice(arg)).collect();
        let with = match &args[..] {
            [] => name.to_owned(),
            _ if has_args || !call.arguments.keywords.is_empty() => {
                return self.note(Found::sure("B4", range, what));
            }
            [one] => format!("{name}, args=({one},)"),
            many => format!("{name}, args=({})", many.join(", ")),
        };
        self.note(Found::sure("B4", range.clone(), what).with([Edit::replace(range, with)]));
    }

    /// B1: `args=(conn)`.
    fn no_tuple(&mut self, args: &'a Expr, val: &Val, name: &str) {
        if args.is_tuple_expr()
            || !val.is(SOCKET | INT | THREAD | STR)
            || val.is(STR) && !self.in_brackets(args)
        {
            return;
        }
        let range = bytes(args.range());
        let what = format!(
            "Brackets around one value make no tuple: {name} must be a tuple, here `({},)` (TypeError).",
            self.slice(args)
        );
        let edits = if self.in_brackets(args) {
            vec![Edit::insert(range.end, ",")]
        } else {
            vec![Edit::insert(range.start, "("), Edit::insert(range.end, ",)")]
        };
        self.note(Found::sure("B1", range, what).with(edits));
    }

    /// In a listing for Python 2, `"…" % data`: bytes in a text show as b'…'.
    pub(super) fn formatted(&mut self, right: &'a Expr) {
        let parts = match right {
            Expr::Tuple(it) => &it.elts[..],
            one => std::slice::from_ref(one),
        };
        for part in parts {
            let val = self.eval(part);
            if self.old && val.is(BYTES) && val.received {
                let what = "In Python 3 this shows b'…': what `recv` gives is bytes, and text only once it is decoded.";
                let found = Found { kind: "bytes printed", ..Found::sure("C37", bytes(part.range()), what) };
                self.note(found.with(decoded(part, "errors=\"replace\"")));
            }
        }
    }
}
