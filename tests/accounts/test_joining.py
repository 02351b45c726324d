"""Joining with a code: its whole life, what it gives, and that it cannot be guessed.

Source: security C-40, C-43 to C-45, C-50.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms import db
from lms.accounts import actions, codes, secrets, views
from lms.accounts.codes import ALPHABET, Code, new_code, read_code
from lms.accounts.models import Account, OneTimeCode, RoleHeld
from lms.domain.errors import NotYours, TooLate
from lms.domain.folding import skeleton
from lms.domain.permissions import Role
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

NONCES = r'name="(csrf_token|client_key)" value="[^"]*"'
OWN = "a-long-enough-one"


@pytest.fixture
def code(app: Flask, world: World, now: Moment) -> str:
    """An invitation to learn in North one."""
    return invitation(app, world, now)


def invitation(app: Flask, world: World, now: Moment, role: Role = Role.TRAINEE) -> str:
    place = world.place("North one") if role is not Role.ADMIN else None
    with app.app_context(), db.transaction() as session:
        return str(actions.invite(session, role=role, place=place, issuer=None, now=now.at))


def some_code() -> Code:
    """One that looks like an invitation and is none."""
    return new_code(set().__contains__)


def with_code(page: Page, code: str, status: int = 200) -> Page:
    return page.get("/join").submit("/join", {"code": code}, status=status)


def refusal(app: Flask, code: str) -> str:
    page = with_code(Page(app.test_client()), code, status=422)
    return re.sub(NONCES, "", page.html).replace(code, "…")


def row_of(app: Flask, code: str) -> OneTimeCode:
    with app.app_context():
        found = read_code(code)
        assert found
        return db.session().get_one(OneTimeCode, found.selector)


# --- its life ------------------------------------------------------------------------------------


def test_a_code_makes_an_account_in_its_cohort_and_is_burnt(
    app: Flask, world: World, now: Moment, code: str, page: Page
) -> None:
    with_code(page, code).submit("/join/account", {"login": "zere", "choice": "given"})
    assert page.get("/my/").path == "/my/"
    with app.app_context():
        account = db.session().scalars(sa.select(Account).where(_is("zere"))).one()
        assert [(h.role, h.cohort_id) for h in account.held] == [
            (Role.TRAINEE, world.ids["North one"])
        ]
        assert account.name_sealed is None
    assert row_of(app, code).used_at == now.at


def _is(login: str) -> sa.ColumnElement[bool]:
    return Account.login_skeleton == skeleton(login)


def test_the_given_passphrase_is_shown_once_and_opens_the_account(
    app: Flask, world: World, code: str, page: Page
) -> None:
    with_code(page, code).submit("/join/account", {"login": "zere", "choice": "given"})
    found = re.search(r"[a-z]{4}(-[a-z]{4}){4}", page.text)
    assert found
    other = Page(app.test_client()).sign_in("zere", found.group())
    assert other.get("/account").answer.status_code == 200


def test_ones_own_passphrase_may_be_chosen_instead(
    app: Flask, world: World, code: str, page: Page
) -> None:
    with_code(page, code).submit("/join/account", {"login": "zere", "choice": "own", "secret": OWN})
    Page(app.test_client()).sign_in("zere", OWN).get("/account")


@pytest.mark.parametrize("typed", ["lower", "spaced", "cyrillic", "without dashes"])
def test_a_code_is_read_however_it_is_copied_from_paper(
    typed: str, world: World, code: str, page: Page
) -> None:
    ways = {
        "lower": code.lower(),
        "spaced": f" {code.replace('-', ' – ')} ",
        "cyrillic": code.translate(str.maketrans("ABEKMHPCTX", "АВЕКМНРСТХ")),
        "without dashes": code.replace("-", ""),
    }
    with_code(page, ways[typed])
    assert page.sheet.forms[0]["action"] == "/join/account"


def test_unknown_used_expired_and_mistyped_codes_are_answered_alike(
    app: Flask, world: World, now: Moment, page: Page
) -> None:
    used, over = invitation(app, world, now), invitation(app, world, now)
    with_code(page, used).submit("/join/account", {"login": "zere"})
    selector = some_code()
    wrong = Code(used[:4], selector.secret)  # a good selector with another secret
    now.move(hours=72)
    answers = {
        "unknown": refusal(app, str(some_code())),
        "used": refusal(app, used),
        "over": refusal(app, over),
        "wrong": refusal(app, str(wrong)),
        "mistyped": refusal(app, used[:-1] + ("0" if used[-1] != "0" else "1")),
        "no code": refusal(app, "hello"),
    }
    assert len(set(answers.values())) == 1


def test_every_code_costs_the_same_work(
    app: Flask, world: World, code: str, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []
    verify = secrets._verify

    def counted(hasher: object, kind: str, stored: str | None, secret: str) -> bool:
        work.append(kind)
        return verify(hasher, kind, stored, secret)  # type: ignore[arg-type]  # passed on as it is

    monkeypatch.setattr(secrets, "_verify", counted)
    for typed in (str(some_code()), "hello", code[:4] + str(some_code())[4:]):
        refusal(app, typed)
    assert work == ["code"] * 3


def test_a_code_lives_for_seventy_two_hours(
    app: Flask, world: World, now: Moment, code: str, page: Page
) -> None:
    now.move(hours=71, minutes=59)
    with_code(page, code)
    now.move(minutes=1)
    with_code(page, code, status=422)


def test_a_code_that_ran_out_while_the_login_was_chosen_is_refused(
    app: Flask, world: World, now: Moment, code: str, page: Page
) -> None:
    with_code(page, code)
    now.move(hours=72)
    page.submit("/join/account", {"login": "zere"}, status=409)
    assert "zere" in page.text


def test_a_used_code_opens_nothing_again(world: World, code: str, page: Page, app: Flask) -> None:
    with_code(page, code).submit("/join/account", {"login": "zere"})
    other = Page(app.test_client()).get("/join")
    other.post("/join/account", {"code": code, "login": "second"}, status=409)
    with app.app_context():
        assert db.session().scalars(sa.select(Account).where(_is("second"))).first() is None


def test_a_code_for_another_purpose_opens_no_account(
    app: Flask, world: World, code: str, page: Page
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(OneTimeCode, code[:4]).purpose = "way-back-in"
    with_code(page, code, status=422)


def test_a_code_is_kept_as_a_hash_only(app: Flask, world: World, code: str) -> None:
    row, read = row_of(app, code), read_code(code)
    assert read is not None
    assert row.secret_hash.startswith("$argon2id$")
    assert read.secret not in repr(vars(row))


def test_a_new_card_closes_the_codes_before_it(app: Flask, world: World, now: Moment) -> None:
    with app.app_context(), db.transaction() as session:
        account = world.person(session, "late", Role.TRAINEE, world.place("North one"))
        first = actions.invite(
            session,
            role=Role.TRAINEE,
            place=world.place("North one"),
            issuer=None,
            account_id=account,
            now=now.at,
        )
        actions.close_codes(session, account, now=now.at)
        assert actions.open_code(session, first, now=now.at) is None


# --- who may give one ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.TRAINER, Role.COORDINATOR, Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize("issuer", ["tamara", "kairat", "aida", "oleg", "asel", "arman"])
def test_nobody_on_the_web_invites_somebody_at_or_above_themselves(
    issuer: str, role: Role, app: Flask, world: World, now: Moment
) -> None:
    actor, place = world.actor(issuer), world.place("North one")
    with app.app_context(), db.transaction() as session, pytest.raises(NotYours):
        actions.invite(session, role=role, place=place, issuer=actor, now=now.at)


def test_a_trainer_invites_into_their_own_cohort_only(
    app: Flask, world: World, now: Moment
) -> None:
    actor = world.actor("tamara")
    for cohort in ("North two", "South one", "Members 17"):
        with app.app_context(), db.transaction() as session, pytest.raises(NotYours):
            actions.invite(
                session, role=Role.TRAINEE, place=world.place(cohort), issuer=actor, now=now.at
            )


def test_an_issuer_has_at_most_five_hundred_open_codes(
    app: Flask, world: World, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert actions.QUOTA == 500
    monkeypatch.setattr(actions, "QUOTA", 3)
    actor, place = world.actor("tamara"), world.place("North one")

    def invite() -> Code:
        with app.app_context(), db.transaction() as session:
            return actions.invite(session, role=Role.TRAINEE, place=place, issuer=actor, now=now.at)

    for _ in range(3):
        invite()
    with pytest.raises(TooLate):
        invite()
    now.move(hours=72)  # those that ran out are open no more
    invite()


# --- guessing ------------------------------------------------------------------------------------


def test_a_guess_stays_below_one_in_a_million_for_as_long_as_a_code_lives() -> None:
    """Even if every failed try could hit any of a thousand live codes. Source: security C-44."""
    tries = actions.CODES_PER_MINUTE * actions.INVITATION_LIFE / timedelta(minutes=1)
    assert tries * 1000 / len(ALPHABET) ** codes.SECRET < 1e-6


def test_a_hundred_wrong_codes_in_a_minute_make_everybody_wait_for_the_next(
    app: Flask, world: World, now: Moment, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert actions.CODES_PER_MINUTE == 100
    monkeypatch.setattr(actions, "CODES_PER_MINUTE", 5)
    for number in range(5):
        with_code(Page(app.test_client()), ("hello", str(some_code()))[number % 2], status=422)
    waiting = with_code(Page(app.test_client()), code, status=429)
    assert code in waiting.html  # what was typed stays
    now.move(minutes=1)
    with_code(Page(app.test_client()), code)


def test_codes_tried_at_the_second_door_are_counted_with_the_first(
    app: Flask, world: World, now: Moment, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "CODES_PER_MINUTE", 3)
    for _ in range(3):
        page = Page(app.test_client()).get("/join")
        page.post("/join/account", {"code": str(some_code()), "login": "zere"}, status=409)
    page = Page(app.test_client()).get("/join")
    page.post("/join/account", {"code": code, "login": "zere"}, status=429)


def test_a_code_is_drawn_again_while_its_first_part_is_somebody_elses() -> None:
    asked: list[str] = []
    code = new_code(lambda selector: asked.append(selector) or len(asked) < 3)
    assert code.selector == asked[2]
    assert len(asked) == 3


@given(st.integers(0, 14), st.sampled_from(ALPHABET))
def test_a_slip_of_the_pen_is_caught_by_the_check_character(place: int, letter: str) -> None:
    """All but one: a 0 and a Z before it stand for the same remainder; it is never a Z itself."""
    text = str(some_code()).replace("-", "")
    slipped = text[:place] + letter + text[place + 1 :]
    alike = place < 14 and {text[place], letter} <= {"0", "Z"}
    same = alike or letter == text[place]
    assert (read_code(slipped) is None) != same


# --- look-alikes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "login", ["aida", "AIDA", "аіdа", "aіda ", "áida", "a\u200bida", "ａｉｄａ", "αida"]
)
def test_a_login_that_looks_like_a_taken_one_is_taken(
    login: str, world: World, code: str, page: Page
) -> None:
    with_code(page, code).submit("/join/account", {"login": login}, status=422)
    assert "looks like it" in page.text
    assert page.sheet.forms[0]["action"] == "/join/account"


def test_a_refused_login_burns_no_code(world: World, code: str, page: Page) -> None:
    with_code(page, code).submit("/join/account", {"login": "aida"}, status=422)
    page.submit("/join/account", {"login": "zere"})
    assert page.get("/account").answer.status_code == 200


@given(st.text(min_size=1, max_size=12))
def test_a_look_alike_of_a_look_alike_is_one(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize("login", ["", "  ", "ab", "\u200b\u200b\u200b\u200b", "é́́"])
def test_a_login_of_fewer_than_three_letters_is_too_short(
    login: str, world: World, code: str, page: Page
) -> None:
    with_code(page, code).submit("/join/account", {"login": login}, status=422)


@pytest.mark.parametrize("login", ["ab\0cdef", "ab\x01cdef", "ab\u202ecdef", "ab\ncdef"])
def test_what_cannot_be_seen_is_no_part_of_a_login(
    login: str, app: Flask, world: World, code: str, page: Page
) -> None:
    with_code(page, code).submit("/join/account", {"login": login})
    with app.app_context():
        account = db.session().scalars(sa.select(Account).where(_is(login))).one()
        assert account.login is not None
        assert account.login.isprintable()


@pytest.mark.parametrize(
    "secret",
    [
        "elevensigns",
        "a" * 20,
        "password1234!",
        "қазақстан2026",
        "Казахстан-2026",
        "йцукенйцукен",
        "qwertyqwerty99",
        "gfhjkmgfhjkm",  # пароль, typed on a Latin keyboard, twice
        "739201846573",
        "zere-and-more",
    ],
)
def test_a_passphrase_that_is_tried_first_is_refused(
    secret: str, world: World, code: str, page: Page
) -> None:
    with_code(page, code).submit(
        "/join/account", {"login": "zere", "choice": "own", "secret": secret}, status=422
    )
    assert 'value="zere"' in page.html
    assert secret not in page.html


@pytest.mark.parametrize(
    "secret", ["бұл менің құпия сөзім", "bado-kite-lomu-resa-nivo", "my observer has a cat"]
)
def test_any_long_passphrase_of_ones_own_will_do(
    secret: str, world: World, code: str, page: Page, app: Flask
) -> None:
    with_code(page, code).submit(
        "/join/account", {"login": "zere", "choice": "own", "secret": secret}
    )
    Page(app.test_client()).sign_in("zere", secret).get("/account")


def test_a_role_above_trainee_comes_from_the_code_and_from_nothing_else(
    app: Flask, world: World, now: Moment, page: Page
) -> None:
    code = invitation(app, world, now, Role.TRAINER)
    with_code(page, code).submit(
        "/join/account", {"login": "zere", "role": "admin", "cohort_id": str(uuid.uuid4())}
    )
    with app.app_context():
        account = db.session().scalars(sa.select(Account).where(_is("zere"))).one()
        held = db.session().scalars(sa.select(RoleHeld).where(RoleHeld.account_id == account.id))
        assert [(h.role, h.cohort_id) for h in held] == [(Role.TRAINER, world.ids["North one"])]


def test_a_given_passphrase_never_contains_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["bado-zere-lomu-resa-nivo", "bado-kite-lomu-resa-nivo"])
    monkeypatch.setattr(views, "new_passphrase", lambda: next(drawn))
    assert views._passphrase_for("zere") == "bado-kite-lomu-resa-nivo"
