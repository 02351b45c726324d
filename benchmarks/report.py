"""Lines as JSON for machines and as Markdown for docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from benchmarks.bench import Line
from benchmarks.servers import ROOT

WORDS = {True: "PASS", False: "**FAIL**", None: "–"}


def facts(command: str) -> dict[str, Any]:
    """On what these figures were taken."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "command": command,
        "taken_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": commit.stdout.strip() or "unknown",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }


def as_json(about: dict[str, Any], lines: list[Line]) -> str:
    found = {**about, "lines": [asdict(line) for line in lines]}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def as_markdown(about: dict[str, Any], lines: list[Line]) -> str:
    out = [
        f"`{about['command']}` at {about['taken_at']}, commit {about['commit']}, "
        f"Python {about['python']}, {about['cores']} cores, "
        f"load before {about['load_before']:.1f}.",
        "",
        "| row | case | floor | product | ratio | aim | |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        ratio = "–" if line.ratio is None else f"{line.ratio:g}"
        out.append(
            f"| {line.row} | {line.case} | {_figures(line.floor)} | {_figures(line.product)} "
            f"| {ratio} | {line.aim} | {WORDS[line.well]}{_note(line)} |"
        )
    return "\n".join(out) + "\n"


UNITS = {
    "per_second": "{:,.0f}/s",
    "cpu_ms": "{:.2f} ms CPU",
    "p50_ms": "p50 {:.1f} ms",
    "p95_ms": "p95 {:.1f} ms",
    "p99_ms": "p99 {:.1f} ms",
    "worst_ms": "worst {:.1f} ms",
    "statements": "{:.0f} SQL",
}


def _figures(found: dict[str, float]) -> str:
    return (
        ", ".join(
            UNITS[name].format(value) if name in UNITS else f"{name.replace('_', ' ')} {value:,g}"
            for name, value in found.items()
        )
        or "–"
    )


def _note(line: Line) -> str:
    return f" {line.note}" if line.note else ""
