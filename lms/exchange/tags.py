"""What other programs keep as an id and as tags: our rules, level, kind of answer and clock.

``rule:protocol-copy``, ``level:2``, ``asks:action`` and ``clock:2019-06-09`` are ours; other tags
are named in a note and not kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lms.content.heads import ID, is_date
from lms.exchange.items import Item, Notes, Refused


def tags_of(item: Item) -> list[str]:
    """The tags that carry what other formats have no place for."""
    tags = [f"rule:{rule}" for rule in item.rules]
    tags += [f"level:{item.level}"] if item.level else []
    tags += [f"asks:{item.asks}"] if item.asks else []
    tags += [f"clock:{item.clock}"] if item.clock else []
    return tags


def tagged(item: Item, id_: str, tags: Iterable[str], notes: Notes) -> Item:
    """The item with what its id and its tags say."""
    rules: list[str] = []
    changes: dict[str, object] = {}
    for tag in tags:
        key, _, value = tag.strip().partition(":")
        if key == "rule" and ID.match(value):
            rules.append(value)
        elif key == "level" and value in ("1", "2", "3"):
            changes["level"] = int(value)
        elif key == "asks" and value == "action":
            changes["asks"] = value
        elif key == "clock" and is_date(value):
            changes["clock"] = value
        elif key in ("rule", "level", "asks", "clock"):
            raise Refused(f"the tag “{tag.strip()[:40]}” says nothing we know; mend or delete it")
        elif tag.strip():
            notes(f"the tag “{tag.strip()[:40]}” was left out")
    if id_ and not ID.match(id_):
        notes(f"the id “{id_[:40]}” is not kebab-case; another was made")
        id_ = ""
    return replace(item, id=id_, rules=tuple(dict.fromkeys(rules)), **changes)  # type: ignore[arg-type]
