//! What is written by hand of the language: its statements, each with a program that shows it, and what is refused.

/// Something that a program may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// How it is written.
    pub form: &'static str,
    /// What there is to know of it.
    pub says: &'static str,
    /// A program of the tests that does it, as CPython 3.11 does.
    pub shown_by: &'static str,
}

const fn it(form: &'static str, says: &'static str, shown_by: &'static str) -> Statement {
    Statement { form, says, shown_by }
}

pub(super) const STATEMENTS: &[Statement] = &[
    it(
        "a = b = 1",
        "assignment to names, attributes, items and slices",
        "language/assignment_targets_of_every_kind",
    ),
    it("a, *rest = data", "unpacking, with a star for what is left", "language/a_star_takes_what_is_left"),
    it(
        "total += n",
        "augmented assignment with every operator",
        "language/augmented_assignment_of_every_operator",
    ),
    it("size: int = 4", "annotations are allowed and not checked", "language/annotations_are_allowed"),
    it(
        "(line := f.readline())",
        "names a value within an expression",
        "language/the_walrus_names_a_value_inside_an_expression",
    ),
    it("if … elif … else", "", "language/if_elif_else"),
    it("while … else", "with break and continue", "language/while_with_else"),
    it("for … in … else", "with break and continue", "language/for_with_else_break_and_continue"),
    it(
        "def f(a, b=1, *rest, c, **named)",
        "defaults, stars, keyword-only",
        "language/functions_with_defaults_and_keywords",
    ),
    it("def f(a, /, b)", "positional-only parameters", "language/positional_only_parameters"),
    it("return", "with any number of values", "language/several_values_are_returned_as_a_tuple"),
    it("lambda n: n + 1", "", "language/lambda_is_a_small_function"),
    it("@decorator", "of functions, methods and classes", "language/decorators_wrap_functions"),
    it("global, nonlocal", "", "language/nonlocal_reaches_through_levels"),
    it(
        "class A(B)",
        "with any number of bases that the program made, super(), properties, static and class methods",
        "classes/several_base_classes",
    ),
    it(
        "__init__, __eq__, __getitem__ …",
        "special methods, __del__ and __getattr__ among them",
        "classes/operators_can_be_defined",
    ),
    it("try … except … else … finally", "", "exceptions/the_order_of_try_except_else_finally"),
    it(
        "raise … from …",
        "tracebacks show causes and contexts as CPython's do",
        "exceptions/causes_and_contexts",
    ),
    it("with a as b, c as d", "", "language/with_enters_and_leaves"),
    it("assert", "", "language/assert_checks_what_must_hold"),
    it("del", "of names, attributes, items and slices", "language/del_removes_names_and_items"),
    it("pass, ...", "", "language/pass_and_ellipsis_do_nothing"),
    it("import a, from a import b as c", "the modules below", "modules/imports_in_their_forms"),
    it(
        "from a import *",
        "what no underscore hides, at a program's top level",
        "modules/a_star_brings_what_is_public",
    ),
    it(
        "match … case",
        "values, sequences, mappings, classes, guards",
        "language/match_on_mappings_and_classes",
    ),
    it(
        "[f(x) for x in data if x]",
        "comprehensions of lists, sets and dicts, generator expressions",
        "language/dict_and_set_comprehensions",
    ),
    it(
        "yield, yield from",
        "send, throw and close of generators too",
        "generators/yield_from_passes_everything_on",
    ),
    it("f\"{size:>8}\"", "with conversions and format specifications", "language/f_strings"),
    it("a < b <= c", "chained comparison", "language/comparisons_are_chained"),
    it("data[1:-1:2]", "slices", "language/slices"),
    it("if __name__ == \"__main__\":", "", "language/main_guard"),
];

/// Programs that are refused, one for each reason.
pub(super) const REFUSED: &[&str] = &[
    "async def serve(): ...",
    "class Port(metaclass=Meta): ...",
    "class Port(int): ...",
    "try: run()\nexcept* OSError: pass",
    "import asyncio",
    "from . import server",
    "z = 1 + 2j",
    "half = \"\\ud83d\"",
    "print(\"\\N{BULLET}\")",
];
