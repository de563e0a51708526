//! Input that must stop nobody: whatever the text is, the machine ends with an answer of Python's or with a limit of its own.

use super::machine::{Ended, play};

/// What has to happen.
enum Want {
    /// Exactly this on standard output, and status 0.
    Prints(&'static str),
    /// An uncaught exception or a syntax error: the last line of standard error begins with one of these.
    Raises(&'static [&'static str]),
    /// A limit stops it, or it is refused before the run.
    Limit,
    /// It ends, in whatever way.
    Ends,
}

use Want::{Ends, Limit, Prints, Raises};

/// Texts by name, with what has to happen. Beyond a line each is made.
fn inputs() -> Vec<(&'static str, String, Want)> {
    const TOO_MUCH: &[&str] = &["MemoryError", "OverflowError"];
    const TOO_DEEP: &[&str] = &["RecursionError"];
    let many = |text: &str, times: usize| text.repeat(times);
    vec![
        ("a huge power", "print(len(str(10 ** 10 ** 7)))".into(), Raises(TOO_MUCH)),
        ("a huge shift", "x = 1 << 10 ** 10".into(), Raises(TOO_MUCH)),
        ("a product that grows", "x = 7\nwhile True:\n    x *= x".into(), Raises(TOO_MUCH)),
        ("a long text", "x = 'a' * 10 ** 9\nprint(len(x))".into(), Raises(TOO_MUCH)),
        ("long bytes", "x = bytes(10 ** 11)".into(), Raises(TOO_MUCH)),
        ("a long list", "x = [0] * 10 ** 10".into(), Raises(TOO_MUCH)),
        ("a list that grows", "x = []\nwhile True:\n    x.append('x' * 100_000 + str(len(x)))".into(), Raises(TOO_MUCH)),
        ("a replacement that explodes", "x = ('a' * 10 ** 5).replace('a', 'b' * 10 ** 6)".into(), Raises(TOO_MUCH)),
        ("a join that explodes", "x = ('b' * 10 ** 6).join('a' * 10 ** 5)".into(), Raises(TOO_MUCH)),
        ("a wide format", "x = f'{1:1000000000}'".into(), Raises(&["MemoryError", "OverflowError", "ValueError"])),
        ("a wide percent format", "x = '%1000000000d' % 1".into(), Raises(&["MemoryError", "OverflowError", "ValueError"])),
        ("a precise format", "x = '%.1000000000f' % 1.0".into(), Raises(&["MemoryError", "OverflowError", "ValueError"])),
        ("a long centre", "x = 'a'.center(10 ** 11)".into(), Raises(TOO_MUCH)),
        ("a sum of ranges", "x = list(range(10 ** 12))".into(), Raises(TOO_MUCH)),
        ("the length of a long range", "len(range(10 ** 20))".into(), Raises(&["OverflowError: Python int too large to convert to C ssize_t"])),
        ("an int of too many digits", "int('9' * 10 ** 5)".into(), Raises(&["ValueError: Exceeds the limit (4300 digits)"])),
        ("an endless loop", "while True:\n    pass".into(), Limit),
        ("an endless loop that catches all", "while True:\n    try:\n        x = 1\n    except BaseException:\n        pass".into(), Limit),
        ("endless output", "while True:\n    print('x' * 1000)".into(), Limit),
        ("an endless generator", "def f():\n    while True:\n        yield 1\nsum(f())".into(), Limit),
        ("an endless recursion", "def f():\n    f()\nf()".into(), Raises(TOO_DEEP)),
        ("an endless recursion that is caught", "def f():\n    try:\n        f()\n    except RecursionError:\n        pass\nf()\nprint('fine')".into(), Prints("fine\n")),
        ("a repr of itself", "class A:\n    def __repr__(self):\n        return repr(self)\nrepr(A())".into(), Raises(TOO_DEEP)),
        ("an equality of itself", "class A:\n    def __eq__(self, o):\n        return self == o\nA() == A()".into(), Raises(TOO_DEEP)),
        ("an attribute of itself", "class A:\n    def __getattr__(self, n):\n        return self.x\nA().y".into(), Raises(TOO_DEEP)),
        ("a hash of itself", "class A:\n    def __hash__(self):\n        return hash(self)\n{A()}".into(), Raises(TOO_DEEP)),
        ("a list in itself", "a = []\na.append(a)\nprint(a)".into(), Prints("[[...]]\n")),
        ("a dict in itself", "d = {}\nd[1] = d\nprint(d)".into(), Prints("{1: {...}}\n")),
        ("a list in itself compared", "a = []\na.append(a)\nb = []\nb.append(b)\na == b".into(), Raises(TOO_DEEP)),
        ("lists nested at run time", "a = []\nfor _ in range(100_000):\n    a = [a]\ndel a\nprint('fine')".into(), Prints("fine\n")),
        ("a repr of nested lists", "a = []\nfor _ in range(100_000):\n    a = [a]\nrepr(a)".into(), Raises(TOO_DEEP)),
        ("nested tuples hashed", "a = ()\nfor _ in range(100_000):\n    a = (a,)\nhash(a)".into(), Ends),
        ("nested lists compared", "a = []\nb = []\nfor _ in range(100_000):\n    a = [a]\n    b = [b]\na == b".into(), Raises(TOO_DEEP)),
        ("a chain of objects", "class N:\n    pass\na = None\nfor _ in range(100_000):\n    n = N()\n    n.next = a\n    a = n\na = None\nprint('fine')".into(), Prints("fine\n")),
        ("a chain of causes", "e = None\nfor i in range(10_000):\n    x = ValueError(i)\n    x.__cause__ = e\n    e = x\nprint('fine')".into(), Prints("fine\n")),
        ("a cause in a circle", "a = ValueError('a')\nb = ValueError('b')\na.__cause__ = b\nb.__cause__ = a\nraise a".into(), Raises(&["ValueError: a"])),
        ("generators in generators", "def f(n):\n    if n:\n        yield from f(n - 1)\n    yield n\nlist(f(5000))".into(), Raises(TOO_DEEP)),
        ("lazy maps in maps", "m = iter([1])\nfor _ in range(50_000):\n    m = map(str, m)\nlist(m)".into(), Ends),
        ("closures in closures", "f = lambda: 0\nfor _ in range(5000):\n    f = (lambda g: lambda: g())(f)\nf()".into(), Raises(TOO_DEEP)),
        ("a finaliser that makes another", "class A:\n    def __del__(self):\n        A()\nA()".into(), Ends),
        ("a finaliser that comes back", "kept = []\nclass A:\n    def __del__(self):\n        kept.append(self)\nA()\nprint(len(kept))".into(), Prints("1\n")),
        ("a list that changes while it is sorted", "a = [3, 1, 2]\na.sort(key=lambda n: a.append(n))".into(), Raises(&["ValueError: list modified during sort", "TypeError"])),
        ("a dict that changes while it is compared", "class A:\n    def __hash__(self):\n        return 1\n    def __eq__(self, o):\n        d.clear()\n        return False\nd = {A(): 1}\nfor _ in range(50):\n    d[A()] = 1\nprint('fine')".into(), Prints("fine\n")),
        ("a class that cannot be shown", "class M:\n    __name__ = 5\n    def __str__(self):\n        raise ValueError('no')\nprint(M())".into(), Raises(&["ValueError: no"])),
        ("an exception that cannot be shown", "class E(Exception):\n    def __str__(self):\n        raise ValueError('no')\nraise E()".into(), Raises(&["E: <exception str() failed>", "__main__.E: <exception str() failed>"])),
        ("threads without end", "import threading\nimport time\nwhile True:\n    threading.Thread(target=time.sleep, args=(1000,)).start()".into(), Ends),
        ("a lock that nobody gives back", "import threading\na = threading.Lock()\na.acquire()\na.acquire()".into(), Ends),
        ("sockets without end", "import socket\ns = []\nwhile True:\n    s.append(socket.socket())".into(), Raises(&["OSError: [Errno 24] Too many open files"])),
        ("a lone surrogate", "print('\\ud800')".into(), Limit),
        ("a lone surrogate beside braces", "print(f'{1}\\ud800')".into(), Limit),
        ("a character by its name", "print('\\N{BULLET}')".into(), Limit),
        ("a character by its name beside braces", "print(f'\\N{BULLET} {1}')".into(), Limit),
        ("a backslash and an N", "print(r'\\N{BULLET}', '\\\\N{BULLET}')".into(), Prints("\\N{BULLET} \\N{BULLET}\n")),
        ("a character by no name", "print('\\N{}')".into(), Raises(&["SyntaxError"])),
        ("a struct of many bytes", "import struct\nstruct.pack('99999999999s', b'')".into(), Raises(&["MemoryError", "OverflowError", "struct.error"])),
        ("an empty text", String::new(), Prints("")),
        ("a comment alone", "# nothing".into(), Prints("")),
        ("a byte order mark", "\u{feff}print('fine')\n".into(), Prints("fine\n")),
        ("lines of Windows", "if True:\r\n    print('fine')\r\n".into(), Prints("fine\n")),
        ("lines of an old Mac", "if True:\r    print('fine')\r".into(), Prints("fine\n")),
        ("a NUL", "print('a')\0\n".into(), Raises(&["SyntaxError: source code cannot contain null bytes", "ValueError: source code string cannot contain null bytes"])),
        ("tabs and blanks", "if True:\n\tx = 1\n        y = 2\n".into(), Raises(&["TabError: inconsistent use of tabs and spaces in indentation"])),
        ("a form feed", "\u{c}print('fine')\n".into(), Prints("fine\n")),
        ("a backslash alone", "\\".into(), Raises(&["SyntaxError: unexpected EOF while parsing", "SyntaxError: unexpected character after line continuation character"])),
        ("an open triple quote", "x = '''abc\n\n".into(), Raises(&["SyntaxError: unterminated triple-quoted string literal"])),
        ("a character that is none", "x = 1 \u{1f600} 2".into(), Raises(&["SyntaxError: invalid character '\u{1f600}' (U+1F600)"])),
        ("an invisible blank", "x\u{a0}= 1".into(), Raises(&["SyntaxError: invalid non-printable character U+00A0"])),
        ("many parentheses", format!("x = {}1{}", many("(", 5000), many(")", 5000)), Raises(&["SyntaxError: too many nested parentheses"])),
        ("many brackets that stay open", format!("x = {}", many("[", 5000)), Raises(&["SyntaxError: too many nested parentheses"])),
        ("many braces", format!("x = {}", many("{1:", 5000)), Raises(&["SyntaxError: too many nested parentheses"])),
        ("a long sum", format!("x = 1{}\nprint(x)", many(" + 1", 20_000)), Ends),
        ("a long power", format!("x = 1{}\nprint(x)", many(" ** 1", 20_000)), Ends),
        ("a long comparison", format!("x = 1{}\nprint(x)", many(" == 1", 20_000)), Ends),
        ("many signs", format!("x = {}1", many("-", 20_000)), Ends),
        ("many words not", format!("x = {}1", many("not ", 20_000)), Ends),
        ("many lambdas", format!("x = {}1", many("lambda: ", 5000)), Ends),
        ("many conditions in one", format!("x = {}1", many("1 if 1 else ", 5000)), Ends),
        ("many attributes", format!("x = 1\ny = x{}", many(".real", 10_000)), Ends),
        ("many calls", format!("def f():\n    return f\nx = f{}", many("()", 10_000)), Ends),
        ("many subscripts", format!("x = []\nx.append(x)\ny = x{}", many("[0]", 10_000)), Ends),
        ("many targets", format!("{}1", many("x = ", 10_000)), Ends),
        ("many elifs", format!("x = 3\nif x == 1:\n    pass\n{}", many("elif x == 2:\n    pass\n", 5000)), Ends),
        ("many decorators", format!("def d(f):\n    return f\n{}def f():\n    pass\n", many("@d\n", 5000)), Ends),
        ("many texts in a row", format!("x = {}\nprint(len(x))", many("'a' ", 50_000)), Prints("50000\n")),
        ("many statements", format!("x = 0\n{}print(x)", many("x += 1\n", 50_000)), Prints("50000\n")),
        ("many names", format!("{}print(x9999)", (0..10_000).map(|n| format!("x{n} = {n}\n")).collect::<String>()), Prints("9999\n")),
        ("many arguments", format!("def f(*a):\n    return len(a)\nprint(f({}))", many("1, ", 20_000)), Prints("20000\n")),
        ("a long line", format!("x = '{}'\nprint(len(x))", many("a", 1_000_000)), Prints("1000000\n")),
        ("a long number", format!("x = {}", many("9", 5000)), Raises(&["SyntaxError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."])),
        ("deep blocks", (0..150).map(|n| format!("{}if True:\n", many(" ", n))).collect::<String>() + &many(" ", 150) + "pass\n", Raises(&["IndentationError: too many levels of indentation"])),
        ("deep loops", (0..30).map(|n| format!("{}for i in [1]:\n", many(" ", n))).collect::<String>() + &many(" ", 30) + "pass\n", Raises(&["SyntaxError: too many statically nested blocks"])),
        ("deep functions", (0..90).map(|n| format!("{}def f():\n", many(" ", n))).collect::<String>() + &many(" ", 90) + "pass\n", Ends),
        ("texts with braces in braces", format!("x = f'{}1{}'", many("{", 300), many("}", 300)), Ends),
        ("a pattern in patterns", format!("match 1:\n    case {}1{}:\n        pass\n", many("(", 150), many(")", 150)), Ends),
    ]
}

