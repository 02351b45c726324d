"""A browser without JavaScript. Every page it fetches is checked: status, title, one heading,
labels, unique ids, language, form tokens, and nothing inline that the content policy would block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NO_LABEL = {"hidden", "submit", "button"}


class Sheet(HTMLParser):
    """What a page is made of, as far as the tests ask."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings = 0
        self.lang = self.title = ""
        self.forms: list[dict[str, object]] = []
        self.loose: dict[str, list[tuple[str, str]]] = {}
        self.unlabelled: list[str] = []
        self.inline: list[str] = []
        self.links: list[str] = []
        self._labels: set[str] = set()
        self._fields: list[tuple[str, str, bool]] = []
        self._stack: list[str] = []
        self.signed_in = False
        self._in_title = False
        self._select: str | None = None
        self._area: str | None = None
        self._area_text = ""
        # Attributes without a space between them: browsers guess, other readers of pages do not.
        self.glued = re.findall(r'="[^"<>]*"[a-zA-Z][\w-]*=', html)
        self.feed(html)
        self.unlabelled = [
            name
            for ident, name, wrapped in self._fields
            if not wrapped and ident not in self._labels
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if "id" in a:
            self.ids.append(a["id"])
        self.inline += [f"{tag} {k}" for k in a if k.startswith("on") or k == "style"]
        if tag in ("html",):
            self.lang = a.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if tag == "title" and "svg" not in self._stack:
            self._in_title = True
        if tag == "script" and "src" not in a:
            self.inline.append("script")
        if tag == "style":
            self.inline.append("style")
        if tag == "a":
            self.links.append(a.get("href", ""))
        if tag == "label" and "for" in a:
            self._labels.add(a["for"])
        if tag == "form":
            self.forms.append(
                {
                    "action": a.get("action", ""),
                    "method": a.get("method", "get").lower(),
                    "fields": [],
                    "id": a.get("id", ""),
                }
            )
        if tag in ("input", "select", "textarea", "button"):
            self._control(tag, a)
        if tag == "option" and self._select is not None and "selected" in a:
            self._add(self._select, a.get("value", ""))
        if tag not in ("input", "meta", "link", "br", "img", "hr"):
            self._stack.append(tag)

    def _control(self, tag: str, a: dict[str, str]) -> None:
        kind = a.get("type", tag)
        if tag != "button" and kind not in NO_LABEL:
            wrapped = "label" in self._stack or "aria-label" in a or "aria-labelledby" in a
            self._fields.append((a.get("id", "?"), a.get("name", "?"), wrapped))
        self.signed_in |= a.get("formaction") == "/sign-out"
        name = a.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, self._area_text = name, ""
        elif (
            tag == "input"
            and name
            and kind not in ("submit", "file")
            and (kind not in ("radio", "checkbox") or "checked" in a)
        ):
            self._add(name, a.get("value", "on"))

    def _add(self, name: str, value: str) -> None:
        if self.forms and "form" in self._stack:
            self.forms[-1]["fields"].append((name, value))  # type: ignore[attr-defined]  # a list

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag == "select":
            self._select = None
        if tag == "textarea" and self._area is not None:
            self._add(self._area, self._area_text.removeprefix("\n"))
            self._area = None
        while self._stack and tag in self._stack:
            if self._stack.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._area is not None:
            self._area_text += data


class Page:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.answer: TestResponse
        self.html = ""
        self.sheet: Sheet

    def get(self, address: str, status: int = 200) -> Page:
        self._take(self.client.get(address, follow_redirects=True), status)
        return self

    def post(
        self, address: str, data: Mapping[str, object] | None = None, status: int = 200
    ) -> Page:
        """Post with the token of the page that is open; redirects are followed."""
        fields = {"csrf_token": self.token(), **(data or {})}
        self._take(self.client.post(address, data=fields, follow_redirects=True), status)
        return self

    def submit(
        self, action: str = "", data: Mapping[str, object] | None = None, status: int = 200
    ) -> Page:
        """Send the first form whose address contains ``action``: its fields as shown, with ``data``
        in their place. A list is a field that is sent several times."""
        form = next(
            f
            for f in self.sheet.forms
            if f["method"] == "post" and action in str(f["action"]) and f["id"] != "tools"
        )
        shown: dict[str, list[object]] = {}
        for name, value in form["fields"]:  # type: ignore[attr-defined]  # a list of pairs
            shown.setdefault(name, []).append(value)
        fields: dict[str, object] = {**shown, **(data or {})}
        target = str(form["action"]) or self.path
        self._take(self.client.post(target, data=fields, follow_redirects=True), status)
        return self

    def sign_in(self, login: str, secret: str) -> Page:
        return self.get("/sign-in").submit("/sign-in", {"login": login, "secret": secret})

    @property
    def path(self) -> str:
        return self.answer.request.path

    @property
    def text(self) -> str:
        """The words of the page, without its tags."""
        plain = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", self.html, flags=re.S)
        for entity, sign in (("&#39;", "'"), ("&#34;", '"'), ("&amp;", "&"), ("&lt;", "<")):
            plain = plain.replace(entity, sign)
        return re.sub(r"\s+", " ", plain)

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.html)
        if found is None:
            self.get("/sign-in") if not self.html else None
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.html)
        assert found, "no form token on this page"
        return found.group(1)

    def _take(self, answer: TestResponse, status: int) -> None:
        self.answer = answer
        assert answer.status_code == status, (
            f"{answer.request.path}: {answer.status_code}, not {status}"
        )
        if answer.mimetype != "text/html":
            return
        self.html = answer.get_data(as_text=True)
        self.sheet = Sheet(self.html)
        self.check()

    def check(self) -> None:
        """What is true of every page of the house."""
        check_sheet(self.sheet, self.answer.request.path)


def check_sheet(sheet: Sheet, where: str) -> None:
    """Refuse a page without a quiet title, one heading, labels, unique ids, a language, or a form
    token; and one with anything inline or from elsewhere.

    Asking about a certificate needs no token, nor does a stranger who chooses a language: whoever
    only looks keeps no cookie."""
    assert sheet.title.strip(), f"{where}: no title"
    gives_away = re.search(r"(?i)observ|наблюд|байқау|бақыла", sheet.title)
    assert not gives_away, f"{where}: a title that gives away"
    assert sheet.headings == 1, f"{where}: {sheet.headings} first headings"
    assert sheet.lang in ("en", "ru", "kk"), f"{where}: language {sheet.lang!r}"
    twice = {i for i in sheet.ids if sheet.ids.count(i) > 1}
    assert not twice, f"{where}: ids twice: {twice}"
    assert not sheet.unlabelled, f"{where}: no label for {sheet.unlabelled}"
    assert not sheet.glued, f"{where}: attributes run together: {sheet.glued}"
    assert not sheet.inline, f"{where}: inline {sheet.inline}"
    for form in sheet.forms:
        names = [name for name, _value in form["fields"]]  # type: ignore[attr-defined]  # pairs
        if form["method"] == "post":
            to = str(form["action"])
            spared = to == "/verify" or (to.startswith("/languages/") and not sheet.signed_in)
            assert spared or "csrf_token" in names, f"{where}: a form without a token"
        else:
            assert "csrf_token" not in names, f"{where}: a token in an address"
    foreign = [link for link in sheet.links if re.match(r"(?i)(https?:)?//", link)]
    assert not foreign, f"{where}: foreign addresses {foreign}"
