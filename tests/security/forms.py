"""Every form of the house with what a person would send: the start of every piece of bad input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.page import Sheet, check_sheet
from tests.security.changes import filled_in
from tests.security.reviewing import BLOCK, FILE
from tests.security.seeding import ANONYMOUS, Seeded

FORM = "application/x-www-form-urlencoded"
ORDINARY = 64 * 1024
UPLOAD = 2_000_000 + 64 * 1024
ANSWERS_FILE = (256 + 64) * 1024
LANGUAGES = ("en", "ru", "kk")
# The words of the first link of every page: whoever reads them knows which language it is in.
SKIP = {"en": "Skip to the text", "ru": "Перейти к тексту", "kk": "Мәтінге өту"}
REFUSALS = {400, 403, 404, 405, 409, 413, 415, 422, 429}
# What was typed has to be on these pages again; the others never saw it, or say nothing of it.
GIVES_BACK = {400, 409, 422}


@dataclass(frozen=True)
class Form:
    """``fields`` are what a person would send, ``typed`` those of them that are written by hand
    and have to come back when they cannot be used, ``hidden`` those that must never come back."""

    endpoint: str
    login: str
    address: str
    fields: Mapping[str, str] = field(default_factory=dict)
    typed: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    limit: int = ORDINARY


def _answer(question: str, fields: Mapping[str, str], typed: Iterable[str] = ()) -> Form:
    return Form(
        "assessment.answer",
        "aida",
        f"/attempts/<attempt of aida>/{question}",
        {**fields, "seen": "0", "client_key": "11111111-1111-4111-8111-111111111111"},
        tuple(typed),
    )


PLACES = {"place-count": "1", "place-protocol": "2", "place-copy": "3"}
PAIRS = {"match-chair": "r-signs", "match-observer": "r-watches", "match-voter": "r-votes"}
A_PERSON = "/cohorts/<North one>/people"

# Every incident of tests/tree judged.
JUDGED = {
    "i-sealed-box": "in-order",
    "i-long-queue": "in-order",
    "i-missing-pen": "irregularity",
    "i-open-register": "irregularity",
    "i-two-papers": "violation",
    "i-no-copy": "violation",
}
FORMS: tuple[Form, ...] = (
    Form(
        "accounts.sign_in_post",
        ANONYMOUS,
        "/sign-in",
        {"login": "aida", "secret": "bado-kite-lomu-resa-xxxx", "next": "/my/"},
        ("login",),
        ("secret",),
    ),
    Form("accounts.sign_out", "aida", "/sign-out"),
    Form("accounts.join_post", ANONYMOUS, "/join", {"code": "<code of nadia>"}, ("code",)),
    Form(
        "accounts.new_account",
        ANONYMOUS,
        "/join/account",
        {"code": "<code of nadia>", "login": "nad", "choice": "own", "secret": "a-long-enough-one"},
        ("login",),
        ("secret",),
    ),
    Form("accounts.choose_language", "aida", "/languages/kk", {"next": "/my/"}),
    Form(
        "accounts.change_secret",
        "aida",
        "/account/secret",
        {"old": "not-the-present-one", "secret": "another-long-secret"},
        (),
        ("old", "secret"),
    ),
    Form("accounts.end_session", "aida", "/account/sessions/<session of aida>/end"),
    Form("learning.sign_pledge", "timur", "/my/pledge"),
    Form(
        "learning.answer_check",
        "aida",
        "/courses/basics/seeing/checks/q-see",
        {"answer": "marks", "client_key": "22222222-2222-4222-8222-222222222222"},
    ),
    Form("learning.finish_lesson", "aida", "/courses/basics/seeing/finish"),
    Form("assessment.start", "timur", "/quizzes/exam/start", {"client_key": "x"}),
    _answer("q-see", {"answer": "marks"}),
    _answer("q-look", {"answer": "piles"}),
    _answer("q-true", {"answer": "false"}),
    _answer("q-order", PLACES),
    _answer("q-match", PAIRS),
    _answer("q-number", {"answer": "1 200"}, ["answer"]),
    _answer("q-text", {"answer": "protocol"}, ["answer"]),
    _answer("q-gaps", {"gap-g1": "stamp", "gap-g2": "signatures"}, ["gap-g1", "gap-g2"]),
    Form(
        "assessment.mend",
        "aida",
        "/repairs/<repair of aida>",
        {"question": "q-look", "answer": "piles"},
    ),
    Form(
        "assessment.close_quiz",
        "tamara",
        "/cohorts/<North one>/exams",
        {"quiz": "exam", "day": "2026-05-01", "time": "18:00"},
    ),
    Form(
        "assessment.grant",
        "tamara",
        f"{A_PERSON}/<aida>/exams",
        {"quiz": "exam", "minutes": "10", "attempts": "1", "reason": "power"},
    ),
    Form("assessment.clear_repair", "tamara", f"{A_PERSON}/<aida>/repairs/<repair of aida>"),
    Form(
        "assessment.reopen",
        "tamara",
        f"{A_PERSON}/<aida>/attempts/<abandoned of aida>/reopen",
        {"minutes": "10", "reason": "power"},
    ),
    Form(
        "assessment.read_file",
        "tamara",
        f"{A_PERSON}/<aida>/attempts/<attempt of aida>/file",
        {"file": "name"},
        (),
        (),
        ANSWERS_FILE,
    ),
    Form(
        "assessment.hand_in",
        "tamara",
        f"{A_PERSON}/<aida>/attempts/<abandoned of aida>/hand-in",
        {"text": 'attempt = "<abandoned of aida>"\nanswers = []', "reason": "network"},
        (),
        (),
        ANSWERS_FILE,
    ),
    Form(
        "assessment.take_in",
        "kairat",
        f"{A_PERSON}/<aida>/attempts/<attempt of aida>/files/<file of aida>/take-in",
    ),
    Form(
        "assessment.refuse_file",
        "kairat",
        f"{A_PERSON}/<aida>/attempts/<attempt of aida>/files/<file of aida>/refuse",
        {"why": "late"},
    ),
    Form(
        "assessment.mark_essay",
        "tamara",
        "/essays/<essay of aida>",
        {"points-when": "1", "points-law": "2"},
        ("points-when", "points-law"),
    ),
    Form("assessment.propose", "tamara", "/questions/q-film", {"kind": "void", "why": "ambiguous"}),
    Form("assessment.trace_leak", "kairat", "/questions/leaks", {"text": "Found."}, ("text",)),
    Form("assessment.apply_correction", "kairat", "/corrections/<correction of North>/apply"),
    Form(
        "assessment.ask_undo",
        "kairat",
        "/corrections/<applied correction of North>/ask-undo",
        {"why": "mistaken"},
    ),
    Form("assessment.undo_correction", "kairat", "/corrections/<applied correction of North>/undo"),
    Form("assessment.finish", "aida", "/attempts/<attempt of aida>/finish"),
    Form("panels.open_panel", "kairat", "/panels/open", {"quiz": "exam"}),
    Form("panels.judge", "tamara", "/panels/<panel of North>", {"q-q-see": "60"}, ("q-q-see",)),
    Form("panels.close", "kairat", "/panels/<panel of North>/close"),
    Form(
        "reviews.approve", "asel", f"/translations/kk/files/{FILE}", {"right": "<block of copying>"}
    ),
    Form(
        "reviews.decide",
        "asel",
        BLOCK,
        {"words": "## Дауыстап айтыңыз\n[[protocol|Хаттамаға]] қол қойылды.", "note": "A note."},
        ("words", "note"),
        limit=160 * 1024,
    ),
    Form(
        "reviews.seal",
        "asel",
        "/translations/kk/sealed/courses/glossary",
        {"native": "y", "seal": "<seal of glossary>"},
    ),
    Form("calibration.judge", "timur", "/calibrations/room", JUDGED),
    Form("drills.start", "timur", "/scenarios/door/start"),
    Form(
        "drills.choose",
        "aida",
        "/runs/<run of aida>/choices",
        {"choice": "paper", "step": "0", "client_key": "33333333-3333-4333-8333-333333333333"},
    ),
    Form("counts.start", "timur", "/counts/night/start", {"kind": "practice"}),
    Form(
        "counts.act",
        "aida",
        "/count-runs/<count of aida>/acts",
        {
            "verb": "note",
            "step": "0",
            "kind": "zone",
            "time": "06:10",
            "site": "seat",
            "how": "saw",
            "who": "chair",
            "rule": "see-count",
            "witness": "proxy",
            "request": "explain",
            "handed": "y",
            "number": "9",
            "text": "A tape on the floor.",
            "client_key": "44444444-4444-4444-8444-444444444444",
        },
        ["text", "number", "time"],
    ),
    Form("drills.start_clock", "aida", "/runs/<timed run of aida>/clock", {"step": "0"}),
    Form("drills.stop_hurrying", "aida", "/runs/<timed run of aida>/unhurried"),
    Form(
        "drills.write",
        "dana",
        "/runs/<paper run of dana>/papers",
        {"text": "Precinct 17, 23:12. Safe. I need a call.", "step": "2"},
        ("text",),
    ),
    Form("drills.begin_certifying", "aida", "/certifying/drawn/start"),
    Form(
        "cohorts.dry_run", "tamara", "/cohorts/<North one>/import", {"file": "name"}, (), (), UPLOAD
    ),
    Form(
        "cohorts.confirm_import",
        "tamara",
        "/cohorts/<North one>/import/confirm",
        {"plan": "not signed"},
        (),
        (),
        UPLOAD,
    ),
    Form("cohorts.invite", "tamara", "/cohorts/<North one>/invite"),
    Form("cohorts.issue_code", "tamara", f"{A_PERSON}/<nadia>/code"),
    Form(
        "certification.certify_post",
        "tamara",
        f"{A_PERSON}/<bota>/certify",
        {"name": "Ботагөз Ә.", "language": "en", "purpose": "deployment"},
        ("name",),
    ),
    Form(
        "certification.revoke",
        "tamara",
        "/certificates/<certificate of aida>/revoke",
        {"reason": "mistake"},
    ),
    Form(
        "certification.suspend",
        "tamara",
        "/certificates/<certificate of aida>/suspend",
        {"reason": "inquiry"},
    ),
    Form(
        "certification.lift",
        "saule",
        "/certificates/<certificate of erik>/lift",
        {"reason": "cleared"},
    ),
    Form(
        "certification.replace_post",
        "timur",
        "/certificates/<certificate of dana>/replace",
        {"name": "Дана Қ.", "language": "en", "reason": "name"},
        ("name",),
    ),
    Form(
        "certification.draw_codes",
        "dana",
        "/certificates/<certificate of dana>/codes",
        {"name": "Dana Printed"},
        ("name",),
    ),
    Form(
        "certification.announce_change",
        "zhan",
        "/law-changes/src-confirmed",
        filled_in(),
    ),
    Form(
        "certification.learn_change",
        "aida",
        "/my/top-ups/<change of the law>",
        {"kind": "question", "item": "q-see", "answer": "marks"},
    ),
    Form(
        "certification.verify_post",
        ANONYMOUS,
        "/verify",
        {"token": "0123456789ABCDEFGHJKMNPQRS", "name": "A Name"},
        ("token", "name"),
    ),
)
from tests.security import forms_joint, forms_rooms  # noqa: E402 - it is written with what stands above

FORMS += forms_rooms.ROOMS + forms_joint.FORMS
# The one form that changes nothing and keeps no cookie has no token to compare.
WITHOUT_TOKEN = {"certification.verify_post"}


def encoded(fields: Iterable[tuple[str, str | bytes]]) -> bytes:
    """The body a browser would send; bytes go in as they are, however broken."""

    def quoted(value: str | bytes) -> str:
        return quote_from_bytes(value.encode() if isinstance(value, str) else value, safe="")

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields).encode()


class Sender:
    """Sends to one form as its person, and looks at every answer."""

    def __init__(self, seeded: Seeded, form: Form, language: str) -> None:
        self.seeded, self.form, self.language = seeded, form, language
        self.address = seeded.address(form.address)
        self.fields = {
            seeded.address(name): seeded.address(value) for name, value in form.fields.items()
        }
        self.sent = 0
        self.was_taken = False  # whether anything may have been changed

    def client(self) -> FlaskClient:
        return self.seeded.client(self.form.login)

    def post(
        self,
        fields: Iterable[tuple[str, str | bytes]] | None = None,
        *,
        body: bytes | None = None,
        content_type: str = FORM,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Post these fields with the person's token (``token`` in its place, none when empty)."""
        given = self.seeded.tokens[self.form.login] if token is None else token
        pairs = list(fields if fields is not None else self.fields.items())
        if given:
            pairs.append(("csrf_token", given))
        self.sent += 1
        answer = self.client().open(
            self.address,
            method="POST",
            data=encoded(pairs) if body is None else body,
            content_type=content_type,
            headers={"Accept-Language": self.language, **(headers or {})},
        )
        self.look(answer)
        return answer

    def look(self, answer: TestResponse) -> None:
        """An answer is never a failure of ours; a page is in the reader's language, and whole."""
        where = f"{self.form.endpoint} ({self.language})"
        assert answer.status_code in {200, 303} | REFUSALS, f"{where}: {answer.status_code}"
        self.was_taken |= answer.status_code in (200, 303)
        if answer.mimetype != "text/html":
            return
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/"), where
            return
        html = answer.get_data(as_text=True)
        sheet = Sheet(html)
        check_sheet(sheet, where)
        assert sheet.lang == self.language, f"{where}: a page in {sheet.lang}"
        assert SKIP[self.language] in html, where
        for name in self.form.hidden:
            if len(self.fields[name]) > 5:
                assert self.fields[name] not in html, f"{where}: {name} came back"

    def gave_back(self, answer: TestResponse, name: str, value: str) -> None:
        """What was typed into a field is on the page again, where it could not be used."""
        if answer.status_code in GIVES_BACK and name in self.form.typed and value.strip():
            shown = unescape(answer.get_data(as_text=True)).replace("\r\n", "\n")
            assert value in shown, f"{self.form.endpoint}: {name}={value[:40]!r} is lost"
