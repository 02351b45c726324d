"""What repeats on a journey: the same forms, sent as a browser sends them, but no page is drawn.

A person answers each type of question by hand once; the twentieth of a type costs a browser as much
as the first and shows nothing that the first did not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urljoin

from playwright.sync_api import APIResponse, BrowserContext

from tests.page import Sheet, check_sheet

Field = tuple[str, str]  # its name and its value


class Plain:
    """The page on which somebody stands, with the cookies of their browser.

    ``path``: its address without the server's; ``html`` and ``sheet``: what it says.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._asked, self._address = context.request, address
        self.path = self.html = ""
        self.sheet = Sheet("")

    def get(self, path: str) -> Plain:
        self._take(self._asked.get(self._address + path))
        return self

    def submit(
        self, action: str, data: Mapping[str, str | Sequence[str]], *, having: Field | None = None
    ) -> Plain:
        """Send the form whose address ends with ``action``: its fields as shown, with ``data`` in
        their place. A list is a field that is sent several times. ``having``: a field by which
        it is told from other forms of that address."""
        for form in self.sheet.forms:
            fields: list[Field] = form["fields"]  # type: ignore[assignment]  # pairs
            fits = form["method"] == "post" and str(form["action"]).endswith(action)
            if fits and form["id"] != "tools" and (having is None or having in fields):
                break
        else:
            raise AssertionError(f"{self.path} has no form for {action} {having or ''}")
        shown: dict[str, list[str]] = {}
        for name, value in fields:
            shown.setdefault(name, []).append(value)
        target = urljoin(self._address + self.path, str(form["action"]))
        body = urlencode({**shown, **data}, doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._address}
        self._take(self._asked.post(target, data=body, headers=headers))
        return self

    def _take(self, answer: APIResponse) -> None:
        self.path = answer.url.removeprefix(self._address)
        assert answer.status == 200, (self.path, answer.status)
        self.html = answer.text()
        self.sheet = Sheet(self.html)
        check_sheet(self.sheet, self.path)
