"""What the two databases word differently, each asked for only by who uses it.

Naming the dialect of a server's database reads megabytes that SQLite never needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.schema import CreateIndex


def one_where(name: str, *columns: str, where: str) -> sa.Index:
    """A unique index over the rows of a condition: one of each, as long as it holds."""
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), info={"where": where})


@compiles(CreateIndex, "postgresql")
def _create_index_on_postgresql(create: CreateIndex, compiler: Any, **kwargs: Any) -> str:
    index = create.element
    if "where" in index.info:
        index.dialect_options["postgresql"]["where"] = sa.text(index.info["where"])
    statement: str = compiler.visit_create_index(create, **kwargs)
    return statement


def insert(session: Session, table: type[DeclarativeBase]) -> Any:
    """An INSERT into a table that can say what to do ON CONFLICT, as this database words it."""
    name = session.get_bind().dialect.name
    return import_module(f"sqlalchemy.dialects.{name}").insert(table)
