"""Statements of hot pages: compiled once, then given to the driver itself.

Looking up and running a small SELECT through an ORM session costs fifteen times what SQLite needs
for it, and a page asks three or four (docs/performance.md). A prepared statement keeps what
SQLAlchemy worked out, the text and the conversions of values both ways. In a writing session it
runs in the session's own transaction.
"""

from __future__ import annotations

import uuid
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.db import Base, Direct, in_our_words

Convert = Callable[[Any], Any]
Select = sa.Select[*tuple[Any, ...]]
Union = sa.CompoundSelect[*tuple[Any, ...]]
Statement = Select | Union | sa.Insert | sa.Update | sa.Delete
Condition = Callable[[Any], sa.ColumnElement[bool]]  # on a column


class _Statement:
    """A statement, in the form of each kind of database that it was asked of."""

    def __init__(self, statement: Statement, made: Convert | None = None, kept: int = 0) -> None:
        self._statement = statement
        self._made = made
        self._kept = kept
        self._forms: dict[str, _Form] = {}
        _all.add(self)

    def form(self, dialect: sa.Dialect) -> _Form:
        """The statement as this kind of database is asked it."""
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(
                self._statement, dialect, self._made, self._kept
            )
        return form

    def _form(self, session: Session) -> _Form:
        return self.form(_engine(session).dialect)


_all: WeakSet[_Statement] = WeakSet()


def prepare_all(dialect: sa.Dialect) -> int:
    """Work out every statement there is, and say how many there are.

    Processes that part afterwards share what was worked out, and nobody's first answer waits for
    ten statements.
    """
    statements = tuple(_all)
    for statement in statements:
        statement.form(dialect)
    return len(statements)


class Prepared(_Statement):
    """A SELECT of columns with named parameters, none of them a list.

    Rows are named tuples of the selected columns, under their keys, or what ``made`` makes of them.
    ``kept`` is how many of them are remembered as they were made, for rows that are read again and
    again and are never changed; nobody may change what is in one.
    """

    def __init__(
        self, statement: Select | Union, *, made: Convert | None = None, kept: int = 0
    ) -> None:
        super().__init__(statement, made, kept)

    def all(self, session: Session, **values: Any) -> list[Any]:
        """Every row. Raises SQLAlchemy's exceptions, as if the session itself had asked."""
        watchers = _engine(session).dispatch.before_execute
        for look in watchers:  # who watches the statements of this engine sees this one too
            options = self._statement.get_execution_options()
            look(session.connection(), self._statement, [], values, options)
        return self._form(session).run(_cursor(session, watched=bool(watchers)), values)

    def first(self, session: Session, **values: Any) -> Any:
        """The first row, None where there is none."""
        rows = self.all(session, **values)
        return rows[0] if rows else None


class PreparedLock(Prepared):
    """A SELECT that makes others wait until this transaction ends: FOR UPDATE, or of a function of
    PostgreSQL's."""

    def take(self, session: Session, **values: Any) -> None:
        """Wait for the lock. On SQLite one writer at a time holds everything already."""
        if _engine(session).dialect.name != "sqlite":
            self.all(session, **values)


class About:
    """A SELECT about some people; about one person it is prepared.

    Pages of one's own and reports on a cohort ask the same; ``of`` makes the statement from the
    condition on a column of account ids.
    """

    def __init__(self, of: Callable[[Condition], Select]) -> None:
        one = sa.bindparam("person", type_=sa.Uuid())
        many = sa.bindparam("people", expanding=True, type_=sa.Uuid())
        self._one = Prepared(of(lambda column: column == one))
        self._many = of(lambda column: column.in_(many))

    def rows(self, session: Session, people: Sequence[uuid.UUID]) -> Sequence[Any]:
        """Every row about these people, in the order of the statement."""
        if len(people) == 1:
            return self._one.all(session, person=people[0])
        return session.execute(self._many, {"people": list(people)}).all()


class Several:
    """Some SELECTs about some people, by name; about one person they are one prepared statement.

    Each selects the account id, then a text, and one may select a whole number after it.
    """

    def __init__(self, **of: Callable[[Condition], Select]) -> None:
        one = sa.bindparam("person", type_=sa.Uuid())
        many = sa.bindparam("people", expanding=True, type_=sa.Uuid())
        self._many = {name: make(lambda column: column.in_(many)) for name, make in of.items()}
        self._one = Prepared(
            sa.union_all(
                *(_named(name, make(lambda column: column == one)) for name, make in of.items())
            )
        )

    def rows(self, session: Session, people: Sequence[uuid.UUID]) -> dict[str, list[Any]]:
        """Every row about these people, under the name of what was asked."""
        if len(people) != 1:
            given = {"people": list(people)}
            return {name: list(session.execute(asked, given)) for name, asked in self._many.items()}
        (person,) = people
        found: dict[str, list[Any]] = {name: [] for name in self._many}
        for name, text, number in self._one.all(session, person=person):
            found[name].append((person, text) if number is None else (person, text, number))
        return found


