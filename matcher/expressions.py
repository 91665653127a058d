r"""Regular expressions for the reference evaluator: a linear-time library, one difference.

RE2 leaves the vertical tab out of `\s`; PCRE, Python and Rust do not, and rules are written
for those. So `\s` and `\S` are written out before the library sees the expression.
"""

import re
from functools import lru_cache
from typing import Any

import re2

from ..dsl.values import Regex

_MEMORY = 1 << 26
_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[:\^?[a-z]+:\]|\[\^?\]?|.", re.DOTALL)
_SPACES = r"\t\n\x0b\f\r "
_OTHERS = r"\x00-\x08\x0e-\x1f!-\x{10ffff}"


@lru_cache(maxsize=10_000)
def compiled(regex: Regex) -> Any:  # noqa: ANN401 - the library has no types
    """Return a regular expression of the library; `.search(text)` finds it anywhere."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    flags = f"(?{regex.flags})" if regex.flags else ""
    return re2.compile(flags + with_spaces(regex.pattern), options=options)


def with_spaces(pattern: str) -> str:
    r"""Return the expression with `\s` and `\S` written out."""
    if "\\s" not in pattern.lower():
        return pattern
    out: list[str] = []
    inside = False
    for token in _TOKEN.findall(pattern):
        out.append(_written_out(token, inside=inside))
        inside = _is_inside(token, inside=inside)
    return "".join(out)


def _written_out(token: str, *, inside: bool) -> str:
    r"""Return a token, or the class that `\s` or `\S` stands for."""
    if token not in (r"\s", r"\S"):
        return token
    if inside:
        return _SPACES if token == r"\s" else _OTHERS
    return f"[{_SPACES}]" if token == r"\s" else f"[^{_SPACES}]"


def _is_inside(token: str, *, inside: bool) -> bool:
    """Return whether what follows a token stands inside a bracketed class."""
    if inside:
        return token != "]"
    return token.startswith("[")
