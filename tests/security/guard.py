"""A guard around every SELECT of the tests: what belongs to people is never asked for unscoped.

For each table that holds what belongs to somebody, a statement must narrow it by one of the columns
that say whose it is. A statement that really needs everybody says so with the execution option
``scope="all"`` beside its reason. Source: security C-13.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

# Table → the columns that narrow it to somebody, to one thing, or to a parent that was looked up.
SCOPED = {
    "accounts": {"id", "login_skeleton"},
    "allowances": {"account_id"},
    "answer_files": {"attempt_id", "id"},
    "attempt_results": {"attempt_id"},
    "attempt_steps": {"attempt_id"},
    "attempts": {"account_id", "id"},
    "calibrations": {"account_id"},
    "certificate_batch_people": {"account_id", "batch_id"},
    "certificate_batches": {"cohort_id", "id"},
    "certificate_codes": {"certificate", "serial"},
    "certificates": {"account_id", "cohort_id", "serial"},
    "check_answers": {"account_id"},
    "cohorts": {"id", "organisation_id", "name"},
    "count_runs": {"account_id", "id"},
    "count_steps": {"run_id"},
    "device_sessions": {"account_id", "digest", "id"},
    "elections": {"id", "organisation_id"},
    "essay_marks": {"essay_id", "marker_id"},
    "essays": {"account_id", "attempt_id", "id"},
    "evidence": {"account_id"},
    "gates": {"account_id", "id"},
    "one_time_codes": {"account_id", "issuer_id", "selector"},
    "panel_judgements": {"panel_id"},
    "panels": {"id", "organisation_id"},
    "accreditations": {"account_id"},
    "assessor_calibrations": {"account_id"},
    "filled_forms": {"account_id", "id"},
    "imported_people": {"account_id", "import_id"},
    "letter_wishes": {"account_id"},
    "letters_due": {"account_id"},
    "message_copies": {"account_id", "message_id"},
    "messages": {"sender_id", "cohort_id", "id"},
    "paper_sheets": {"code", "account_id"},
    "people_imports": {"cohort_id", "id"},
    "pledges": {"account_id"},
    "readings": {"account_id"},
    "quiz_closings": {"cohort_id"},
    "repairs": {"account_id", "id"},
    "result_changes": {"attempt_id", "correction_id"},
    "roles_held": {"account_id", "cohort_id"},
    "rule_standings": {"account_id"},
    "run_choices": {"run_id"},
    "run_clocks": {"run_id"},
    "run_papers": {"run_id"},
    "runs": {"account_id", "gate_id", "id"},
    "joint_attendances": {"account_id"},
    "joint_cards": {"id", "session_id", "selector"},
    "joint_sessions": {"id", "organisation_id", "partner_id"},
    "joint_votes": {"card_id", "session_id", "key"},
    "top_up_steps": {"account_id"},
    "signoff_events": {"account_id", "id", "sheet_id"},
}


class Unscoped(AssertionError):
    """A SELECT over what belongs to people that says nothing about whom it is for."""


def unscoped_tables(statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> set[str]:
    """The tables of a statement that no condition narrows. Joins and subqueries count, and each
    part of a union for itself."""
    if isinstance(statement, sa.CompoundSelect):
        return set().union(*(unscoped_tables(part) for part in statement.selects))
    asked: set[str] = set()
    narrowed: set[tuple[str, str]] = set()
    for part in visitors.iterate(statement):
        if isinstance(part, sa.Table):
            asked.add(part.name)
        elif isinstance(part, sa.sql.elements.BinaryExpression):
            narrowed |= {
                (column.table.name, column.name)
                for column in visitors.iterate(part)
                if isinstance(column, sa.Column)
            }
    return {
        table
        for table in asked & set(SCOPED)
        if not any((table, column) in narrowed for column in SCOPED[table])
    }


def watch(engine: sa.Engine) -> None:
    """Make every unscoped SELECT through this engine an error."""
    # A statement is walked through once, not at each of the thousands of times that it is asked:
    # SQLAlchemy keeps what it compiled by the same key, which holds every table and column.
    seen: dict[Any, set[str]] = {}

    def look(
        _connection: sa.Connection, clause: Any, _many: Any, _params: Any, options: Any
    ) -> None:
        if isinstance(clause, sa.Select | sa.CompoundSelect) and options.get("scope") != "all":
            kept = clause._generate_cache_key()
            key = kept and kept.key
            found = seen.get(key) if key else None
            if found is None:
                found = unscoped_tables(clause)
                if key:
                    seen[key] = found
            if found:
                raise Unscoped(f"{sorted(found)} without saying whose: {clause}")

    sa.event.listen(engine, "before_execute", look)
