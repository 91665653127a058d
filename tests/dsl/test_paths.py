"""Path predicates: components, roots, prefixes, wildcards, and paths that climb."""

import pytest
from tocsin.dsl import paths
from tocsin.dsl.ir import Any, Ends, Equals, Matches, Test
from tocsin.dsl.values import Pattern
from tocsin.matcher.reference import holds
from tocsin.matcher.view import View


def passes(predicate: str, text: str, value: str, *, cased: bool = False) -> bool:
    """Return whether a value passes a path predicate."""
    assert paths.fault(predicate, text) == ""
    node = paths.lower_path(predicate, text, cased=cased, field="F")
    return holds(node, View({"F": value}))


@pytest.mark.parametrize(
    "value",
    [
        "/etc/cron.d",
        "/etc/cron.d/",
        "/etc/cron.d/job",
        "/etc//./cron.d//job",
        "//etc/cron.d/job",
        "\\etc\\cron.d\\job",
        "/ETC/Cron.D/a/b/c.sh",
        "/etc/cron.d/..hidden",
        "/etc/cron.d/.",
    ],
)
def test_a_path_is_under_itself_and_under_its_parents(value: str) -> None:
    assert passes("under", "/etc/cron.d", value)


@pytest.mark.parametrize(
    "value",
    [
        "/etc/cron.daily/job",
        "/etc/cron.d.bak/job",
        "/etc/cron",
        "etc/cron.d/job",
        "/x/etc/cron.d/job",
        "/etc/cron.d/../shadow",
        "/etc/../etc/cron.d/job",
        "/etc/cron.d/..",
        "/etc/cronXd/job",
        "",
    ],
)
def test_a_path_is_not_under_a_similar_or_a_climbing_one(value: str) -> None:
    assert not passes("under", "/etc/cron.d", value)


@pytest.mark.parametrize(
    "value",
    [
        r"C:\Program Files (x86)\App\a.exe",
        r"c:/program files (X86)/a.exe",
        r"\\?\C:\Program Files (x86)\a.exe",
        r"\??\C:\Program Files (x86)\a.exe",
        r"\\.\C:\Program Files (x86)\a.exe",
    ],
)
def test_drives_and_device_prefixes_are_understood(value: str) -> None:
    assert passes("under", r"C:\Program Files (x86)", value)
    assert passes("under", r"\\?\C:\Program Files (x86)", value)
    assert not passes("under", r"D:\Program Files (x86)", value)


@pytest.mark.parametrize("value", [r"\\srv\share\x", r"//srv/share/x", r"\\?\UNC\srv\share\x"])
def test_shares_are_understood(value: str) -> None:
    assert passes("under", r"\\srv\share", value)
    assert passes("under", r"\\?\UNC\srv\share", value)


def test_a_share_needs_its_two_separators() -> None:
    assert not passes("under", r"\\srv\share", r"\srv\share\x")


def test_everything_on_a_drive_is_under_its_root() -> None:
    assert passes("under", "C:\\", r"C:\x")
    assert passes("under", "C:", r"c:\x\y")
    assert not passes("under", "C:\\", r"D:\x")


def test_case_counts_only_where_asked_for() -> None:
    assert not passes("under", "/etc", "/ETC/x", cased=True)
    assert passes("under", "/etc", "/etc/X", cased=True)


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("/etc/cron.*/**", "/etc/cron.d/job", True),
        ("/etc/cron.*/**", "/etc/cron.d/a/b", True),
        ("/etc/cron.*/**", "/etc/cron.d", False),
        ("/etc/cron.*/**", "/etc/cron.d/../x", False),
        ("/home/*/x", "/home/a/x", True),
        ("/home/*/x", "/home/a/b/x", False),
        ("/home/*/x", "/home/../x", False),
        ("/a/**/b", "/a/b", True),
        ("/a/**/b", "/a/x/y/b", True),
        ("/srv/.*", "/srv/.hidden", True),
        ("/srv/.*", "/srv/..", False),
        ("/srv/.*", "/srv/.", False),
        ("/srv/?.sh", "/srv/a.sh", True),
        ("/srv/?.sh", "/srv/ab.sh", False),
        ("**/x.exe", r"C:\a\b\X.EXE", True),
        ("**/x.exe", "x.exe", True),
        ("**/**/x.exe", "a/x.exe", True),
        ("**/x.exe", "/a/../x.exe", False),
        ("**", "a/b", True),
        ("**", "..", False),
        ("/**", "/a", True),
        ("*:/x/*", r"d:\x\y", True),
        (r"?:\x\*", r"\\?\d:\x\y", True),
        ("/a[1]/*", "/a[1]/b", True),
    ],
)
def test_a_pattern_fits_whole_paths(pattern: str, value: str, expected: bool) -> None:
    assert passes("path", pattern, value) is expected


def test_the_name_is_the_last_component() -> None:
    assert passes("named", "bash", "/bin/BASH")
    assert passes("named", "bash", "bash")
    assert passes("named", "cmd.exe", r"C:\Windows\cmd.exe")
    assert not passes("named", "bash", "/opt/rebash")
    assert not passes("named", "bash", "/bash/x")


def test_the_extension_stands_behind_a_dot() -> None:
    assert passes("ext", "exe", "a.EXE")
    assert not passes("ext", "exe", "aexe")


def test_predicates_become_plain_checks() -> None:
    assert paths.lower_path("ext", "exe", cased=True, field="F") == Test(
        "F", Ends(Pattern.literal(".exe"), cased=True)
    )
    named = paths.lower_path("named", "a", cased=False, field="F")
    assert isinstance(named, Any)
    assert {type(test.check) for test in named.children if isinstance(test, Test)} == {Equals, Ends}
    (check,) = paths.alternatives("under", "/a", cased=True)
    assert isinstance(check, Matches)
    assert check.regex.flags == ""


@pytest.mark.parametrize(
    ("predicate", "text", "fault"),
    [
        ("under", "", "is empty"),
        ("under", "relative/path", "does not start at a root"),
        ("under", "/a/*", "has a wildcard; `path` takes them"),
        ("under", "/a/../b", "has a `..` component; write where it leads"),
        ("under", "/", "is the root, which says nothing"),
        ("path", "a/*", "does not start at a root or with `**`"),
        ("path", "/a/**b", "has `**` beside other characters; it stands for whole components"),
        ("path", "/a/??", "has the component `??`, which `..` would match too"),
        ("path", "/a/..", "has a `..` component; write where it leads"),
        ("named", "a/b", "has a separator; `under` and `path` take paths"),
        ("ext", ".exe", "starts with a dot; an extension is written without it"),
    ],
)
def test_what_is_wrong_with_an_operand_is_said(predicate: str, text: str, fault: str) -> None:
    assert paths.fault(predicate, text) == fault
