"""What the deeds on people, messages and sheets may write, and are recorded as. By hand."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image

TRAIL = {("trail", "*")}
SIGNED = TRAIL | {("signoff_events", "*"), ("evidence", "*"), ("rule_standings", "*")}
SIGNED |= {("rule_standings", name) for name in ("last", "seen", "right", "at")}
OUT = {("device_sessions", "*")}
GONE = {("accounts", n) for n in ("login", "login_skeleton", "secret_hash", "suspended_on")}
GONE |= {("accounts", n) for n in ("name_sealed", "person_key")}

WRITES: Mapping[str, set[tuple[str, str]]] = {
    "accounts.renew": OUT | TRAIL | {("one_time_codes", "used_at"), ("accounts", "secret_hash")},
    "cohorts.move": TRAIL | {("roles_held", "cohort_id"), ("roles_held", "since")},
    "cohorts.give_post": TRAIL | {("roles_held", "post")},
    "cohorts.suspend": TRAIL | OUT | {("accounts", "suspended_on"), ("one_time_codes", "used_at")},
    "cohorts.resume": TRAIL | {("accounts", "suspended_on")},
    "cohorts.merge": TRAIL
    | OUT
    | GONE
    | {("rule_standings", "*"), ("roles_held", "*"), ("one_time_codes", "used_at")},
    "cohorts.way_back": TRAIL | {("one_time_codes", "*"), ("one_time_codes", "used_at")},
    "cohorts.undo_import": TRAIL
    | {("people_imports", "undone_at")}
    | {(name, "*") for name in ("accounts", "imported_people", "one_time_codes", "roles_held")},
    "messages.send": TRAIL | {("messages", "*"), ("message_copies", "*")},
    "messages.read": {("message_copies", "read_on")},
    "messages.wish_letters": {("letter_wishes", "*")},
    "messages.end_letters": {("letter_wishes", "*"), ("letters_due", "*")},
    "signoffs.sign": SIGNED,
    "signoffs.second": SIGNED,
    "signoffs.withdraw": TRAIL | {("signoff_events", "*")},
    "signoffs.add_form": TRAIL | {("filled_forms", "*")},
    "signoffs.sign_group": SIGNED,
    "signoffs.print_sheets": TRAIL | {("paper_sheets", "*")},
    "signoffs.read_strip": SIGNED,
    "signoffs.calibrate": TRAIL,  # the same agreement again
    "signoffs.accredit": TRAIL | {("accreditations", "*")},
    "signoffs.take_events": SIGNED,
    "joint.plan": TRAIL | {("joint_sessions", "*")},
    "joint.change_post": TRAIL
    | {("joint_sessions", name) for name in ("language", "place", "seats", "starts_on")}
    | {("joint_sessions", "starts_time"), ("joint_sessions", "co_held")},
    "joint.hand_out": {("joint_cards", "*")},
    "joint.give_back": {("joint_cards", "returned")},
    "joint.cancel": TRAIL | {("joint_sessions", "state")},
    "joint.conduct": {("joint_events", "*"), ("joint_sessions", "number")},
    "joint.count_heads": {("joint_heads", "*")},
    "joint.use_card": {("joint_cards", "joined")},
    "joint.seat": set(),  # taken already
    "joint.answer": {("joint_votes", "*")},
    "joint.present": {("joint_cards", "present")},
    "joint.receipt": {("joint_cards", "receipt_given")},
    "joint.say": {("joint_cards", "feedback_given"), ("joint_feedback", "*")},
    "joint.go": set(),
    # Of a receipt nothing stays but that it was used, and that somebody has one more.
    "joint.redeem_post": {("spent_receipts", "*"), ("joint_attendances", "*")},
}
PROMISED = {
    "certification.take_back_change": "take-back-change",
    "assessment.grant": "grant-allowance",
    "assessment.clear_repair": "clear-repair",
    "assessment.reopen": "reopen-attempt",
    "assessment.hand_in": "hand-in-answers",
    "assessment.take_in": "take-in-answers",
    "assessment.refuse_file": "refuse-answers",
    "assessment.mark_essay": "mark-essay",
    "cohorts.move": "move",
    "cohorts.give_post": "give-post",
    "cohorts.suspend": "suspend",
    "cohorts.resume": "resume",
    "cohorts.merge": "merge",
    "cohorts.way_back": "issue-reset",
    "cohorts.undo_import": "undo-import",
    "messages.send": "message",
    "signoffs.sign": "sign-off",
    "signoffs.second": "sign-off",
    "signoffs.withdraw": "sign-off",
    "signoffs.add_form": "keep-form",
    "signoffs.sign_group": "sign-off",
    "signoffs.print_sheets": "print-sheets",
    "signoffs.read_strip": "sign-off",
    "signoffs.calibrate": "calibrate",
    "signoffs.accredit": "accredit",
    "signoffs.take_events": "sign-off",
    "joint.plan": "plan-session",
    "joint.change_post": "change-session",
    "joint.cancel": "cancel-session",
}
_NORTH, _SOUTH = "/cohorts/<North one>", "/cohorts/<South one>"
_AIDA, _ERIK = f"{_NORTH}/people/<aida>", f"{_SOUTH}/people/<erik>"
_SHEET, _OTHERS = f"{_NORTH}/sheets/<sheet of aida>", f"{_NORTH}/sheets/<waiting of aida>"
_ANNOUNCED = "/law-changes/announced/<change of the law>"
# endpoint, who, where, answer
REFUSED = (
    ("certification.take_back_change", "zhan", f"{_ANNOUNCED}/take-back", 404),
    ("certification.take_back_change", "tamara", f"{_ANNOUNCED}/take-back", 403),
    ("joint.plan", "aida", "/sessions/new", 403),
    ("joint.change_post", "vera", "/sessions/<session of North>/change", 404),
    ("joint.cancel", "vera", "/sessions/<session of North>/cancel", 404),
    ("cohorts.move", "tamara", f"{_AIDA}/move", 403),
    ("cohorts.move", "kairat", f"{_AIDA}/move", 404),
    ("cohorts.give_post", "aida", "/cohorts/<Members 17>/people/<oleg>/post", 403),
    ("cohorts.give_post", "tamara", "/cohorts/<Members 17>/people/<oleg>/post", 404),
    ("cohorts.suspend", "tamara", f"{_AIDA}/suspend", 403),
    ("cohorts.suspend", "kairat", f"{_ERIK}/suspend", 404),
    ("cohorts.resume", "tamara", f"{_AIDA}/resume", 403),
    ("cohorts.resume", "kairat", f"{_ERIK}/resume", 404),
    ("cohorts.merge", "tamara", f"{_AIDA}/merge", 403),
    ("cohorts.merge", "kairat", f"{_AIDA}/merge", 404),
    ("cohorts.way_back", "aida", f"{_AIDA}/way-back", 403),
    ("cohorts.way_back", "tamara", f"{_ERIK}/way-back", 404),
    ("cohorts.undo_import", "tamara", f"{_SOUTH}/imports/<import of South one>/undo", 404),
    ("messages.send", "tamara", f"{_NORTH}/messages", 422),
    ("messages.send", "tamara", f"{_SOUTH}/messages", 404),
    ("signoffs.sign", "tamara", f"{_NORTH}/practical/showing/<aida>", 422),
    ("signoffs.sign", "aida", f"{_NORTH}/practical/showing/<aida>", 403),
    ("signoffs.second", "timur", f"{_OTHERS}/second", 404),
    ("signoffs.withdraw", "tamara", f"{_OTHERS}/withdraw", 403),
    ("signoffs.withdraw", "timur", f"{_SHEET}/withdraw", 404),
    ("signoffs.add_form", "timur", f"{_SHEET}/form", 404),
    ("signoffs.sign_group", "tamara", f"{_NORTH}/practical/showing/group", 422),
    ("signoffs.print_sheets", "tamara", f"{_SOUTH}/practical/showing/paper", 404),
    ("signoffs.read_strip", "tamara", f"{_NORTH}/practical/read-back", 422),
    ("signoffs.calibrate", "tamara", "/assessing/showing", 422),
    ("signoffs.accredit", "tamara", f"{_NORTH}/trainers/<tamara>/accredit", 403),
    ("signoffs.accredit", "kairat", f"{_NORTH}/trainers/<saule>/accredit", 404),
    ("signoffs.take_events", "tamara", "/sheets/events", 422),
)


def a_page() -> io.BytesIO:
    """A photograph of a filled form."""
    kept = io.BytesIO()
    Image.new("RGB", (24, 32), "white").save(kept, "PNG")
    kept.seek(0)
    return kept
