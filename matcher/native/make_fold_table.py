"""Prints `fold_table.h` from the mappings of `dsl/folding.py`: `python make_fold_table.py`."""

from tocsin.dsl.folding import folding_ranges

HEAD = """\
// Simple case folding as ranges; written by make_fold_table.py from dsl/folding.py.
#pragma once

#include <cstdint>

namespace tocsin {

// Every `step`-th code point from `first` to `last` folds to one as far away as `target` is
// from `first`. Ascending and without overlap.
struct FoldRange {
  uint32_t first, last, step, target;
};

inline constexpr FoldRange kFoldRanges[] = {"""


def render() -> str:
    """Return the text of the header."""
    rows = [
        f"    {{0x{first:x}, 0x{last:x}, {step}, 0x{target:x}}},"
        for first, last, step, target in folding_ranges()
    ]
    return "\n".join([HEAD, *rows, "};", "", "}  // namespace tocsin", ""])


if __name__ == "__main__":
    print(render(), end="")
