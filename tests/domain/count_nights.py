"""Two exercises and a fingerprint of their nights, for any Python: standard library only."""

from __future__ import annotations

import hashlib
import json

from lms.domain.counts.night import live
from lms.domain.counts.telling import as_document
from tests.domain.count_players import a_country, a_head

HEADS = (
    (a_head(), a_country()),
    (
        a_head(candidates=3, voters=(300, 500), ballots=(400, 700), phases=("count", "protocol")),
        a_country(marks="cross", against_all=True, signed=False),
    ),
)


def fingerprint(seeds: range) -> str:
    told = [as_document(live(head, country, seed)) for head, country in HEADS for seed in seeds]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
