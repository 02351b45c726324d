"""What native speakers said about a translation, block by block, and what follows for the file.

A decision is about a block in certain words, translated with certain words: it holds for these and
no others. An amendment holds for the words it puts in their place as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Verdict(StrEnum):
    APPROVED = "approved"
    AMENDED = "amended"


@dataclass(frozen=True)
class Decision:
    """One decision. ``pair`` names the block as it was read; ``result`` as it should read, the same
    for an approval. ``words`` are those of an amendment."""

    pair: str
    result: str
    verdict: Verdict
    words: str | None
    note: str
    reviewer: UUID
    at: datetime

    def amends(self, pair: str) -> bool:
        """Whether it puts other words into this block; not once they stand there."""
        return self.verdict is Verdict.AMENDED and self.pair == pair


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The last word on each block, by what names it. A later decision replaces an earlier one."""
    found: dict[str, Decision] = {}
    for decision in sorted(decisions, key=lambda one: one.at):
        found[decision.pair] = decision
        found[decision.result] = decision
    return found


@dataclass(frozen=True)
class Progress:
    """How far a file is read: blocks in all, approved, and amended."""

    total: int
    approved: int
    amended: int

    @property
    def left(self) -> int:
        return self.total - self.approved - self.amended

    @property
    def finished(self) -> bool:
        """Whether every block was decided. A file without blocks cannot be reviewed."""
        return self.total > 0 and self.left == 0


def progress(pairs: Sequence[str], decided: Mapping[str, Decision]) -> Progress:
    """How far the blocks named by ``pairs`` are read."""
    known = [decided[pair].amends(pair) for pair in pairs if pair in decided]
    return Progress(len(pairs), len(known) - sum(known), sum(known))


def amendments(pairs: Iterable[str], decided: Mapping[str, Decision]) -> dict[str, str]:
    """The words to put in the place of others, by what names the block."""
    found = {pair: decided[pair] for pair in pairs if pair in decided}
    return {pair: one.words or "" for pair, one in found.items() if one.amends(pair)}
