"""What the reader of the native language has to say: one small function a message."""

from collections.abc import Iterable

from ..diagnostics import Diagnostic, Fix, Label, Severity
from ..source import Span


def listing(words: Iterable[str]) -> str:
    """Return several words in backticks as people list them."""
    *first, last = (f"`{word}`" for word in words)
    return f"{', '.join(first)} or {last}"


def error(  # noqa: PLR0913 - the parts of a diagnostic
    code: str,
    message: str,
    span: Span,
    label: str = "",
    *,
    help: str = "",  # noqa: A002 - the part of a diagnostic is called so
    fix: str | None = None,
    context: tuple[Label, ...] = (),
) -> Diagnostic:
    """Return an error; a fix replaces the words of its place."""
    fixes = () if fix is None else (Fix(span, fix, f"write `{fix}`"),)
    help = help or (f"write `{fix}`" if fix is not None else "")  # noqa: A001 - as above
    labels = (Label(span, label), *context)
    return Diagnostic(code, Severity.ERROR, message, labels, help, fixes=fixes)


def bad_escape(span: Span) -> Diagnostic:
    """An escape that means nothing."""
    return error(
        "T127",
        f"`{span.text}` is no escape",
        span,
        help=r'between `e"` and `"` there are `\n`, `\r`, `\t`, `\\`, `\"`, `` \` `` and '
        r"`\u{1F600}`; without the `e`, a backslash is a backslash",
    )


def bad_count(span: Span) -> Diagnostic:
    """A quantifier that does not count."""
    return error(
        "T128",
        f"`{span.text} of` counts nothing",
        span,
        "not a whole number from 1",
        help="write `any of`, `all of`, or how many must hold",
    )


def unknown_call(span: Span, known: Iterable[str], suggestion: str | None) -> Diagnostic:
    """Something before a parenthesis that is not known there."""
    return error(
        "T126",
        f"`{span.text}(…)` is not known here",
        span,
        fix=suggestion,
        help="" if suggestion else f"here may stand {listing(known)}",
    )


def whole_event_operator(span: Span) -> Diagnostic:
    """An operator that cannot be asked of the whole event."""
    return error(
        "T126",
        f"the whole event cannot be tested with `{span.text}`",
        span,
        help='write `any contains "…"` or `any matches /…/`',
    )


def mixed_forms(span: Span) -> Diagnostic:
    """Modifiers written in two ways."""
    return error(
        "T129",
        f"`{span.text}` stands beside modifiers in the general form",
        span,
        help="write every modifier before the colon, as in `Field|base64|contains|all: (…)`",
    )


def bad_flag(span: Span, flag: str) -> Diagnostic:
    """A flag that a regular expression cannot have."""
    what = f"`{flag}` is no flag of a regular expression" if flag else "a flag is written twice"
    return error("T129", what, span, help="the flags are `i`, `m` and `s`, each once")


def uneven_flags(span: Span, first: Span) -> Diagnostic:
    """Regular expressions of one predicate with different flags."""
    return error(
        "T129",
        "the expressions of one predicate have different flags",
        span,
        context=(Label(first, "the first one"),),
        help="give all the same flags, or write two predicates joined by `or`",
    )


def stray_flags(span: Span) -> Diagnostic:
    """Flags where nothing takes them."""
    return error(
        "T129",
        "flags stand only after the expressions of `matches`",
        span,
        help="in the general form flags are modifiers: `Field|re|i: /…/`",
    )


def too_deep(span: Span, limit: int) -> Diagnostic:
    """Nesting that nobody could read."""
    return error(
        "T130",
        f"this is nested more than {limit} levels deep",
        span,
        help="name the inner parts as detections and use the names",
    )


def said_twice(span: Span, what: str, first: Span) -> Diagnostic:
    """Something that may be said once only."""
    return error(
        "T131",
        f"{what} is given twice",
        span,
        "a second time",
        context=(Label(first, "first here"),),
        help="keep one of them",
    )


def missing(span: Span, kind: str, what: str, example: str, similar: Span | None) -> Diagnostic:
    """A statement that an entry cannot do without."""
    context = () if similar is None else (Label(similar, "is this what you meant?"),)
    return error(
        "T132", f"this {kind} has no `{what}`", span, context=context, help=f"write `{example}`"
    )


def out_of_place(span: Span, what: str, kind: str) -> Diagnostic:
    """A statement that this kind of entry does not have."""
    return error(
        "T133",
        f"a {kind} has no {what}",
        span,
        help=f"take it out, or write the {kind} as a rule",
    )


def bad_data(span: Span, what: str, needed: str) -> Diagnostic:
    """A statement with data of another kind than it takes."""
    return error("T134", f"`{what}` takes {needed}", span)


def name_in_detection(span: Span, *, quantifier: bool) -> Diagnostic:
    """A detection that speaks of another one."""
    what = "a quantifier" if quantifier else f"the bare name `{span.text}`"
    return error(
        "T135",
        f"{what} in a detection",
        span,
        help="a detection holds predicates; names of detections go into `when`",
    )


def bad_json_text(span: Span) -> Diagnostic:
    """A text that JSON would not read."""
    return error(
        "T136",
        "this text is not JSON",
        span,
        help=r"in JSON a backslash is written `\\`, and a character may be written `\u00e9`",
    )


def taken_name(span: Span) -> Diagnostic:
    """A list that is called like a set of networks."""
    return error(
        "T131",
        f"`{span.text}` is the name of a set of networks",
        span,
        help="give the list another name",
    )


def long_number(span: Span) -> Diagnostic:
    """A number that nobody could mean."""
    return error("T136", "this number is too long", span, help="write it as a text, in quotes")


def unknown_operator(span: Span, meant: str) -> Diagnostic:
    """A word behind a field that was meant as an operator."""
    return error("T126", f"`{span.text}` is no operator", span, fix=meant)


def needs_value(span: Span, what: str) -> Diagnostic:
    """A statement that ends before its value."""
    return error(
        "T121",
        f"{what} needs a value before `{span.text}`",
        span,
        help=f"write the value, or put `{span.text}` in quotes if it is one",
    )


def needs_predicate(span: Span) -> Diagnostic:
    """A statement that begins where a predicate is needed."""
    return error(
        "T121",
        f"a predicate is missing before `{span.text}`",
        span,
        help=f"write the predicate; a name like this stands in backticks: `` `{span.text}` ``",
    )


def needless_regex(span: Span) -> Diagnostic:
    """A regular expression where a text is needed."""
    return error(
        "T129",
        "a regular expression stands only after `matches`",
        span,
        help="a text or a path stands in quotes",
    )


def circular_list(span: Span) -> Diagnostic:
    """A list that holds itself."""
    return error(
        "T137",
        f"the list `{span.text}` holds itself",
        span,
        help="take the name out of the list, or out of the lists that it names",
    )
