"""The lesson page: at least half the rate of a bare page of the same size, 4 statements at most.

Compressed as each does it for a browser of today: the product with Brotli, the bare page with
gzip.
"""

from __future__ import annotations

from benchmarks import load, servers, worlds
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Visit

LEAST_SHARE = 0.5
MOST_STATEMENTS = 4
SLUG = "counting/sorting-and-counting"


def run(bench: Bench) -> list[Line]:
    path, readers = f"/courses/{SLUG}", bench.readers
    body = bench.page(path, readers[0]).split("<main", 1)[1].partition(">")[2].split("</main>")[0]
    statements = bench.statements(path, readers[0])
    environ = worlds.twin(bench.world)
    worlds.write_body(environ, "lesson", body)
    lines = []
    with servers.floor(environ) as bare:
        for count in CLIENTS:
            for packed in (False, True):
                lines += _compare(bench, bare, path, count, packed)
    lines.append(
        Line(
            "lesson page",
            "SQL statements",
            {},
            {"statements": statements},
            statements,
            f"at most {MOST_STATEMENTS}",
            statements <= MOST_STATEMENTS,
        )
    )
    return lines


def _compare(bench: Bench, bare: servers.Server, path: str, count: int, packed: bool) -> list[Line]:
    product = [lambda r=r: _visit(path, r.cookie, packed) for r in bench.readers[:count]]
    nobody = [lambda: _visit("/bare/lesson", "", packed)] * count
    signed_in = [
        lambda r=r: _visit(f"/lesson/{SLUG.replace('/', '-')}", r.bare, packed)
        for r in bench.readers[:count]
    ]
    case = f"{count} client{'s' * (count > 1)}{', compressed' * packed}"
    page, ours = bench.duel((bare, nobody), (bench.product, product))
    ratio = share(ours.rate, page.rate)
    found = [
        Line(
            "lesson page",
            f"{case}: rate beside a bare page",
            page.figures(),
            ours.figures(),
            ratio,
            f"at least {LEAST_SHARE}",
            ratio >= LEAST_SHARE,
        )
    ]
    if not packed:
        same, again = bench.duel((bare, signed_in), (bench.product, product))
        found.append(
            Line(
                "lesson page",
                f"{case}: rate beside a bare page with sign-in and two look-ups",
                same.figures(),
                again.figures(),
                share(again.rate, same.rate),
                "for comparison",
                None,
            )
        )
    return found


def _visit(path: str, cookie: str, packed: bool) -> Visit:
    yield load.get(path, cookie, load.BROWSER if packed else "")
