"""The page on which anybody checks a certificate: kept as drawn, with blanks for what is one's own.

A page for each way a certificate may stand, and for each language; what was typed and what is
printed on a certificate goes into the blanks and is never kept (lms/web/kept.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import render_template

from lms.certification import wording
from lms.certification.checking import UNKNOWN, Answer
from lms.certification.forms import VerifyForm
from lms.web import kept


def empty(*, today: date, offline: bool) -> kept.Drawn:
    """Before anything was asked. ``offline``: there are a list and keys to take away."""
    given = {"today": wording.day(today), "typed": "", "named": ""}
    return _kept(("certificate check", offline), None, given, offline=offline)


def answered(answer: Answer, typed: str, name: str, *, today: date) -> kept.Drawn:
    """What the answer is, above the form with what was typed."""
    printed, standing = answer.printed, answer.standing
    given = {"today": wording.day(today), "typed": typed, "named": name}
    if standing is not None and standing.top_up_by:
        given["by"] = wording.day(standing.top_up_by)
    if printed:
        given |= {f"fact {at}": fact for at, fact in enumerate(wording.values(printed))}
        given["election"] = wording.day(printed["election_on"]) if printed["election_on"] else ""
    key = (
        "certificate check",
        answer.word,
        answer.name_fits,
        printed and (printed["purpose"], bool(printed["election_on"])),
    )
    return _kept(key, answer, given)


def refused(form: VerifyForm, *, today: date) -> str:
    """The form with what is to be mended in it: drawn for this person alone."""
    return _draw(form, None, lambda _name: wording.day(today), offline=False)


def _kept(
    key: kept.Key, answer: Answer | None, given: dict[str, str], *, offline: bool = False
) -> kept.Drawn:
    def draw() -> str:
        blanks = {"token": kept.blank("typed"), "name": kept.blank("named")}
        form = VerifyForm(formdata=None, meta={"csrf": False}, data=blanks)
        return _draw(form, answer, kept.blank, offline=offline)

    return kept.page(key, draw, given)


def _draw(
    form: VerifyForm, answer: Answer | None, put: Callable[[str], str], *, offline: bool
) -> str:
    printed, facts = answer.printed if answer else None, None
    if printed:
        labels = wording.labels(with_election=bool(printed["election_on"]))
        facts = [(label, put(f"fact {at}")) for at, label in enumerate(labels)]
    return render_template(
        "certification/verify.html",
        form=form,
        answer=answer,
        put=put,
        word=wording.status((answer or UNKNOWN).word),
        facts=facts,
        permits=wording.permits_for(printed["purpose"], put("election")) if printed else None,
        offline=offline,
    )
