"""Secrets people sign in with: hashing, and how strong one must be.

Everybody's secret is hashed with the same parameters, so that the time a refusal takes does not
tell a trainer's login from a trainee's or from one that does not exist (docs/decisions/004).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from lms.web.turns import step_aside

T = TypeVar("T")

LEAST_LENGTH = 12
MOST_LENGTH = 200
LEAST_LETTERS = 4  # beside the words that are tried first
# 19 MiB, two passes, one lane: about 40 ms of one core.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A code has fifty random bits and lives three days: one pass over 1 MiB (1 ms) already makes
# guessing it from a stolen table cost tens of thousands of core-years, and three hundred codes
# take a moment.
_code_hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
# One thread of each process hashes, so that its 19 MiB are taken once and used again: a rush of
# sign-ins takes no more memory than one, and nobody waits while fresh pages are handed out.
_hashing: dict[int, ThreadPoolExecutor] = {}  # by process: threads do not follow a fork
_nobody: dict[str, str] = {}

# Words an attacker tries first here; the same word typed on a Latin keyboard counts as well.
_COMMON = frozenset(
    [
        "password",
        "qwerty",
        "qwertyuiop",
        "123456",
        "1234567890",
        "111111",
        "letmein",
        "iloveyou",
        "welcome",
        "admin",
        "observer",
        "election",
        "elections",
        "saylau",
        "sailau",
        "kazakhstan",
        "qazaqstan",
        "almaty",
        "astana",
        "shymkent",
        "erkindik",
        "qanaty",
        "пароль",
        "йцукен",
        "выборы",
        "наблюдатель",
        "казахстан",
        "қазақстан",
        "алматы",
        "астана",
        "сайлау",
        "байқаушы",
        "құпиясөз",
    ]
)
_ЙЦУКЕН = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
# On both keyboards, the longest first: what is inside another word is taken out with it.
_TRIED_FIRST = sorted(_COMMON | {w.translate(_ЙЦУКЕН) for w in _COMMON}, key=len, reverse=True)


def normal(secret: str) -> str:
    """The same secret whatever keyboard composed it: NFKC, outer spaces dropped."""
    return unicodedata.normalize("NFKC", secret).strip()


def hash_secret(secret: str) -> str:
    return _in_turn(lambda: _hasher.hash(normal(secret)))


def hash_code(secret: str) -> str:
    """Argon2id, as for every stored secret (security C-44), at the price a code needs."""
    return _code_hasher.hash(secret)


def matches(stored: str | None, secret: str) -> bool:
    """Whether the secret is the stored one. Takes the same work when there is none stored."""
    return _in_turn(lambda: _verify(_hasher, "secret", stored, normal(secret)))


def _in_turn(work: Callable[[], T]) -> T:
    step_aside()  # nobody's answer waits for this
    process = os.getpid()
    found = _hashing.get(process)
    if found is None:
        found = _hashing.setdefault(process, ThreadPoolExecutor(1, "hashing"))
    return found.submit(work).result()


def code_matches(stored: str | None, secret: str) -> bool:
    """The same for a code."""
    return _verify(_code_hasher, "code", stored, secret)


def _verify(hasher: PasswordHasher, kind: str, stored: str | None, secret: str) -> bool:
    if kind not in _nobody:
        _nobody[kind] = hasher.hash("a secret that nobody has, to spend the same time on")
    try:
        return hasher.verify(stored or _nobody[kind], secret) and stored is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def weakness(secret: str, login: str) -> str | None:
    """Why a chosen secret is too weak: ``short``, ``long``, ``repeats``, ``common``, ``login``.

    No rule of composition, only length and the words that are tried first. Source: security C-50.
    """
    text = normal(secret).casefold()
    if len(text) < LEAST_LENGTH:
        return "short"
    if len(text) > MOST_LENGTH:
        return "long"
    if len(set(text)) < 5:
        return "repeats"
    if _is_common(text):
        return "common"
    if login and login.casefold() in text:
        return "login"
    return None


def _is_common(text: str) -> bool:
    """Whether nothing much is left without the words tried first, figures and signs."""
    for word in _TRIED_FIRST:
        text = text.replace(word, "")
    return sum(letter.isalpha() for letter in text) < LEAST_LETTERS
