from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, final

from typing_extensions import disjoint_base

from ..dsl.ast import Logsource
from ._arrow import Batch

@final
class Program:
    def __init__(self, data: bytes) -> None: ...
    def declare(self, active: bytes) -> int: ...
    @property
    def classes(self) -> int: ...

@final
class Lines:
    @property
    def hits(self) -> list[tuple[int, int, int, int, int]]: ...
    @property
    def malformed(self) -> list[tuple[int, int, int, int]]: ...
    @property
    def lines(self) -> int: ...
    @property
    def events(self) -> int: ...
    @property
    def unrecognised(self) -> int: ...

@final
class Worker:
    def __new__(
        cls,
        program: Program,
        *,
        seed: int,
        memo_bytes: int,
        memo_value: int,
        memo: bool,
        set_bytes: int,
        verdict_bytes: int,
    ) -> Self: ...
    def lines(
        self,
        data: bytes | bytearray | memoryview,
        begin: int,
        end: int,
        source: int,
        sieved: bool = False,
    ) -> Lines: ...
    def rows(self, batch: Batch, source: int) -> Lines: ...
    def mapping(self, event: Mapping[str, Any], source: int) -> tuple[list[int], bool]: ...
    def statistics(self) -> dict[str, int]: ...

@disjoint_base
class MappingMatcher:
    source: int
    @property
    def program(self) -> Program: ...
    @property
    def limits(self) -> dict[str, Any]: ...
    def __init__(self, program: Program, limits: dict[str, Any], source: int) -> None: ...
    def match(
        self, event: Mapping[str, Any], logsource: Logsource | str | None = None
    ) -> list[Any]: ...
    def match_many(
        self, events: Iterable[Mapping[str, Any]], logsource: Logsource | str | None = None
    ) -> Iterator[tuple[int, Any]]: ...
    def borrow(self) -> Worker: ...
    def give_back(self, worker: Worker) -> None: ...

def count_parsed(data: bytes | bytearray | memoryview) -> int: ...
