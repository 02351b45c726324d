"""Canaries in the key: nobody below those who mend questions is ever sent one before handing in.

The words stand in the feedback, the hints, the notes and the model texts of questions that lie on
open papers of the seeded world. Source: security C-72.
"""

from __future__ import annotations

import os
from html import unescape

import pytest

from tests.security.seeding import ANONYMOUS, Seeded
from tests.security.table import ROWS, SIGNED_IN

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

CANARIES = (
    "Never touch a ballot.",
    "A guess is no record.",
    "Then nobody saw it.",
    "Nobody sees it there.",
    "It belongs on the table.",
    "Look to the left.",
    "Ask the group who has seen this.",
    "At 21:40 the chair put the box",
    "hour and minute",
    "knockout",
    "Nothing happens there.",
    "That is not yours.",
)
# Pages for those who mend questions and mark texts: the key is what they are for.
WITH_THE_KEY = ("/questions/", "/essays/")


# Everybody in the deep tier; otherwise a trainee, an official and a trainer who also learns.
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
LOGINS = [ANONYMOUS, *SIGNED_IN.split()] if DEEP else ["aida", "oleg", "tamara"]


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_holds_a_key_before_handing_in(login: str, seeded: Seeded) -> None:
    client, looked_at = seeded.client(login), 0
    for row in ROWS:
        for pattern in row.reach:
            address = seeded.address(pattern)
            if row.method != "GET" or address.startswith(WITH_THE_KEY):
                continue
            answer = client.get(address)
            looked_at += 1
            found = unescape(answer.get_data().decode("utf-8", "replace"))
            assert not [word for word in CANARIES if word in found], (address, login)
    assert looked_at > 80