def _named(name: str, statement: Select) -> Select:
    """The same without the account id, after a name; there is a number in each, or NULL."""
    _account, text, *number = statement.selected_columns
    number = number or [sa.cast(sa.null(), sa.Integer)]
    return statement.with_only_columns(sa.literal_column(f"'{name}'").label("name"), text, *number)


class PreparedWrite(_Statement):
    """An INSERT, UPDATE or DELETE with named parameters, none of them a list.

    Nothing is read back, and objects of the session that stand for the rows know nothing of it:
    it is for rows that no such object stands for.
    """

    def __init__(self, statement: sa.Insert | sa.Update | sa.Delete) -> None:
        super().__init__(statement)

    def each(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """The statement once for each of these, in the session's transaction. Raises SQLAlchemy's
        exceptions."""
        if rows:
            self._form(session).run_each(_cursor(session), rows)


class PreparedInsert(PreparedWrite):
    """Adds rows to a table, every column given.

    The unit of work of an ORM session costs ten times what the database needs for such a row.
    """

    def __init__(self, table: type[Base]) -> None:
        columns = sa.inspect(table).local_table.c
        values = {column.name: sa.bindparam(column.name, type_=column.type) for column in columns}
        super().__init__(sa.insert(columns[0].table).values(values))

    def add(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add these rows in the session's transaction. Raises SQLAlchemy's exceptions."""
        self.each(session, rows)


def _engine(session: Session) -> sa.Engine:
    return session.engine if isinstance(session, Direct) else session.get_bind().engine


def _cursor(session: Session, *, watched: bool = False) -> Any:
    """A cursor of the driver's that finds what was added in this session."""
    if isinstance(session, Direct) and not watched:
        return session.driver().cursor()
    session.flush()
    return session.connection().connection.cursor()


class _Form:
    """A statement as one kind of database is asked it."""

    def __init__(
        self, statement: Statement, dialect: sa.Dialect, made: Convert | None, kept: int
    ) -> None:
        compiled = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("a statement with a list in it cannot be prepared")
        self._sql = str(compiled)
        self._dialect = dialect
        self._is_positional = compiled.positional
        # What the statement itself says, such as a limit; what is asked for has to be given.
        self._given = {
            name: value
            for name, value in compiled.params.items()
            if not compiled.binds[name].required
        }
        self._inward = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or compiled.params
        ]
        columns: list[Any] = []
        if isinstance(statement, sa.Select | sa.CompoundSelect):
            columns = list(statement.selected_columns)
        outward = [c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns]
        # Most columns come as they are: only those to convert are looked at.
        self._outward: list[tuple[int, Convert]] = [
            (at, convert) for at, convert in enumerate(outward) if convert
        ]
        # A second column of the same name, or a nameless one, gets a name of its place.
        names = [column.key or "" for column in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # of columns
        self._row: Convert = row._make if made is None else lambda cells: made(row._make(cells))
        # A server's driver hands over values that are no keys, such as the content of JSON.
        self._most_kept = kept if dialect.name == "sqlite" else 0
        self._known: dict[tuple[Any, ...], Any] = {}

    def _converted(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver wants them: a list by place, or by name."""
        if self._given:
            values = {**self._given, **values}
        if self._is_positional:
            return [
                values[name] if convert is None else convert(values[name])
                for name, convert in self._inward
            ]
        return {
            name: values[name] if convert is None else convert(values[name])
            for name, convert in self._inward
        }

    def run_each(self, cursor: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """The statement once for each row."""
        given = [self._converted(row) for row in rows]
        try:
            cursor.executemany(self._sql, given)
        except self._dialect.loaded_dbapi.Error as problem:
            raise in_our_words(problem, self._dialect, self._sql) from problem
        finally:
            cursor.close()

    def run(self, cursor: Any, values: Mapping[str, Any]) -> list[Any]:
        """Every row that the statement finds."""
        given = self._converted(values)
        try:
            cursor.execute(self._sql, given)
            found = cursor.fetchall()
        except self._dialect.loaded_dbapi.Error as problem:
            raise in_our_words(problem, self._dialect, self._sql) from problem
        finally:
            cursor.close()
        if not self._outward:
            return [self._row(row) for row in found]
        if not self._most_kept:
            return [self._read(row) for row in found]
        return [self._known.get(row) or self._remembered(row) for row in found]

    def _read(self, row: tuple[Any, ...]) -> Any:
        cells = list(row)
        for at, change in self._outward:
            cells[at] = change(cells[at])
        return self._row(cells)

    def _remembered(self, row: tuple[Any, ...]) -> Any:
        if len(self._known) >= self._most_kept:
            self._known.clear()
        found = self._known[row] = self._read(row)
        return found
