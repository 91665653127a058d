"""The lists for `expand`, from a YAML file."""

from pathlib import Path

from tocsin.cli.common import Terminal


def read_placeholders(path: str | None, terminal: Terminal) -> dict[str, list[str]]:
    """Return the lists of a file, name to values, or leave with a fault."""
    if path is None:
        return {}
    import yaml

    try:
        data = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as fault:
        reason = " ".join(str(fault).split())
        terminal.fail(f"`{path}` cannot be read as YAML: {reason}")
    if not isinstance(data, dict):
        terminal.fail(f"`{path}` is not a map of lists", "write `domain_controllers: [DC01, DC02]`")
    return {
        str(name): [str(value) for value in (found if isinstance(found, list) else [found])]
        for name, found in data.items()
    }
