r"""Path predicates: what `under`, `named`, `ext` and `path` compare a value with.

A path is a root and components. `/` and `\` both separate, doubled separators and `.`
components do not count, and a value with a `..` component is never under or like anything:
where it leads cannot be read off it. The prefixes `\\?\`, `\\.\` and `\??\` are looked through.
Lowering and translation to Sigma both build on `alternatives`.
"""

import re

from .ir import Any, Ends, Equals, Matches, Node, Test
from .source import Span
from .values import Pattern, Regex

_SEPARATOR = r"[/\\]+(?:\.[/\\]+)*"
_COMPONENT = r"(?:[^/\\.][^/\\]*|\.[^/\\.][^/\\]*|\.\.[^/\\]+)"
_HIDDEN = r"(?:\.[^/\\.][^/\\]*|\.\.[^/\\]+)"
_TAIL = r"(?:[/\\]+\.?)*"
_BELOW = f"(?:{_SEPARATOR}{_COMPONENT})"
_DEVICE = r"(?:[/\\]{2}[?.][/\\]+|[/\\]\?\?[/\\]+)"
_SHARE = rf"(?:{_DEVICE}UNC|[/\\])"

_SPECIAL = re.compile(r"([.^$*+?()\[\]{}|\\])")
_DRIVE = re.compile(r"([A-Za-z]|[*?]):(?=[/\\]|\Z)")
_DEVICE_TEXT = re.compile(_DEVICE)
_SHARE_TEXT = re.compile(rf"(?i:{_DEVICE}UNC[/\\]+)|[/\\]{{2}}(?=[^/\\])")


def fault(predicate: str, text: str) -> str:
    """Return what is wrong with the operand of a path predicate, or empty."""
    if not text:
        return "is empty"
    if predicate in ("named", "ext"):
        return _name_fault(predicate, text)
    root, components = _split(text)
    if root is None and (predicate == "under" or components[:1] != ["**"]):
        return "does not start at a root" + ("" if predicate == "under" else " or with `**`")
    if not components and not root:
        return "is the root, which says nothing"
    return next(filter(None, (_component_fault(predicate, each) for each in components)), "")


def alternatives(predicate: str, text: str, *, cased: bool) -> tuple[Equals | Ends | Matches, ...]:
    """Return the checks of which a value must pass one; the text must be without `fault`."""
    if predicate == "ext":
        return (Ends(Pattern.literal("." + text), cased),)
    if predicate == "named":
        ends = (Ends(Pattern.literal(separator + text), cased) for separator in "/\\")
        return (Equals(Pattern.literal(text), cased), *ends)
    return (Matches(path_regex(predicate, text, cased=cased)),)


def lower_path(
    predicate: str, text: str, *, cased: bool, field: str, span: Span | None = None
) -> Node:
    """Return the logical form of a path predicate on one text."""
    checks = alternatives(predicate, text, cased=cased)
    tests = tuple(Test(field, check, span) for check in checks)
    return tests[0] if len(tests) == 1 else Any(tests)


def path_regex(predicate: str, text: str, *, cased: bool) -> Regex:
    """Return the expression that a value under, or like, this path matches."""
    root, components = _split(text)
    if predicate == "under":
        body = "".join(_SEPARATOR + _literal(name) for name in components) + f"{_BELOW}*"
    else:
        body = _glob(components, rooted=root is not None)
    return Regex(f"^{root or ''}{body}{_TAIL}$", ignore_case=not cased)


def _name_fault(predicate: str, text: str) -> str:
    """Return what is wrong with a file name or an extension."""
    if "/" in text or "\\" in text:
        return "has a separator; `under` and `path` take paths"
    if predicate == "ext" and text.startswith("."):
        return "starts with a dot; an extension is written without it"
    return ""


def _component_fault(predicate: str, text: str) -> str:
    """Return what is wrong with one component of a path."""
    if text == "..":
        return "has a `..` component; write where it leads"
    if predicate == "under":
        return "has a wildcard; `path` takes them" if "*" in text or "?" in text else ""
    if "**" in text and text != "**":
        return "has `**` beside other characters; it stands for whole components"
    if text not in ("*", "**", ".*") and not text.strip(".*?"):
        return f"has the component `{text}`, which `..` would match too"
    return ""


def _split(text: str) -> tuple[str | None, list[str]]:
    """Split a path into the expression for its root, `None` without one, and its components."""
    share = _SHARE_TEXT.match(text)
    device = _DEVICE_TEXT.match(text)
    if share and not (device and device.end() > share.end()):
        return _SHARE, _names(text[share.end() :])
    rest = text[device.end() :] if device else text
    drive = _DRIVE.match(rest)
    if drive:
        letter = "[A-Za-z]" if drive[1] in "*?" else drive[1]
        return f"{_DEVICE}?{letter}:", _names(rest[drive.end() :])
    return ("" if text[:1] in ("/", "\\") else None), _names(text)


def _names(text: str) -> list[str]:
    """Return the components of a path, without those that do not count."""
    return [name for name in re.split(r"[/\\]+", text) if name not in ("", ".")]


def _literal(text: str) -> str:
    """Return the expression for just this text."""
    return _SPECIAL.sub(r"\\\1", text)


def _glob(components: list[str], *, rooted: bool) -> str:
    """Return the expression for components with wildcards."""
    out: list[str] = []
    joint = _SEPARATOR
    if not rooted:
        components = components[1:]
        out.append(f"(?:{_SEPARATOR})?(?:{_COMPONENT}{_SEPARATOR})*")
        joint = ""
    for index, component in enumerate(components):
        last = index == len(components) - 1
        if component == "**" and not (joint or last):
            continue
        if component == "**":
            out.append(_BELOW + ("+" if last else "*") if joint else _COMPONENT)
        else:
            out.append(joint + _wild(component))
            joint = _SEPARATOR
    return "".join(out) if rooted or components else out[0] + _COMPONENT


def _wild(component: str) -> str:
    """Return the expression for one component with wildcards inside it."""
    if component == "*":
        return _COMPONENT
    if component == ".*":
        return _HIDDEN
    wild = {"*": r"[^/\\]*", "?": r"[^/\\]"}
    return "".join(wild.get(char) or _literal(char) for char in component)
