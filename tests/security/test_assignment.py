"""A form writes what it declares and nothing else, whatever other names it carries.

Source: security C-29 (AB5): ``role=admin`` in a form makes nobody an administrator.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from lms import schema
from tests.security import batches, deeds_rooms, reviewing
from tests.security.conftest import put_all_back
from tests.security.forms import FORMS, Form
from tests.security.seeding import Seeded, changed, rows_of

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

# What makes the deed of a form succeed, where its usual fields do not.
SUCCEEDS: Mapping[str, Mapping[str, str]] = {
    "accounts.sign_in_post": {"secret": "bado-kite-lomu-resa-nivo"},
    "accounts.change_secret": {"old": "bado-kite-lomu-resa-nivo"},
    "certification.certify_post": {"purpose": "training"},
}
# What each deed may touch: (table, column), "*" for rows that come or go. Written by hand.
SESSION = {("device_sessions", "*")}
TRAIL = {("trail", "*")}
LOG = {("log_entries", "*"), ("log_checkpoints", "*")}
LEARNT = {("evidence", "*"), ("rule_standings", "*"), ("rule_standings", "last")}
LEARNT |= {("rule_standings", name) for name in ("seen", "right", "at")}
MARKED = TRAIL | {("result_changes", "*")}
MARKED |= {("attempt_results", name) for name in ("earned", "possible", "passed")}
DECIDED = {("answer_files", name) for name in ("text", "outcome", "decided_by", "decided_at")}
WRITES: Mapping[str, set[tuple[str, str]]] = {
    "accounts.sign_in_post": SESSION,
    "accounts.sign_out": SESSION,
    "accounts.join_post": set(),
    "accounts.new_account": SESSION
    | TRAIL
    | {("one_time_codes", "used_at")}
    | {
        ("accounts", n) for n in ("login", "login_skeleton", "secret_hash", "joined_on", "language")
    },
    "accounts.choose_language": {("accounts", "language")},
    "accounts.change_secret": SESSION | TRAIL | {("accounts", "secret_hash")},
    "accounts.end_session": SESSION,
    "learning.sign_pledge": TRAIL | {("pledges", "*")},
    "learning.answer_check": LEARNT | {("check_answers", "*")},
    "learning.finish_lesson": {("readings", "finished_at"), ("readings", "*")},
    "assessment.start": TRAIL | {("attempts", "*"), ("attempt_steps", "*")},
    "assessment.answer": {("attempt_steps", "*")},
    "assessment.finish": LEARNT
    | {("attempt_steps", "*"), ("attempt_results", "*")}
    | {("attempts", "finished_at"), ("attempts", "due_at")},
    "assessment.close_quiz": TRAIL | {("quiz_closings", "*")},
    "assessment.grant": TRAIL | {("allowances", "*")},
    "assessment.clear_repair": TRAIL
    | {("repairs", name) for name in ("state", "question", "closed_by", "at")},
    "assessment.reopen": TRAIL
    | {("attempt_steps", "*")}
    | {("attempts", name) for name in ("finished_at", "abandoned", "deadline", "due_at")},
    "assessment.read_file": set(),
    "assessment.hand_in": TRAIL | {("answer_files", "*")},
    "assessment.take_in": TRAIL | DECIDED,
    "assessment.refuse_file": TRAIL | DECIDED,
    "assessment.mark_essay": TRAIL
    | {("essay_marks", "*"), ("essays", "state"), ("essays", "earned")},
    "assessment.propose": TRAIL | {("corrections", "*")},
    "assessment.apply_correction": MARKED
    | {("corrections", name) for name in ("applied_by", "applied_at")},
    "assessment.trace_leak": TRAIL,
    "assessment.ask_undo": TRAIL
    | {("corrections", name) for name in ("undo_asked_by", "undo_asked_at", "undo_reason")},
    "assessment.undo_correction": MARKED
    | {("corrections", name) for name in ("undone_by", "undone_at")},
    "assessment.mend": {
        ("repairs", name) for name in ("at", "met", "misses", "state", "question", "order")
    },
    "drills.start": {("runs", "*")},
    "drills.choose": LEARNT
    | {("run_choices", "*")}
    | {("runs", name) for name in ("finished_at", "outcome", "passed", "percent")},
    "drills.start_clock": {("run_clocks", "*")},
    "drills.stop_hurrying": {("runs", "timed")},
    "drills.write": {("run_papers", "*")},
    "drills.begin_certifying": TRAIL | {("gates", "*"), ("runs", "*")},
    "counts.start": {("count_runs", "*")},
    "counts.act": {("count_steps", "*")},
    "panels.open_panel": TRAIL | {("panels", "*")},
    "panels.judge": {("panel_judgements", "*")},
    "panels.close": TRAIL | {("panels", "closed_at")},
    "calibration.judge": {("calibrations", "*")},
    "cohorts.dry_run": set(),
    "cohorts.confirm_import": TRAIL
    | {(name, "*") for name in ("accounts", "roles_held", "one_time_codes")}
    | {("people_imports", "*"), ("imported_people", "*")},
    "cohorts.invite": TRAIL | {("one_time_codes", "*")},
    "cohorts.issue_code": TRAIL | {("one_time_codes", "*"), ("one_time_codes", "used_at")},
    "certification.certify_post": TRAIL | LOG | {("certificates", "*"), ("status_lists", "*")},
    "certification.revoke": TRAIL
    | {("status_lists", "*")}
    | {("certificates", name) for name in ("revoked_at", "revoked_by", "revoked_reason")},
    "certification.suspend": TRAIL | {("status_lists", "*"), ("certificate_events", "*")},
    "certification.lift": TRAIL | {("status_lists", "*"), ("certificate_events", "*")},
    "certification.replace_post": TRAIL
    | LOG
    | {("status_lists", "*"), ("certificates", "*")}
    | {("certificates", name) for name in ("replaced_at", "replaced_as")},
    "certification.announce_change": TRAIL
    | {("law_changes", "*"), ("law_change_items", "*"), ("certificate_events", "*")},
    "certification.take_back_change": TRAIL
    | {("law_changes", "taken_back_at"), ("certificate_events", "*")},
    "certification.learn_change": {("top_up_steps", "*")},
    "certification.verify_post": set(),
    "certification.draw_codes": TRAIL | {("certificate_codes", "*")},
    **deeds_rooms.WRITES,
    **batches.WRITES,
    **reviewing.WRITES,
}
# A canary of each kind of column: found in the database, it was written.
CANARY, NUMBER, DAY = "canary-of-a-column", "424242", "2031-01-01"


def everything_else(seeded: Seeded, taken: Mapping[str, Any]) -> dict[str, str]:
    """A value for every column of every table that the form does not declare."""
    found = {"held": "admin", "is_admin": "1", "admin": "1", "roles": "admin"}
    for table in schema.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type
            value = f"{CANARY}-{column.name}"
            if isinstance(kind, sa.Uuid):
                value = seeded.ids["South one" if column.name == "cohort_id" else "erik"]
            elif isinstance(kind, sa.Boolean):
                value = "1"
            elif isinstance(kind, sa.Integer):
                value = NUMBER
            elif isinstance(kind, sa.Date | sa.DateTime) or "date" in type(kind).__name__.lower():
                value = DAY
            found[column.name] = value
    found |= {"role": "admin", "language": "ru"}
    return {name: value for name, value in found.items() if name not in taken}


def fields_of(seeded: Seeded, form: Form) -> dict[str, Any]:
    fields: dict[str, Any] = {seeded.address(n): seeded.address(v) for n, v in form.fields.items()}
    fields |= SUCCEEDS.get(form.endpoint, {})
    if form.endpoint == "cohorts.dry_run":
        fields["file"] = (io.BytesIO(b"name\nNew Person\n"), "people.csv")
    if form.endpoint == "signoffs.add_form":
        fields["file"] = (deeds_rooms.a_page(), "page.png")
    if form.endpoint == "assessment.read_file":
        text = seeded.address('attempt = "<attempt of aida>"\nanswers = []')
        fields["file"] = (io.BytesIO(text.encode()), "answers.txt")
    if form.endpoint == "cohorts.confirm_import":
        page = seeded.client(form.login).post(
            seeded.address("/cohorts/<North one>/import"),
            data={
                "csrf_token": seeded.tokens[form.login],
                "file": (io.BytesIO(b"name\nNew Person\n"), "people.csv"),
            },
        )
        found = re.search(r'name="plan" value="([^"]+)"', page.get_data(as_text=True))
        assert found
        fields["plan"] = found.group(1)
    return fields


def shape(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, object]:
    """What must be the same with and without the other fields: who holds what, and sizes."""
    held = Counter((r["role"], r["organisation_id"], r["cohort_id"]) for r in rows["roles_held"])
    codes = Counter((r["role"], r["cohort_id"], r["issuer_id"]) for r in rows["one_time_codes"])
    people = Counter((r["language"], r["suspended_on"]) for r in rows["accounts"])
    sizes = {name: len(found) for name, found in rows.items()}
    return {"held": held, "codes": codes, "people": people, "sizes": sizes}


def deed(seeded: Seeded, form: Form, *, more: bool) -> dict[str, list[dict[str, Any]]]:
    put_all_back(seeded.app)
    fields = fields_of(seeded, form)
    if more:
        fields |= everything_else(seeded, fields)
    data = {"csrf_token": seeded.tokens[form.login], **fields}
    answer = seeded.client(form.login).post(seeded.address(form.address), data=data)
    assert answer.status_code in (200, 303), (form.endpoint, answer.status_code)
    return rows_of(seeded.app)


def test_every_form_says_what_it_writes() -> None:
    assert set(WRITES) == {form.endpoint for form in FORMS}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.address)
def test_a_form_writes_what_it_declares_and_nothing_else(form: Form, seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    plain = deed(seeded, form, more=False)
    polluted = deed(seeded, form, more=True)
    assert changed(before, plain) <= WRITES[form.endpoint]
    assert changed(before, polluted) == changed(before, plain)
    assert shape(polluted) == shape(plain)
    everything = repr({name: rows for name, rows in polluted.items() if rows != before[name]})
    for canary in (CANARY, NUMBER, DAY, "2031, 1, 1"):
        assert canary not in everything