/// What is wrong with how the machine took any of the texts.
fn wrong() -> Vec<String> {
    inputs().into_iter().filter_map(|(name, text, want)| judge(name, &text, &want)).collect()
}

/// The stack is the engine's own, and a module's own within its memory.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn nothing_that_a_text_says_stops_the_machine() {
    let wrong = wrong();
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn nothing_that_a_text_says_stops_the_machine() {
    // A stack as small as a browser's worker has; unoptimised frames are several times as large.
    let stack = if cfg!(debug_assertions) { 8 << 20 } else { 1 << 20 };
    let test = std::thread::Builder::new().stack_size(stack).spawn(|| {
        let wrong = wrong();
        assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
    });
    test.expect("a thread starts").join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

/// What is wrong with how the machine took a text.
fn judge(name: &str, text: &str, want: &Want) -> Option<String> {
    let Ended { record, limit, .. } = play("nasty.py", text, &[], &[]);
    let last = record.stderr.last().map_or("", |line| line.trim_end());
    let fine = match want {
        Prints(text) => record.stdout.concat() == *text && record.status == 0,
        Raises(texts) => record.status == 1 && texts.iter().any(|text| last.starts_with(text)),
        Limit => limit.is_some(),
        Ends => true,
    };
    let wanted = match want {
        Prints(text) => format!("should print {text:?}"),
        Raises(texts) => format!("should raise one of {texts:?}"),
        Limit => "should reach a limit".into(),
        Ends => return None,
    };
    (!fine).then(|| {
        let printed: String = record.stdout.concat().chars().take(100).collect();
        format!(
            "{name}: {wanted}\n  printed {printed:?}, status {}, limit {limit:?}, last line {last:?}",
            record.status
        )
    })
}
