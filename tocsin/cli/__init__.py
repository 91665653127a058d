"""The command line: one file a verb, shared pieces in `common`.

Results go to standard output, everything else to standard error. Exit codes: 0 done and
nothing found, 1 done and something found, 2 wrong usage or unreadable input, 3 done but with
broken rules or skipped events.
"""

from importlib import import_module

import click

VERBS = {
    "scan": "Find the events that rules match.",
    "check": "Say what is wrong with rules.",
    "convert": "Write rules as queries of another system.",
    "fmt": "Lay out native rules in the one usual way.",
    "translate": "Write Sigma rules in the native language, or the reverse.",
    "explain": "Say what a code means, or why a rule matched an event.",
    "test": "Run the events kept with the rules.",
    "dump": "Print a stage of the pipeline.",
}
"""The verbs in the order of the help, each with its line there."""


class Verbs(click.Group):
    """The group of verbs; a verb's module is imported when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a verb."""
        if cmd_name not in VERBS:
            return None
        module = import_module(f"tocsin.cli.{cmd_name}")
        command = module.command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


EXAMPLES = """\b
Example:
  tocsin scan -r rules/ events.jsonl
"""


@click.group(cls=Verbs, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Detection rules: scan events with them, check, test, translate and convert them.

    Rules are Sigma YAML (.yml, .yaml) or the native language (.tocsin).
    """
