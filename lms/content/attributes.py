"""Attribute lists: ``{#id .class word key=value key="two words"}`` at the end of a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.heads import ID, is_date
from lms.content.problems import Report, did_you_mean, listed

_TOKEN = re.compile(r'\s*(?:([\w-]+)=(?:"([^"]*)"|([^\s"]+))|#(\S+)|\.(\S+)|([\w-]+))(?=\s|\Z)')


@dataclass
class Attributes:
    """What stands in one pair of braces. ``words`` are those without a value."""

    path: str
    line: int
    id: str | None
    classes: list[str]
    words: list[str]
    pairs: dict[str, str]

    def words_of(self, key: str) -> list[str]:
        """A value that is a list of ids separated by spaces."""
        return self.pairs.get(key, "").split()

    def known(
        self, report: Report, keys: list[str], words: list[str], classes: list[str], on: str
    ) -> None:
        """Report whatever is not among these."""
        written = [("key", k, keys) for k in self.pairs]
        written += [("word", w, words) for w in self.words]
        written += [("class", "." + c, ["." + k for k in classes]) for c in self.classes]
        everything = [k + "=" for k in keys] + words + ["." + c for c in classes]
        for kind, name, allowed in written:
            if name not in allowed:
                otherwise = f"known here: {listed(['#id', *everything])}"
                remedy = did_you_mean(name, [*keys, *words, *("." + c for c in classes)], otherwise)
                report.problem(self.path, self.line, f"unknown {kind} “{name}” {on}", remedy)

    def date(self, report: Report, key: str) -> str | None:
        value = self.pairs.get(key)
        if value is None or is_date(value):
            return value
        report.problem(
            self.path, self.line, f"“{key}” is “{value}”", "write a date like 2019-06-09"
        )
        return None

    def whole(self, report: Report, key: str, low: int, high: int) -> int | None:
        value = self.pairs.get(key)
        if value is None:
            return None
        if re.fullmatch(r"[0-9]{1,6}", value) and low <= int(value) <= high:
            return int(value)
        report.problem(
            self.path,
            self.line,
            f"“{key}” is “{value}”",
            f"write a whole number, {low} to {high}",
        )
        return None


def split_attributes(text: str, path: str, line: int, report: Report) -> tuple[str, Attributes]:
    """Take the attribute list off the end of a line: the words before it, and what it says.

    Braces that are not an attribute list stay words. Gaps (``{{…}}``) are not attributes.
    """
    text = text.rstrip()
    empty = Attributes(path, line, None, [], [], {})
    if not text.endswith("}") or text.endswith("}}"):
        return text, empty
    start = text.rfind("{")
    if start < 0:
        return text, empty
    found = read_attributes(text[start + 1 : -1], path, line, report)
    return text[:start].rstrip(), found


def read_attributes(inside: str, path: str, line: int, report: Report) -> Attributes:
    """Read what stands between the braces. Reports what it cannot read, and doubles."""
    found = Attributes(path, line, None, [], [], {})
    position = 0
    inside = inside.removeprefix(":").rstrip()
    while position < len(inside):
        token = _TOKEN.match(inside, position)
        if token is None:
            rest = inside[position:].strip()
            report.problem(
                path,
                line,
                f"attributes that cannot be read: {rest}",
                'write {#id word key=value key="two words"}',
            )
            break
        position = token.end()
        key, quoted, bare, id_, class_, word = token.groups()
        if key:
            if key in found.pairs:
                report.problem(path, line, f"“{key}=” is written twice", "keep one")
            found.pairs[key] = quoted if quoted is not None else bare
        elif id_:
            if found.id is not None:
                report.problem(path, line, f"two ids, #{found.id} and #{id_}", "keep one")
            elif not ID.match(id_):
                report.problem(
                    path,
                    line,
                    f"the id “{id_}” is not kebab-case",
                    "use small Latin letters, digits and hyphens",
                )
            found.id = id_
        elif class_:
            found.classes.append(class_)
        else:
            found.words.append(word)
    return found
