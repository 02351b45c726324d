"""What belongs to somebody is only ever asked for by saying whose (security C-13)."""

from __future__ import annotations

import ast
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.assessment.models import Attempt, Step
from lms.certification.models import Certificate
from tests.security.guard import SCOPED, Unscoped, unscoped_tables

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

LMS = Path(__file__).parents[2] / "lms"


def test_a_select_that_does_not_say_whose_is_an_error(app: Flask) -> None:
    with app.app_context(), pytest.raises(Unscoped):
        db.session().execute(sa.select(Attempt.id).where(Attempt.quiz == "exam"))


def test_a_statement_that_needs_everybody_says_so(app: Flask) -> None:
    with app.app_context():
        everybody = sa.select(Certificate.status_index).execution_options(scope="all")
        assert db.session().scalars(everybody).all() == []


def test_a_child_is_narrowed_by_its_parent() -> None:
    joined = sa.select(Step.data).join(Attempt, Attempt.id == Step.attempt_id)
    assert unscoped_tables(sa.select(Step.data)) == {"attempt_steps"}
    assert unscoped_tables(joined.where(Attempt.account_id == None)) == set()  # noqa: E711 - SQL


def test_each_part_of_a_union_says_whose_it_asks_for(app: Flask) -> None:
    own = sa.select(Attempt.quiz).where(Attempt.account_id == uuid.uuid4())
    everybodys = sa.select(Attempt.quiz)
    assert unscoped_tables(sa.union_all(own, own)) == set()
    assert unscoped_tables(sa.union_all(own, everybodys)) == {"attempts"}
    with app.app_context(), pytest.raises(Unscoped):
        db.session().execute(sa.union_all(own, everybodys))


def test_every_table_with_an_owner_is_guarded() -> None:
    from lms import schema

    owners = {"account_id", "cohort_id", "attempt_id", "run_id"}
    owned = {
        table.name
        for table in schema.metadata.tables.values()
        if owners & {column.name for column in table.columns}
    }
    assert owned <= set(SCOPED)


@pytest.mark.parametrize("path", sorted(LMS.glob("*/views.py")), ids=lambda p: p.parent.name)
def test_a_view_asks_its_queries_and_never_the_database(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"execute", "scalar", "scalars", "query", "select"}, path
