"""The forms of joint training with what is sent to them; ``guest`` and ``leaver`` are phones."""

from __future__ import annotations

from tests.security.forms import Form
from tests.security.seeding import ANONYMOUS

_SESSION = "/sessions/<session of North>"
_KEY = {"client_key": "99999999-9999-4999-8999-999999999999"}
FORMS = (
    Form(
        "joint.plan",
        "tamara",
        "/sessions/new",
        {
            "exercise": "copy",
            "partner": "<Commission 17>",
            "language": "en",
            "starts_on": "2026-04-01",
            "starts_time": "18:30",
            "place": "Library",
            "seats": "12",
        },
        ("starts_on", "starts_time", "place", "seats"),
    ),
    Form(
        "joint.change_post",
        "tamara",
        f"{_SESSION}/change",
        {
            "language": "ru",
            "starts_on": "2026-04-02",
            "starts_time": "18:30",
            "place": "Library",
            "seats": "12",
            "co_held": "y",
        },
        ("starts_on", "starts_time", "place", "seats"),
    ),
    Form("joint.hand_out", "tamara", f"{_SESSION}/cards", {"how_many": "2"}, ("how_many",)),
    Form("joint.give_back", "tamara", f"{_SESSION}/give-back", {"number": "1"}, ("number",)),
    Form("joint.cancel", "tamara", f"{_SESSION}/cancel"),
    Form("joint.conduct", "tamara", f"{_SESSION}/console", {"deed": "take", "number": "0"}),
    Form(
        "joint.count_heads",
        "tamara",
        f"{_SESSION}/attendance",
        {"heads": "3", "paper": "3"},
        ("heads", "paper"),
    ),
    Form(
        "joint.use_card",
        ANONYMOUS,
        "/sessions/join",
        {"code": "<card of session of North>"},
        ("code",),
    ),
    Form("joint.seat", "guest", "/sessions/room/seat"),
    Form(
        "joint.answer", "guest", "/sessions/room/answer", {"scene": "signed", "letter": "a", **_KEY}
    ),
    Form("joint.present", "guest", "/sessions/room/present", {"digits": "<digits>"}, ("digits",)),
    Form("joint.receipt", "leaver", "/sessions/room/receipt"),
    Form(
        "joint.say",
        "leaver",
        "/sessions/room/feedback",
        {"useful": "4", "words": "More time."},
        ("words",),
    ),
    Form("joint.go", "guest", "/sessions/room/leave"),
    Form(
        "joint.redeem_post",
        "tamara",
        "/cohorts/<North one>/people/<aida>/receipt",
        {"receipt": "<receipt>"},
        ("receipt",),
    ),
)
