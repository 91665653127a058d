from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, final

from typing_extensions import disjoint_base

from ..dsl.ir import IrRule

_Kind = TypeVar("_Kind", bound=Held)

@disjoint_base
class Held:
    _rules: Sequence[IrRule]
    _source: Any
    number: int
    def __init__(self, rules: Sequence[IrRule], number: int, source: object) -> None: ...

@final
class Lines:
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[tuple[int, int]]: ...
    def matches(
        self,
        kind: type[_Kind],
        rules: Sequence[IrRule],
        first: int,
        by_event: bool = False,
    ) -> Iterator[tuple[int, _Kind]]: ...
    @property
    def malformed(self) -> list[tuple[int, int]]: ...
    @property
    def first_malformed(self) -> bytes: ...
    @property
    def lines(self) -> int: ...
    @property
    def events(self) -> int: ...
    @property
    def unrecognised(self) -> int: ...
    @property
    def unread(self) -> int: ...
