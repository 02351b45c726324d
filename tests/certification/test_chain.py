"""Keys under a root: what it stands for is believed, what was stolen is not, and all agree."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from lms.certification import chain, keys, offline, root, tokens
from lms.certification.chain import Listed
from lms.certification.keys import NoKey
from lms.certification.signing import ALPHABET, NotGenuine, sign
from tests.certification import second_verifier as second
from tests.certification.builders import a_key, claims
from tests.conftest import Moment

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
COUNT = 10_000 if DEEP else 60
SEED = int(os.environ.get("LMS_SEED") or 20260301)
ROOT, KEY, STOLEN, STRANGER = a_key(3), a_key(1), a_key(2), a_key(9)
ROOTS = {ROOT.id: ROOT.public}
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = AT.date()
GENUINE = tokens.issue(claims(), STOLEN)


def a_list(**stated: Any) -> str:
    listed = {
        "number": 4,
        "keys": [
            Listed(KEY.public, DAY, DAY + timedelta(days=89)),
            Listed(
                STOLEN.public, DAY, DAY + timedelta(days=89), True, frozenset({chain.mark(GENUINE)})
            ),
        ],
        "root": ROOT,
    } | stated
    return chain.publish(listed["number"], AT, listed["keys"], listed["root"])


def accepted(token: str, listed: chain.KeyList) -> str:
    try:
        listed.must_accept(tokens.verify(token, listed.public))
    except NotGenuine as problem:
        return problem.reason
    return "accepted"


def test_a_list_says_what_was_signed() -> None:
    found = chain.verify(a_list(), ROOTS)
    assert (found.number, found.signed_at) == (4, AT)
    assert set(found.public) == {KEY.id, STOLEN.id}
    assert set(found.trusted) == {KEY.id}


@pytest.mark.parametrize(
    ("token", "word"),
    [
        (tokens.issue(claims(), KEY), "accepted"),
        (GENUINE, "accepted"),
        # A thief's, with the very claims of a genuine one but for the serial.
        (tokens.issue(claims(serial=bytes(16)), STOLEN), "withdrawn"),
        (tokens.issue(claims(), STRANGER), "key"),
        (tokens.issue(claims(issued_on=date(2025, 12, 1)), KEY), "accepted"),
        (tokens.issue(claims(issued_on=date(2025, 11, 30)), KEY), "days"),
        (tokens.issue(claims(issued_on=date(2026, 8, 27)), KEY), "accepted"),
        (tokens.issue(claims(issued_on=date(2026, 8, 28)), KEY), "days"),
    ],
)
def test_what_a_root_stands_for(token: str, word: str) -> None:
    assert accepted(token, chain.verify(a_list(), ROOTS)) == word


def test_every_small_change_of_a_list_is_refused() -> None:
    text, chance = a_list(), random.Random(SEED)
    for _ in range(1500):
        at = chance.randrange(len(text))
        bent = text[:at] + chance.choice(ALPHABET) + text[at + chance.randrange(2) :]
        if bent != text:
            with pytest.raises(NotGenuine):
                chain.verify(bent, ROOTS)
    with pytest.raises(NotGenuine):
        chain.verify(a_list(root=STRANGER), ROOTS)
    with pytest.raises(NotGenuine):  # signed by the root, but as something else
        chain.verify(sign("OBL1:", b"\xa0", ROOT).replace("OBL1:", "OBK1:"), ROOTS)


def test_lists_that_cannot_be_are_neither_made_nor_read() -> None:
    with pytest.raises(ValueError):
        a_list(number=0)
    with pytest.raises(ValueError):
        Listed(KEY.public, DAY, DAY - timedelta(days=1))
    with pytest.raises(ValueError):
        Listed(KEY.public, DAY, DAY, False, frozenset({bytes(12)}))
    with pytest.raises(ValueError):  # the root signs no certificates
        a_list(keys=[Listed(ROOT.public, DAY, DAY)])


# --- verifiers that share no code ----------------------------------------------------------------


def cases(count: int) -> Iterator[tuple[str, str, str]]:
    """(key list, token, what the product says), of every kind."""
    chance = random.Random(SEED)
    for _ in range(count):
        issued = DAY + timedelta(days=chance.randrange(-200, 400))
        found = claims(
            serial=chance.randbytes(16),
            issued_on=issued,
            valid_until=issued + timedelta(days=chance.randrange(400)),
        )
        token = tokens.issue(found, chance.choice((KEY, KEY, STOLEN, STOLEN, STRANGER)))
        first = DAY + timedelta(days=chance.randrange(-30, 30))
        marks = {chance.randbytes(12) for _ in range(chance.randrange(4))}
        if chance.random() < 0.5:
            marks.add(chain.mark(token))
        text = a_list(
            number=chance.randrange(1, 70_000),
            keys=[
                Listed(KEY.public, first, first + timedelta(days=chance.randrange(120))),
                Listed(STOLEN.public, first, first + timedelta(days=89), True, frozenset(marks)),
            ],
        )
        if chance.random() < 0.15:
            at = chance.randrange(5, len(text))
            text = text[:at] + chance.choice(ALPHABET) + text[at + 1 :]
        try:
            word = accepted(token, chain.verify(text, ROOTS))
        except NotGenuine:
            word = "no list"
        yield text, token, word


SCRIPT = """
async (given) => {
  const roots = verifier.keys([given.root]);
  const found = [];
  for (const [text, token] of given.cases) {
    let list;
    try {
      list = await verifier.keyList(text, roots);
    } catch (problem) {
      found.push(problem instanceof verifier.Refused ? "no list" : String(problem));
      continue;
    }
    try {
      verifier.mustAccept(await verifier.token(token, list.keys), list);
      found.push("accepted");
    } catch (problem) {
      found.push(problem instanceof verifier.Refused ? problem.message : String(problem));
    }
  }
  return found;
}
"""


def test_the_second_verifier_agrees_on_keys_under_a_root() -> None:
    theirs = {ROOT.id: ROOT.public.public_bytes_raw()}
    seen = set()
    for text, token, word in cases(COUNT):
        try:
            listed = second.verify_key_list(text, theirs)
            publics = {id_: entry[0] for id_, entry in listed["keys"].items()}
        except second.Refused:
            listed = None
        said = "no list"
        if listed is not None:
            try:
                said = second.accept(token, second.verify_token(token, publics), listed)
            except second.Refused:
                said = "key"
        assert said == word
        seen.add(word)
    assert seen == {"accepted", "withdrawn", "days", "key", "no list"}


def test_the_script_of_the_page_agrees_on_keys_under_a_root(tmp_path: Path) -> None:
    """In Node, whose Ed25519 is neither ours nor that of the second verifier."""
    names = ("sha.js", "verify.js")
    code = "\n".join((offline.FOLDER / name).read_text("utf-8") for name in names)
    program = tmp_path / "check.js"
    program.write_text(
        f"{code}\n({SCRIPT})(JSON.parse(require('fs').readFileSync(0, 'utf8')))"
        ".then((found) => console.log(JSON.stringify(found)));",
        "utf-8",
    )
    asked = list(cases(max(COUNT, 400)))
    given = {
        "root": ROOT.public.public_bytes_raw().hex(),
        "cases": [[text, token] for text, token, _word in asked],
    }
    done = subprocess.run(
        [compute_driver_executable()[0], str(program)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert json.loads(done.stdout) == [word for _text, _token, word in asked]


# --- shares --------------------------------------------------------------------------------------


def test_any_two_shares_make_the_root_however_they_were_typed() -> None:
    made, shares = root.new_root()
    for one, other in ((0, 1), (2, 0), (1, 2)):
        assert root.root_of([shares[one], shares[other]]).id == made.id
    typed = f"Share 1 of 3\n{shares[0].lower()}\n"
    wrapped = shares[1].replace("-", " ").replace("0", "o").replace("1", "l")
    wrapped = wrapped.replace("oBRl", "OBR1").replace("OBRl", "OBR1")
    assert root.root_of([typed, wrapped]).id == made.id


def test_shares_that_do_not_belong_together_are_named_and_never_shown() -> None:
    (_made, mine), (_other, theirs) = root.new_root(), root.new_root()
    bent = mine[0][:-1] + ("0" if mine[0][-1] != "0" else "2")
    for shares, words in (
        ([mine[0], theirs[1]], "different roots"),
        ([mine[0], mine[0]], "Two different shares"),
        ([mine[0]], "Two different shares"),
        ([bent, mine[1]], "A sign of this share is wrong"),
        (["nothing", mine[1]], "no share"),
        ([mine[0] + "0", mine[1]], "no share"),
    ):
        with pytest.raises(root.NotAShare, match=words) as refused:
            root.root_of(shares)
        assert not any(piece in str(refused.value) for piece in mine[0].split("-"))


# --- the machine that issues ---------------------------------------------------------------------


def test_under_a_root_only_a_key_that_it_names_for_today_issues(
    tmp_path: Path, now: Moment
) -> None:
    made = [bytes.fromhex(keys.new_key(tmp_path, now() + timedelta(days=n))) for n in (0, 1)]
    publics = keys.public_ring(sorted(tmp_path.glob("*.pub")))
    first = [Listed(publics[made[0]], DAY, DAY + timedelta(days=89))]
    keys.install(tmp_path, chain.publish(1, AT, first, ROOT), ROOT.public)
    ring = keys.keyring(tmp_path)
    assert ring.must_issue().id == made[0]  # not the one made last
    assert set(ring.public) == {made[0]}
    now.move(days=90)
    with pytest.raises(NoKey, match="root"):
        keys.keyring(tmp_path).must_issue()
    both = [*first, Listed(publics[made[1]], now().date(), now().date())]
    keys.install(tmp_path, chain.publish(2, now(), both, ROOT), ROOT.public)
    assert keys.keyring(tmp_path).must_issue().id == made[1]
    assert set(keys.keyring(tmp_path).public) == set(made)
    with pytest.raises(NoKey, match="older"):
        keys.install(tmp_path, chain.publish(1, AT, first, ROOT), ROOT.public)
    with pytest.raises(NoKey, match="another root"):
        keys.install(tmp_path, chain.publish(3, AT, first, STRANGER), STRANGER.public)
    with pytest.raises(NoKey, match="not signed"):
        keys.install(tmp_path, chain.publish(3, AT, first, STRANGER), ROOT.public)
