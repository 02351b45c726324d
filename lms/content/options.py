"""The options of a ``///`` block, asked for by name."""

from __future__ import annotations

from collections.abc import Collection

from lms.content.blocks import Block, Option
from lms.content.heads import ID, Word, is_date
from lms.content.problems import Report, did_you_mean, listed


class Options:
    """Reads the options of one block. What was not asked for is unknown.

    ``sources_own`` names the options that only the source file may write: in a translation they
    are refused by name.
    """

    def __init__(
        self, block: Block, report: Report, sources_own: Collection[str] = (), many: str = ""
    ) -> None:
        self.block = block
        self.report = report
        self._asked: set[str] = set()
        self._options: dict[str, list[Option]] = {}
        self._sources_own = sources_own
        for option in block.options:
            before = self._options.setdefault(option.key, [])
            if before and option.key != many:
                self._problem(
                    option.line,
                    f"“{option.key}” again (first on line {before[0].line})",
                    "keep one",
                )
            before.append(option)

    def _problem(self, line: int, what: str, remedy: str) -> None:
        self.report.problem(self.block.path, line, what, remedy)

    def all(self, key: str) -> list[Option]:
        """Every option of this name that has a value."""
        self._asked.add(key)
        found = []
        for option in self._options.get(key, []):
            if option.value:
                found.append(option)
            else:
                self._problem(
                    option.line, f"“{key}” is empty", "write its value, or delete the line"
                )
        return found

    def one(self, key: str, *, required: bool = False) -> Option | None:
        found = self.all(key)
        if not found and required and not self._options.get(key):
            self._problem(
                self.block.line,
                f"this {self.block.kind} has no “{key}”",
                f"write {key}: and a value, indented by four spaces under the opening",
            )
        return found[0] if found else None

    def ids(self, key: str) -> list[Word]:
        option = self.one(key)
        found = []
        for word in option.value.replace(",", " ").split() if option else []:
            if ID.match(word):
                found.append(Word(word, option.line if option else 0))
            elif option:
                self._problem(option.line, f"“{word}” is not an id", "write it as kebab-case")
        return found

    def flag(self, key: str) -> bool:
        option = self.one(key)
        if option is not None and option.value not in ("true", "false"):
            self._problem(option.line, f"“{key}” is “{option.value}”", "write true or false")
        return option is not None and option.value == "true"

    def date(self, key: str) -> str | None:
        option = self.one(key)
        if option is None:
            return None
        if is_date(option.value):
            return option.value
        self._problem(option.line, f"“{key}” is “{option.value}”", "write a date like 2019-06-09")
        return None

    def finish(self) -> None:
        """Report every option that was not asked for."""
        for key, options in self._options.items():
            if key in self._asked:
                continue
            if key in self._sources_own:
                self._problem(
                    options[0].line,
                    f"“{key}” in a translation",
                    "delete it: it is written in the source file alone",
                )
                continue
            known = listed(self._asked) or "none"
            self._problem(
                options[0].line,
                f"unknown option “{key}” of a {self.block.kind}",
                did_you_mean(key, self._asked, f"known here: {known}"),
            )
