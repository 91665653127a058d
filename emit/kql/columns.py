"""Computed columns: the expressions by which a query works them out before it selects rows.

A member of a dynamic value and of JSON kept as text, the text of an XML element, two columns
with a separator between, a number as hexadecimal text.
"""

from ...dsl.fieldmap.places import Computed
from .literals import column_name, dynamic_path, text_literal


def expression(place: Computed) -> str:
    """Return the expression of type string for a computed column."""
    first = column_name(place.columns[0])
    match place.kind:
        case "member":
            return _member(place, f"tostring({dynamic_path(first, place.path)})")
        case "json":
            return _member(place, f"tostring({dynamic_path(f'parse_json({first})', place.path)})")
        case "xml":
            return _xml(first, place.path[-1])
        case "hex":
            return f'iff(isnull({first}), "", strcat("0x", tohex({first})))'
        case "extract":
            return f"extract({text_literal(place.path[0])}, 1, {first})"
        case "joined":
            return _joined(place, first, column_name(place.columns[1]))


def _member(place: Computed, text: str) -> str:
    return f'replace_string({text}, {text_literal(place.cut)}, "")' if place.cut else text


def _joined(place: Computed, first: str, second: str) -> str:
    joined = second
    if place.empty:
        joined = f"iff(isempty({second}), {text_literal(place.empty)}, {second})"
    whole = f"strcat({first}, {text_literal(place.separator)}, {joined})"
    if place.only is not None:
        column, texts = place.only
        other = f"{column_name(column)} !in ({', '.join(map(text_literal, texts))})"
        whole = f"iff(isempty({second}) and {other}, {first}, {whole})"
    elif place.empty is None:
        whole = f"iff(isempty({second}), {first}, {whole})"
    return f"iff(isempty({first}), {second}, {whole})"


def _xml(column: str, name: str) -> str:
    r"""Return the text of `<Data Name="name">…</Data>`, entities read."""
    found = text_literal(rf"""<Data Name=["']{name}["']>([^<]*)<""")
    text = f"extract({found}, 1, {column})"
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = f"replace_string({text}, {text_literal(entity)}, {text_literal(char)})"
    return text
