"""Where the fields of an event stand in a table: the pieces that a field map is made of.

A field map says of each field at which `Place`s of a row its values are. A field may have
several places, then it has several values there, and a test holds when one of them passes.
`derive` turns a test on a field into tests on columns; `rowevent` goes the other way, from a
row to the event that it stands for, and is what field maps are proved against.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class InColumn:
    """The value stands in a column as it is."""

    column: str


@dataclass(frozen=True, slots=True)
class Coded:
    """The column has other words for the values.

    Attributes:
        column: the column.
        codes: pairs of the field's text and the column's texts that stand for it. A row with
            any other text has no value in this field.
    """

    column: str
    codes: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Prefixed:
    r"""The field's text is a fixed text and then the column's: `MD5=` and the hash.

    Attributes:
        parts: pairs of the fixed text and the column; `None` where the table has no column.
        whole: whether the column holds all that follows the fixed text. A column with only
            the name of a file, under the fixed text `\`, does not: the folder is unknown.
    """

    parts: tuple[tuple[str, str | None], ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Constant:
    """All rows of the table have these texts in the field."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegistryData:
    """What Sysmon writes of a registry value that the table keeps as it is.

    A `Dword` of 1 is `DWORD (0x00000001)` there, an empty value `(Empty)`, a binary one
    `Binary Data`; the type of the value decides.

    Attributes:
        data: the column with the value; numbers in plain decimal digits.
        type: the column with the value's type.
    """

    data: str
    type: str


DWORDS = ("Dword", "REG_DWORD", "Reg_DWord")
BINARIES = ("Binary", "REG_BINARY", "Reg_Binary")
"""The names that tables give to types of registry values."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The table does not have it; the reason is for people."""

    reason: str = ""


ComputedKind = Literal["member", "json", "xml", "joined", "hex", "extract"]


@dataclass(frozen=True, slots=True)
class Computed:
    """The value is worked out from columns before rows are selected.

    Attributes:
        kind: `member` of a dynamic column; `json`: member of a column that holds JSON as
            text; `xml`: the text of the element `Data` of that name; `joined`: two columns
            with a separator between; `hex`: a whole number as `0x…`; `extract`: what the
            first group of an expression finds in a column.
        columns: the columns it is made from.
        path: the names to follow into a member; of `extract`, the expression.
        separator: what stands between joined columns.
        empty: what an empty second column is read as; `None`: then the first stands alone.
        only: a column and its texts: an empty second column is read as `empty` in rows with
            one of these texts, elsewhere the first column then stands alone.
        hives: the text begins with a registry hive, which a rule may also abbreviate.
        cut: a text that is taken out of a member.
    """

    kind: ComputedKind
    columns: tuple[str, ...]
    path: tuple[str, ...] = ()
    separator: str = ""
    empty: str | None = ""
    hives: bool = False
    cut: str = ""
    only: tuple[str, tuple[str, ...]] | None = None


Place = InColumn | Coded | Prefixed | Constant | Missing | Computed | RegistryData


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A computed column with the name under which a query has it."""

    name: str
    place: Computed
    type: str = "string"


@dataclass(frozen=True, slots=True)
class Others:
    """Where fields that a map does not name are looked for: members of one column."""

    kind: ComputedKind
    column: str
    exclude: frozenset[str] = field(default_factory=frozenset)


HIVES: tuple[tuple[str, str], ...] = (
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKU", "HKEY_USERS"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
)
"""The registry hives: what events abbreviate and tables spell out."""
