"""The data map against the tables, and what is refused to be stored at all.

Source: security 1.1 ("We refuse to store") and C-55.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa

from lms import schema

MAP = (Path(__file__).parents[2] / "docs" / "data-map.md").read_text("utf-8")
CLASSES = {"public", "pseudonymous", "sealed"}
# Words of a column's name that say that it holds what nobody needs for teaching.
REFUSED = set(
    """iin inn ssn passport identity idcard birth birthday born dob age sex gender address street
    city home gps latitude longitude lat lon lng location position geo ip host hostname agent
    browser device fingerprint mac imei email mail phone telephone mobile tel messenger telegram
    whatsapp contact note notes comment comments remark remarks memo photo picture image avatar
    face scan party religion faith health disability ethnicity nationality surname firstname
    lastname patronymic fullname nickname employer workplace school""".split()  # noqa: SIM905 - seventy quoted words would not be read
)
# A name is public where it names an organisation, a plan or a file; a person's is sealed.
NAMES = {"organisations", "cohorts", "elections", "published_files"}


def written() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, column) → (class, how long it is kept), as the page says."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for section in re.split(r"^## ", MAP, flags=re.M)[1:]:
        table, _, rest = section.partition("\n")
        for line in rest.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 4 and cells[0] not in ("column", "---"):
                assert (table, cells[0]) not in found, f"{table}.{cells[0]} stands twice"
                assert cells[2], f"{table}.{cells[0]}: nothing is said about it"
                found[table, cells[0]] = (cells[1], cells[3])
    return found


def kept_words() -> set[str]:
    """What the page's own table says that can stand under "kept"."""
    table = MAP.split("| kept | means |")[1].split("\n\n")[0]
    return {line.split("|")[1].strip() for line in table.splitlines()[2:]}


def problems(metadata: sa.MetaData) -> list[str]:
    """Everything about these tables that the map or the house refuses."""
    mapped, found = written(), []
    columns = {(t.name, c.name): c for t in metadata.sorted_tables for c in t.columns}
    found += [f"{t}.{c} is not in the map" for t, c in columns.keys() - mapped.keys()]
    found += [f"{t}.{c} is in the map only" for t, c in mapped.keys() - columns.keys()]
    for (table, name), column in columns.items():
        kind, kept = mapped.get((table, name), ("", ""))
        if kind not in CLASSES or kept not in kept_words():
            found.append(f"{table}.{name}: class {kind!r}, kept {kept!r}")
        if REFUSED & set(name.split("_")):
            found.append(f"{table}.{name}: we refuse to store this")
        if "name" in name.split("_") and table not in NAMES and kind != "sealed":
            found.append(f"{table}.{name}: a person's name in the clear")
        if (kind == "sealed") != (name.endswith("_sealed") or name == "person_key"):
            found.append(f"{table}.{name}: sealed, or not?")
        if kind == "sealed" and not isinstance(column.type, sa.LargeBinary):
            found.append(f"{table}.{name}: sealed bytes in a column of text")
    return found


def test_every_column_is_classified_and_nothing_else_is() -> None:
    assert not problems(schema.metadata)


def planted(table: str, *columns: sa.Column[object]) -> list[str]:
    """The problems after somebody added these columns to a table."""
    metadata = sa.MetaData()
    for found in schema.metadata.sorted_tables:
        found.to_metadata(metadata)
    for column in columns:
        metadata.tables[table].append_column(column)
    return problems(metadata)


def test_a_column_that_nobody_classified_is_found() -> None:
    assert planted("runs", sa.Column("mood", sa.String(10))) == [
        "runs.mood is not in the map",
        "runs.mood: class '', kept ''",
    ]


def test_a_column_for_what_we_refuse_to_store_is_found_by_its_name() -> None:
    for name in ("iin", "birth_date", "home_address", "last_ip", "user_agent", "e_mail", "note"):
        found = planted("accounts", sa.Column(name, sa.String(10)))
        assert f"accounts.{name}: we refuse to store this" in found


def test_a_name_in_the_clear_is_found() -> None:
    found = planted("accounts", sa.Column("legal_name", sa.String(10)))
    assert "accounts.legal_name: a person's name in the clear" in found


def test_a_new_table_is_found() -> None:
    metadata = sa.MetaData()
    for table in schema.metadata.sorted_tables:
        table.to_metadata(metadata)
    sa.Table("visits", metadata, sa.Column("id", sa.Uuid, primary_key=True))
    assert "visits.id is not in the map" in problems(metadata)


def test_what_is_about_the_presence_of_others_is_kept_by_the_day() -> None:
    """When somebody joined, was suspended, signed or got a role is a day and never a moment."""
    for table, name in (
        ("accounts", "joined_on"),
        ("accounts", "suspended_on"),
        ("roles_held", "since"),
        ("pledges", "signed_on"),
    ):
        kind = schema.metadata.tables[table].columns[name].type
        assert isinstance(kind, sa.Date)
