"""Problems: what is wrong in a file, on which line, and what would be right.

A run collects every problem before it says anything, so that an author mends a file once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong. ``path`` is relative to the content root, ``line`` starts at 1."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.remedy}"


@dataclass
class Report:
    """Everything found in a run. Problems stop publishing, warnings do not."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def problem(self, path: str, line: int, what: str, remedy: str) -> None:
        self.problems.append(Problem(path, line, what, remedy))

    def warning(self, path: str, line: int, what: str, remedy: str) -> None:
        self.warnings.append(Problem(path, line, what, remedy))

    def softened(self) -> Report:
        """The same report, but what is a problem elsewhere becomes a warning here.

        Used for translations whose source has changed since: they are not shown anyway.
        """
        return Report(problems=self.warnings, warnings=self.warnings)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy that offers the nearest known word, or says ``otherwise`` when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean “{near[0]}”?" if near else otherwise


def listed(words: Iterable[str]) -> str:
    """Words joined for a sentence, in a stable order."""
    return ", ".join(sorted(words))
