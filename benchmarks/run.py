"""``python -m benchmarks.run [ROW …]``: every row beside its floor, in one run.

Rows: {rows}
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from benchmarks import report, worlds
from benchmarks.bench import Bench, Line

ROWS = (
    "lesson",
    "question",
    "night",
    "answer",
    "whole_quiz",
    "exam",
    "signin",
    "report",
    "verify",
    "pdf",
    "together",
    "offline_check",
    "weight",
    "scenario",
    "memory",
    "newcomer",
    "statistics",
    "statistics_page",
    "cohort",
    "enrolments",
    "joint",
)


def main() -> int:
    """Run the rows that were asked for; 1 when an aim was missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run", description="Each row beside its floor, in one run."
    )
    parser.add_argument("rows", nargs="*", help=f"which of: {', '.join(ROWS)} (default: all)")
    parser.add_argument("--seconds", type=float, default=4, help="of load in a round (4)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts (3)")
    parser.add_argument("--long", action="store_true", help="100,000 answers instead of 10,000")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    parser.add_argument(
        "--database", help="a PostgreSQL server for the rows exam and statistics_page (an address)"
    )
    asked = parser.parse_args()
    if asked.database:
        os.environ["LMS_TEST_DATABASE_URL"] = asked.database
    wrong = [row for row in asked.rows if row not in ROWS]
    if wrong:
        parser.error(f"no such row: {', '.join(wrong)}; there are {', '.join(ROWS)}")
    words = ("…" if word == asked.database else word for word in sys.argv[1:])  # a password
    about = report.facts(f"python -m benchmarks.run {' '.join(words)}".strip())
    lines: list[Line] = []
    with ExitStack() as stack:
        world = stack.enter_context(worlds.new_world())
        bench = Bench(world, asked.seconds, asked.rounds, asked.long, stack)
        for name in asked.rows or ROWS:
            began = time.monotonic()
            found = import_module(f"benchmarks.rows.{name}").run(bench)
            lines += found
            print(f"# {name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
            for line in found:
                _say(line)
    table = report.as_markdown(about, lines)
    if asked.json:
        asked.json.write_text(report.as_json(about, lines), "utf-8")
    if asked.markdown:
        asked.markdown.write_text(table, "utf-8")
    print(table)
    return 1 if any(line.well is False for line in lines) else 0


def _say(line: Line) -> None:
    print(
        f"  {report.WORDS[line.well]:8} {line.case}: {line.ratio} ({line.aim}) "
        f"floor {line.floor} product {line.product} {line.note}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
