"""More forms with what a person would send: people of a cohort, messages, sign-offs in the room."""

from __future__ import annotations

import json

from tests.security.forms import Form
from tests.security.seeding import ANONYMOUS

PAGE = 5_000_000 + 64 * 1024
EVENTS = 512 * 1024
ANNOUNCED = "/law-changes/announced/<change of the law>"
COHORT = "/cohorts/<North one>"
PERSON = f"{COHORT}/people/<aida>"
SHOWN = {"line-asks": "1", "line-hands": "1"}
KEY = {"client_key": "55555555-5555-4555-8555-555555555555"}
AN_EVENT = {
    "id": "66666666-6666-4666-8666-666666666666",
    "sheet": "77777777-7777-4777-8777-777777777777",
    "device": "88888888-8888-4888-8888-888888888888",
    "kind": "sign",
    "assessor": "<tamara>",
    "trainee": "<aida>",
    "cohort": "<North one>",
    "checklist": "showing",
    "release": "<release>",
    "counter": 1,
    "at": "2026-01-01T08:00:00+00:00",
    "marks": {"asks": 1, "hands": 1},
}
BATCHES = 1024 * 1024
SAMPLES = {
    "sample-asks-line-asks": "1",
    "sample-asks-line-hands": "1",
    "sample-touches-line-asks": "0",
    "sample-touches-line-hands": "0",
}

ROOMS = (
    Form("accounts.renew", ANONYMOUS, "/join/renew", {"code": "<reset of bota>"}),
    Form("cohorts.move", "kairat", f"{PERSON}/move", {"to": "<North two>"}),
    Form(
        "cohorts.give_post", "vera", "/cohorts/<Members 17>/people/<oleg>/post", {"post": "chair"}
    ),
    Form("certification.take_back_change", "kairat", f"{ANNOUNCED}/take-back"),
    Form("cohorts.suspend", "kairat", f"{PERSON}/suspend"),
    Form("cohorts.resume", "kairat", f"{PERSON}/resume"),
    Form("cohorts.merge", "kairat", f"{PERSON}/merge", {"other": "<nadia>"}),
    Form("cohorts.way_back", "tamara", f"{PERSON}/way-back", {"recognised": "in-person"}),
    Form(
        "certification.draw_up",
        "tamara",
        f"{COHORT}/certify",
        {"purpose": "training", "who": "<bota>", "language": ""},
        (),
        (),
        BATCHES,
    ),
    Form("certification.begin_batch", "tamara", f"{COHORT}/certify/<draft of North one>"),
    Form("certification.go_on", "tamara", f"{COHORT}/certify/<batch of North one>/go-on"),
    Form("cohorts.undo_import", "tamara", f"{COHORT}/imports/<import of North one>/undo"),
    Form(
        "messages.send",
        "tamara",
        f"{COHORT}/messages",
        {"words": "Come at seven.", "people": "<aida>", **KEY},
        ("words",),
    ),
    Form("messages.wish_letters", "aida", "/messages/letters", {"to": "a@example.org"}, ("to",)),
    Form("messages.end_letters", "aida", "/messages/letters/end"),
    Form("messages.read", "aida", "/messages/<message to aida>/read"),
    Form("signoffs.sign", "tamara", f"{COHORT}/practical/showing/<aida>", {**SHOWN, **KEY}),
    Form(
        "signoffs.second",
        "tamara",
        f"{COHORT}/sheets/<waiting of aida>/second",
        {"second-<waiting of aida>-hands": "1", **KEY},
    ),
    Form("signoffs.withdraw", "tamara", f"{COHORT}/sheets/<sheet of aida>/withdraw", KEY),
    Form(
        "signoffs.add_form",
        "tamara",
        f"{COHORT}/sheets/<sheet of aida>/form",
        {"file": "name"},
        (),
        (),
        PAGE,
    ),
    Form(
        "signoffs.sign_group",
        "tamara",
        f"{COHORT}/practical/showing/group",
        {"people": "<aida>", **SHOWN, **KEY},
    ),
    Form(
        "signoffs.print_sheets", "tamara", f"{COHORT}/practical/showing/paper", {"people": "<aida>"}
    ),
    Form(
        "signoffs.read_strip",
        "tamara",
        f"{COHORT}/practical/read-back",
        {"code": "<paper of aida>", "strip": "<strip of aida>", "confirmed": "1"},
        ("code", "strip"),
    ),
    Form("signoffs.calibrate", "tamara", "/assessing/showing", SAMPLES),
    Form("signoffs.accredit", "kairat", f"{COHORT}/trainers/<tamara>/accredit"),
    Form(
        "signoffs.take_events",
        "tamara",
        "/sheets/events",
        {"events": json.dumps([AN_EVENT])},
        (),
        (),
        EVENTS,
    ),
)
