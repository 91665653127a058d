"""From files to rules: finds the files, reads, checks and lowers them.

`load` and `loads` are the public calls; the stages that they run are those of `tocsin.dsl`.
All faults of all files are reported before anything is raised.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from tocsin.collecting import paused
from tocsin.dsl import ast, lint
from tocsin.dsl.check import ListReader, check_rule
from tocsin.dsl.decode import decode_source
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.dsl.ir import IrRule, RuleSet
from tocsin.dsl.lower import lower_rule
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source, Span
from tocsin.errors import RuleError
from tocsin.rule_files import SUFFIXES, content_of, digest, find_names, suffix

StrPath = str | os.PathLike[str]
OnError = Literal["raise", "skip"]
Syntax = Literal["sigma", "tocsin"]


def load(*paths: StrPath, on_error: OnError = "raise") -> RuleSet:
    """Read rules from files and folders.

    Args:
        paths: files, or folders that are searched recursively for `.yml`, `.yaml` and
            `.tocsin`, in the order of their names.
        on_error: `"raise"`, or `"skip"` to leave broken rules out.

    Returns:
        The rules in the order of the paths; `.report` holds the diagnostics.

    Raises:
        RuleError: a rule is broken, a path cannot be read, or no rule file is there.
    """
    report = Report()
    with paused():
        documents = [document for path in paths for document in _read_path(Path(path), report)]
        rules = _build(documents, report)
    return _finish(rules, on_error)


def loads(text: str, syntax: Syntax = "sigma", on_error: OnError = "raise") -> RuleSet:
    """Read rules from a text, as `load` does from a file.

    Args:
        text: Sigma YAML, or the native language.
        syntax: which of the two.
        on_error: as for `load`.

    Raises:
        RuleError: a rule is broken.
    """
    report = Report()
    document = read_document(Source("<string>", text), syntax, report)
    return _finish(_build([document], report), on_error)


def read_document(source: Source, syntax: str, report: Report) -> ast.Document:
    """Return the tree of a text in one of the two syntaxes."""
    if syntax == "sigma":
        return read_sigma(source, report)
    from tocsin.dsl.native import read_native

    return read_native(source, report)


def _read_path(path: Path, report: Report) -> Iterator[ast.Document]:
    """Go through the documents of a file or folder."""
    found = False
    for file in find_names(path):
        found = True
        document = read_file(file, report)
        if document is not None:
            yield document
    if not found:
        report.add(
            Diagnostic(
                "T012",
                Severity.ERROR,
                f"no rule file is in `{path}`",
                help="rule files end in .yml, .yaml or .tocsin",
                file=str(path),
            )
        )


def read_file(path: StrPath, report: Report) -> ast.Document | None:
    """Return the tree of a file, or `None` after reporting why it cannot be read."""
    name = os.fspath(path)
    try:
        with open(name, "rb", buffering=0) as file:  # noqa: PTH123 - there are thousands
            data = file.read()
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        report.add(
            Diagnostic(
                "T011",
                Severity.ERROR,
                f"the file cannot be read: {reason}",
                help="give the path of a rule file or of a folder with rule files",
                file=name,
            )
        )
        return None
    source = decode_source(name, data, report)
    if source is None:
        return None
    return read_document(source, SUFFIXES.get(suffix(name), "sigma"), report)


def _build(documents: Iterable[ast.Document], report: Report) -> RuleSet:
    """Check and lower every rule of the documents."""
    rules: list[IrRule] = []
    correlations: list[ast.Correlation] = []
    filters: list[ast.Filter] = []
    skipped = 0
    list_files: dict[str, str] = {}
    for document in documents:
        skipped += document.broken
        lint.lint_document(document, report)
        reader = list_reader(document.source, list_files)
        for entry in document.entries:
            match entry:
                case ast.Rule():
                    checked = check_rule(entry, document, report, reader)
                    if checked is None:
                        skipped += 1
                    else:
                        rules.append(lower_rule(checked, document))
                case ast.Correlation():
                    correlations.append(entry)
                case ast.Filter():
                    filters.append(entry)
    _say_unevaluated(len(correlations) + len(filters), report)
    return RuleSet(
        rules,
        report,
        correlations=correlations,
        filters=filters,
        skipped=skipped,
        list_files=list_files,
    )


def _say_unevaluated(documents: int, report: Report) -> None:
    """Say once that correlations and filters are read but have no effect yet."""
    if documents:
        what = "1 correlation or filter document is"
        if documents > 1:
            what = f"{documents} correlation and filter documents are"
        report.add(
            Diagnostic(
                "T590",
                Severity.WARNING,
                f"{what} read but not evaluated",
                help="the rules that they refer to report on their own",
            )
        )


def list_reader(source: Source, seen: dict[str, str] | None = None) -> ListReader:
    """Return what reads the list files that the rules of a text name.

    A list file is UTF-8 text with one value a line; empty lines, and lines that begin with
    `#`, are passed over. Its path is relative to the rule's file.

    Args:
        source: the text.
        seen: takes up the path and the digest of every list file that is asked for.
    """

    def read(path: str, _span: Span) -> Sequence[str] | None:
        name = str(Path(source.name).parent / path)
        data = content_of(name)
        if seen is not None:
            seen[name] = digest(data)
        if data is None:
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        return [line for line in text.splitlines() if line and not line.startswith("#")]

    return read


def _finish(rules: RuleSet, on_error: OnError) -> RuleSet:
    """Return the rules, or raise what is wrong with them."""
    if on_error == "raise" and rules.report.has_errors:
        raise RuleError(rules.report)
    return rules
