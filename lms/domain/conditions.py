"""The conditions of a scenario: ``safety >= 1 and copy == none``, read once and evaluated often.

expression := all { "or" all };  all := term { "and" term }
term := "not" term | "(" expression ")" | value [ ("==" "!=" "<" "<=" ">" ">=") value ]
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = int | bool | str
Values = Mapping[str, Value]

LONGEST_CONDITION = 500
DEEPEST_CONDITION = 20

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[+-]?\d+)|(?P<word>[^\W\d][\w-]*)"
    r"|(?P<quoted>\"[^\"]*\"|'[^']*')|(?P<sign>==|!=|<=|>=|<|>|\(|\)))"
)
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class BadCondition(ValueError):
    """A condition that cannot be read; ``what`` is a sentence for its author."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def literal(text: str) -> Value:
    """The value an author means: ``true`` and ``false``, whole numbers, and otherwise a word."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else text


def _same(left: Value, right: Value) -> bool:
    # To Python True equals 1; to an author a flag that is true is not a count of one.
    return isinstance(left, bool) == isinstance(right, bool) and left == right


@dataclass(frozen=True)
class Name:
    """A meter, a flag or ``elapsed``, looked up when the condition is asked."""

    name: str

    def value(self, values: Values) -> Value:
        """What it stands at now."""
        return values[self.name]


@dataclass(frozen=True)
class Constant:
    """A value written in the condition itself."""

    constant: Value

    def value(self, values: Values) -> Value:  # noqa: ARG002 - the shape of Name.value
        """The written value."""
        return self.constant


Operand = Name | Constant


@dataclass(frozen=True)
class Compare:
    """Two values compared; an ordering of anything but numbers is false."""

    left: Operand
    sign: str
    right: Operand

    def holds(self, values: Values) -> bool:
        """Whether the comparison holds for these values."""
        left, right = self.left.value(values), self.right.value(values)
        if self.sign == "==":
            return _same(left, right)
        if self.sign == "!=":
            return not _same(left, right)
        numbers = type(left) is int and type(right) is int
        return numbers and _COMPARE[self.sign](int(left), int(right))


@dataclass(frozen=True)
class Truth:
    """A flag alone: true when the flag is."""

    flag: Operand

    def holds(self, values: Values) -> bool:
        """Whether the flag is true."""
        return self.flag.value(values) is True


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    condition: "Condition"

    def holds(self, values: Values) -> bool:
        """Whether the condition inside does not hold."""
        return not self.condition.holds(values)


@dataclass(frozen=True)
class Every:
    """Conditions joined by ``and``."""

    conditions: tuple["Condition", ...]

    def holds(self, values: Values) -> bool:
        """Whether all of them hold."""
        return all(condition.holds(values) for condition in self.conditions)


@dataclass(frozen=True)
class Some:
    """Conditions joined by ``or``."""

    conditions: tuple["Condition", ...]

    def holds(self, values: Values) -> bool:
        """Whether any of them holds."""
        return any(condition.holds(values) for condition in self.conditions)


Condition = Compare | Truth | Not | Every | Some


def comparisons(condition: Condition) -> tuple[Compare | Truth, ...]:
    """The smallest conditions that a condition is made of."""
    if isinstance(condition, Compare | Truth):
        return (condition,)
    inner = (condition.condition,) if isinstance(condition, Not) else condition.conditions
    return tuple(part for each in inner for part in comparisons(each))


def names(condition: Condition) -> frozenset[str]:
    """The meters and flags, and perhaps ``elapsed``, that a condition looks at."""
    found: set[str] = set()
    for part in comparisons(condition):
        operands = (part.left, part.right) if isinstance(part, Compare) else (part.flag,)
        found.update(each.name for each in operands if isinstance(each, Name))
    return frozenset(found)


def parse(text: str, known: Values) -> Condition:
    """Read a condition over the ``known`` meters and flags, given with their first values.

    A word that is not known is taken as a value, but only beside ``==`` or ``!=`` and a known
    name, so that a misspelt meter is found here and not on election day.
    Raises BadCondition.

    Source: docs/authoring.md, "A scenario".
    """
    if len(text) > LONGEST_CONDITION:
        raise BadCondition(f"a condition has at most {LONGEST_CONDITION} characters")
    reader = _Reader(_tokens(text), known)
    condition = reader.some(0)
    if reader.next:
        raise BadCondition(f"nothing more was expected at {reader.next!r}")
    return condition


def _tokens(text: str) -> list[str]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadCondition(f"{text[at:].strip()[:20]!r} is not part of a condition")
        tokens.append(found.group().strip())
        at = found.end()
    return tokens


class _Reader:
    """Walks once over the tokens of one condition; lives only inside ``parse``."""

    def __init__(self, tokens: list[str], known: Values) -> None:
        self.tokens = tokens
        self.known = known

    @property
    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def some(self, depth: int) -> Condition:
        found = [self.every(depth)]
        while self.next == "or":
            self.tokens.pop(0)
            found.append(self.every(depth))
        return found[0] if len(found) == 1 else Some(tuple(found))

    def every(self, depth: int) -> Condition:
        found = [self.term(depth)]
        while self.next == "and":
            self.tokens.pop(0)
            found.append(self.term(depth))
        return found[0] if len(found) == 1 else Every(tuple(found))

    def term(self, depth: int) -> Condition:
        if depth > DEEPEST_CONDITION:
            raise BadCondition(f"a condition nests at most {DEEPEST_CONDITION} deep")
        if self.next == "not":
            self.tokens.pop(0)
            return Not(self.term(depth + 1))
        if self.next == "(":
            self.tokens.pop(0)
            inner = self.some(depth + 1)
            if self.next != ")":
                raise BadCondition("a bracket is not closed")
            self.tokens.pop(0)
            return inner
        return self.comparison()

    def comparison(self) -> Condition:
        left = self.operand()
        if self.next not in ("==", "!=", *_COMPARE):
            return self.truth(left)
        sign = self.tokens.pop(0)
        right = self.operand()
        sides = (left, right)
        if not any(isinstance(side, Name) for side in sides):
            words = " nor ".join(repr(s.constant) for s in sides if isinstance(s, Constant))
            raise BadCondition(f"neither {words} is a meter or a flag of this scenario")
        if sign in _COMPARE and not all(type(self.first(side)) is int for side in sides):
            raise BadCondition(f"{sign} compares numbers only")
        return Compare(left, sign, right)

    def truth(self, operand: Operand) -> Condition:
        if isinstance(operand, Constant):
            raise BadCondition(f"{operand.constant!r} is not a flag of this scenario")
        if not isinstance(self.known[operand.name], bool):
            raise BadCondition(f"{operand.name} is not true or false; compare it with something")
        return Truth(operand)

    def first(self, operand: Operand) -> Value:
        return operand.value(self.known)

    def operand(self) -> Operand:
        token = self.next
        if not token or token in ("and", "or", "not", "(", ")", "==", "!=", *_COMPARE):
            raise BadCondition(f"a meter, a flag or a value was expected before {token!r}")
        self.tokens.pop(0)
        if token[0] in "\"'":
            return Constant(token[1:-1])
        return Name(token) if token in self.known else Constant(literal(token))
