"""Write the figures of a long test run down: which code, which seed, what was tried, how it ended.

Called by bin/test --deep with: the folder of the runner's reports, the file to write, the seed, the
moment it began (seconds since 1970), and the names of what failed.
"""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as etree


def commit() -> str:
    """The commit, with a plus when files differ from it; "unknown" in a copy without history."""

    def git(*words: str) -> str:
        return subprocess.run(  # noqa: S603 - words of this file
            ["git", *words],  # noqa: S607 - the developer's own git
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def stage(report: Path) -> dict[str, object]:
    """Counts of one run, and whatever figures its tests recorded with ``record_property``."""
    found: dict[str, object] = {"name": report.stem}
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    seconds = 0.0
    figures: dict[str, dict[str, str]] = {}
    for suite in etree.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own report
        seconds += float(suite.get("time", "0"))
        for name in counts:
            counts[name] += int(suite.get(name, "0"))
        for case in suite.iter("testcase"):
            properties = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
            if properties:
                figures[f"{case.get('classname')}.{case.get('name')}"] = properties
    return found | counts | {"seconds": round(seconds, 1), "figures": figures}


def main(folder: str, target: str, seed: str, began: str, failed: str) -> None:
    result = {
        "commit": commit(),
        "seed": int(seed),
        "began_at": datetime.fromtimestamp(int(began), UTC).isoformat(),
        "seconds": int(time.time()) - int(began),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "hypothesis_profile": os.environ["HYPOTHESIS_PROFILE"],
        "crash_cycles": int(os.environ["LMS_CRASH_CYCLES"]),
        "fuzzed_imports": int(os.environ["LMS_FUZZED_IMPORTS"]),
        "failed": failed.split("; ") if failed else [],
        "stages": [stage(report) for report in sorted(Path(folder).glob("*.xml"))],
    }
    Path(target).write_text(json.dumps(result, indent=1) + "\n", "utf-8")


main(*sys.argv[1:])
