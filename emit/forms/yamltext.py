"""YAML as people write it: keys in order, long texts as blocks."""

from collections.abc import Mapping
from typing import Any

import yaml


class _Writer(yaml.SafeDumper):
    """A safe writer without aliases, so that every document stands alone."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002, ANN401 - the base's signature
        """Write equal values each time they occur."""
        return True


def _text(writer: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def write_yaml(data: Mapping[str, Any]) -> str:
    """Return a mapping as YAML, its keys in their order."""
    return yaml.dump(dict(data), Dumper=_Writer, sort_keys=False, width=120, allow_unicode=True)
