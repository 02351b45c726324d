"""Dealing roles: at random, both sides of a size, and everybody on the other side afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from lms.domain.joint.exercise import SIDES, Exercise, other_side


@dataclass(frozen=True)
class Player:
    """A card that is in the room, and the side that it was handed out by."""

    card: str
    home: str


def deal(
    exercise: Exercise,
    players: Sequence[Player],
    already: Mapping[str, str],
    random: Random,
    *,
    before: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """A role for every player who has none in ``already``; both map a card to a role's id.

    With ``before``, the roles of the first half, everybody plays the other side. Otherwise the two
    sides never differ by more than one beyond what ``already`` has, and where they are even a home
    side is spread over both. A role that so many at most play goes to whoever comes first.
    """
    side_of = {role.id: role.side for role in exercise.roles}
    homes = {player.card: player.home for player in players}
    sizes = Counter(side_of[role] for role in already.values())
    spread = Counter((homes.get(card), side_of[role]) for card, role in already.items())
    taken = Counter(already.values())
    waiting = [player for player in players if player.card not in already]
    random.shuffle(waiting)
    dealt: dict[str, str] = {}
    for player in waiting:
        if before is not None:
            side = other_side(side_of[before[player.card]])
        else:
            side = min(
                SIDES,
                key=lambda one: (sizes[one], spread[player.home, one], random.random()),
            )
        role = _role(exercise, side, taken)
        sizes[side] += 1
        spread[player.home, side] += 1
        taken[role] += 1
        dealt[player.card] = role
    return dealt


def _role(exercise: Exercise, side: str, taken: Mapping[str, int]) -> str:
    """The first role that still needs somebody, else one that takes everybody, in turn."""
    roles = exercise.roles_of(side)
    for role in roles:
        if role.most is not None and taken.get(role.id, 0) < role.most:
            return role.id
    open_to_all = [role.id for role in roles if role.most is None]
    return min(open_to_all, key=lambda role: taken.get(role, 0))
