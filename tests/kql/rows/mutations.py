"""Changes of a value: each is a way in which a query could be wrong and still look right."""

from collections.abc import Iterator

from tocsin.dsl.ir import Check, Compare, InNet, TimePart

from .values import addresses_near

HOSTILE = (
    "\"'`",
    "\\",
    "a\\\"b'c",
    "line\nbreak\ttab",
    "%_*?[]",
    "ПРИВЕТ жук",
    "naïve Ångström",
    "\N{PILE OF POO}",
    "e\N{COMBINING ACUTE ACCENT}",
    "{}|;--",
)


def changes(text: str, checks: list[Check]) -> Iterator[str]:
    """Yield changed texts, the most telling first."""
    if not text:
        yield from ("Something else 1", HOSTILE[0], "x")
        return
    yield ""
    if any(isinstance(check, Compare | TimePart) for check in checks):
        yield from _numbers(text)
        return
    networks = [check.network for check in checks if isinstance(check, InNet)]
    for network in networks:
        yield from addresses_near(network)
    if not networks:  # cut and glued addresses have spellings that no document settles
        yield from _edges(text)
    yield from HOSTILE
    yield f"{text}{HOSTILE[2]}"
    yield f"{HOSTILE[3]}{text}"


def _numbers(text: str) -> Iterator[str]:
    if text.lstrip("-").isdigit():
        number = int(text)
        yield from (str(number + 1), str(number - 1), str(number * 10), f"{number}x", "x")


def _edges(text: str) -> Iterator[str]:
    yield text.swapcase()
    yield f"\\{text}"
    yield f"x{text}"
    yield f"{text}x"
    yield text[1:]
    yield text[:-1]
    yield f" {text} y"
    yield f"/{text}\\"
    yield f"{text} "
    yield text[: len(text) // 2] + "q" + text[len(text) // 2 :]
    yield text[: len(text) // 2] + text[len(text) // 2 + 1 :]
    yield text.replace("\\", "/") if "\\" in text else text.replace("/", "\\")
    yield text.replace(" ", "  ")
    yield " ".join(reversed(text.split(" ")))
    yield text.upper()
    yield text.lower()
    yield f"{text}{text}"
