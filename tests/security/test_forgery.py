"""What another site, an old page or a strange address can make a browser send here.

Source: security C-24, C-36, C-37; the pages of refusals are described in style.
"""

from __future__ import annotations

import re
from itertools import product
from urllib.parse import urlsplit

import pytest
from flask import Flask

from lms.accounts import forms
from lms.web.errors import NEVER_KEPT
from lms.web.forms import Form as Ours
from lms.web.redirects import own_path
from tests.security.forms import FORMS, WITHOUT_TOKEN, Form, Sender, encoded
from tests.security.seeding import ANONYMOUS, Seeded, changed, rows_of

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

UNSAFE = [form for form in FORMS if form.endpoint not in WITHOUT_TOKEN]
ELSEWHERE = (
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null", "Sec-Fetch-Site": "same-site"},
    {"Referer": "https://evil.example/http://localhost/"},
    {"Referer": "http://evil@localhost.evil.example/"},
)
OURS = (
    {},
    {"Origin": "http://localhost"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null"},
    {"Referer": "http://localhost/my/"},
)


def wrong_tokens(seeded: Seeded, form: Form) -> list[str]:
    """No token, an invented one, a broken one of one's own, and good ones of other people."""
    mine = seeded.tokens[form.login]
    others = [seeded.tokens[login] for login in ("bota", "arman") if login != form.login]
    middle = len(mine) - 10  # in the signature; the last letter of one has bits that say nothing
    broken = mine[:middle] + ("x" if mine[middle] != "x" else "y") + mine[middle + 1 :]
    return ["", "1234", broken, mine.upper(), *others]


def test_a_form_without_the_persons_own_token_changes_nothing(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    for form in UNSAFE:
        sender = Sender(seeded, form, "en")
        for token in wrong_tokens(seeded, form):
            answer = sender.post(token=token)
            assert answer.status_code == 400, (form.address, token)
            assert "Set-Cookie" not in answer.headers
        in_the_address = seeded.client(form.login).post(
            f"{sender.address}?csrf_token={seeded.tokens[form.login]}",
            data=encoded(sender.fields.items()),
            content_type="application/x-www-form-urlencoded",
        )
        assert in_the_address.status_code == 400, form.address
    assert changed(before, rows_of(seeded.app)) == {("trail", "*")}  # the refusals


def test_a_form_from_another_site_changes_nothing_even_with_the_token(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    for form in FORMS:
        for headers in ELSEWHERE:
            answer = Sender(seeded, form, "en").post(headers=headers)
            assert answer.status_code == 400, (form.address, headers)
    assert changed(before, rows_of(seeded.app)) == {("trail", "*")}


def test_a_form_of_our_own_is_taken_from_every_kind_of_browser(seeded: Seeded) -> None:
    form = next(f for f in FORMS if f.endpoint == "learning.answer_check")
    for headers in OURS:
        assert Sender(seeded, form, "en").post(headers=headers).status_code == 303, headers


def test_a_refused_request_of_another_site_signs_nobody_out(seeded: Seeded) -> None:
    """It comes without the person's cookie; an empty one in the answer would replace theirs."""
    client = seeded.app.test_client()
    answer = client.post("/my/pledge", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


def test_what_another_site_typed_is_not_offered_to_be_sent(seeded: Seeded) -> None:
    """One click on it would make it this person's own deed."""
    form = next(f for f in FORMS if f.endpoint == "certification.certify_post")
    sender = Sender(seeded, form, "en")
    forged = [("name", "Forged Name"), ("purpose", "training"), ("language", "en")]
    for headers in ELSEWHERE:
        page = sender.post(forged, headers=headers).get_data(as_text=True)
        assert "Forged Name" not in page
    page = sender.post(forged, token="").get_data(as_text=True)
    assert "Forged Name" in page  # to be copied
    assert "Send it again" not in page


def test_no_passphrase_is_ever_given_back(app: Flask) -> None:
    """Also not by the page that gives back what was typed into any form."""
    with app.test_request_context():
        declared = [
            field.name
            for kind in vars(forms).values()
            if isinstance(kind, type) and issubclass(kind, Ours) and kind is not Ours
            for field in kind()
            if field.type == "PasswordField"
        ]
    assert len(declared) >= 4
    assert set(declared) <= NEVER_KEPT


def test_what_was_typed_on_a_page_that_stood_open_too_long_can_be_sent_again(
    seeded: Seeded,
) -> None:
    sender = Sender(seeded, next(f for f in FORMS if "q-text" in f.address), "en")
    answer = sender.post(token="", headers={"Origin": "http://localhost"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Send it again" in page
    fields = dict(re.findall(r'name="([\w-]+)"[^>]*?(?:value="([^"]*)"|>\n)', page))
    assert "csrf_token" in fields
    assert "protocol" in page


# --- where a form may lead -----------------------------------------------------------------------

STARTS = ("//", "/\\", "\\\\", "\\/", "///", "/ /", "/\t/", "/\n/", "/\r/", " //", "\t//", "\x00//")
SCHEMES = ("http:", "https:", "HTTPS://", "javascript:", "data:", "ftp://", "//", "http:/\\")
TARGETS = ("evil.example", "evil.example/my/", "localhost@evil.example", "evil.example:80", "[::1]")
PREFIXES = ("", " ", "\t", "\n", "\x0b", "\u00a0", "\u2028", "%0a", "\ufeff")
PAYLOADS = sorted(
    {p + s + t for p, s, t in product(PREFIXES, (*STARTS, *SCHEMES), TARGETS)}
    | {"javascript:alert(1)", "my/", "../my/", "./", "?next=//evil", "#//evil", "", " ", "/" * 600}
    | {f"/my/{bad}" for bad in ("\\evil", "\x00", "\x7f", "\n", "a b")}
)


def leads_elsewhere(target: str) -> bool:
    """As the standard of browsers reads it: tabs and line ends vanish, a backslash is a slash."""
    seen = re.sub(r"[\t\r\n]", "", target).strip("".join(map(chr, range(33)))).replace("\\", "/")
    return not seen.startswith("/") or seen.startswith("//")


def test_no_wish_leads_to_another_site() -> None:
    assert len(PAYLOADS) >= 800
    for wanted in PAYLOADS:
        found = own_path(wanted, "/otherwise")
        assert not leads_elsewhere(found), wanted
        assert not urlsplit(found).netloc, wanted
        assert not urlsplit(found).scheme, wanted


@pytest.mark.parametrize("wanted", ["/", "/my/", "/cohorts/?sort=-weak", "/courses/a/b#rule-c"])
def test_a_path_of_our_own_is_followed(wanted: str) -> None:
    assert own_path(wanted, "/otherwise") == wanted


def test_neither_signing_in_nor_a_language_leads_to_another_site(seeded: Seeded) -> None:
    client = seeded.client(ANONYMOUS)
    for wanted in PAYLOADS[:: len(PAYLOADS) // 60]:
        fields = {"csrf_token": seeded.tokens[ANONYMOUS], "next": wanted}
        answer = client.post("/languages/kk", data=fields)
        assert answer.status_code == 303
        assert not leads_elsewhere(answer.headers["Location"]), wanted
        shown = client.get("/sign-in", query_string={"next": wanted}).get_data(as_text=True)
        assert "evil" not in shown, wanted
    for wanted in ("//evil.example", "/\\evil.example", "https://evil.example"):
        answer = seeded.client(ANONYMOUS).post(
            "/sign-in",
            data={
                "csrf_token": seeded.tokens[ANONYMOUS],
                "login": "aida",
                "secret": seeded.secret,
                "next": wanted,
            },
        )
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/my/"


def test_a_deed_asked_for_by_a_stranger_is_not_done_after_signing_in(seeded: Seeded) -> None:
    fields = {"csrf_token": seeded.tokens[ANONYMOUS]}
    answer = seeded.client(ANONYMOUS).post("/my/pledge", data=fields)
    assert answer.headers["Location"] == "/sign-in"


# --- who we are ----------------------------------------------------------------------------------

HOSTS = (
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "evil.example#localhost",
    "localhost@evil.example",
    "localhost:80@evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "[::2]",
    "localhost, evil.example",
    "localhost/evil.example",
    "locаlhost",  # with a Cyrillic letter
    "x" * 300,
    "локалхост",
    "",
)


@pytest.mark.parametrize("host", HOSTS)
def test_an_address_that_is_not_ours_is_refused(host: str, app: Flask) -> None:
    raw = host.encode("utf-8").decode("latin-1")
    for path in ("/", "/sign-in", "/verify", "/healthz", "/absent"):
        answer = app.test_client().get(path, environ_overrides={"HTTP_HOST": raw})
        assert answer.status_code == 400, path
        assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:1"])
def test_our_own_addresses_are_known(host: str, app: Flask) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


def test_what_a_proxy_says_is_not_believed_where_there_is_none(seeded: Seeded) -> None:
    """No hops are configured, so these headers come from whoever sends the request."""
    told = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "10.1.1.1",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/admin/",
        "X-Rewrite-URL": "/admin/",
    }
    for login, address in (
        (ANONYMOUS, "/"),
        ("tamara", "/cohorts/"),
        ("tamara", seeded.address("/certificates/<certificate of aida>")),
    ):
        answer = seeded.client(login).get(address, headers=told)
        assert answer.status_code == 200
        assert "evil.example" not in answer.get_data(as_text=True)
        assert "evil.example" not in str(answer.headers)


def test_a_script_that_asks_whether_its_form_was_kept_hears_no_when_signed_out(
    seeded: Seeded,
) -> None:
    fields = {"csrf_token": seeded.tokens[ANONYMOUS]}
    headers = {"X-Kept": "ask"}
    answer = seeded.client(ANONYMOUS).post("/my/pledge", data=fields, headers=headers)
    assert answer.status_code == 401
    assert "Location" not in answer.headers
