"""The runs that a programme draws for certifying: how they are written; that there are enough."""

from __future__ import annotations

from lms.content.context import Context, Document
from lms.content.heads import Table
from lms.domain.gates import Drawn, candidates
from lms.domain.runs import GATE_TACTICS


def drawn_runs(table: Table | None) -> Document | None:
    """Read ``drawn_runs: {runs: 2, tactics: [5, 6], attempts: 3, wait_hours: 12}``."""
    if table is None:
        return None
    usual = Drawn()
    found: Document = {
        "runs": table.maybe_whole("runs", 1, 10) or usual.runs,
        "attempts": table.maybe_whole("attempts", 1, 20) or usual.attempts,
        "wait_hours": table.maybe_whole("wait_hours", 0, 720),
        "tactics": [],
    }
    if found["wait_hours"] is None:
        found["wait_hours"] = usual.wait_hours
    for word in table.texts("tactics"):
        if word.text.isdecimal() and 1 <= int(word.text) <= 1_000:
            found["tactics"].append(int(word.text))
        else:
            table.wrong("tactics", f"the tactic “{word.text}”", "write numbers: [5, 6, 12]")
    found["tactics"] = found["tactics"] or list(GATE_TACTICS)
    table.finish("“drawn_runs”")
    return found


def check_drawn_runs(context: Context) -> None:
    """Every programme that draws runs has scenarios of enough tactics to draw from."""
    if any(made.document.get("best_path") is None for made in context.documents("scenario")):
        return  # one of them has a problem; how many there will be is not known yet
    scenarios = [made.document for made in context.documents("scenario")]
    for made in context.documents("programme"):
        rule = Drawn.from_document(made.document["requires"].get("drawn_runs"))
        may = candidates(rule, scenarios) if rule else {}
        if rule and len(may) < rule.runs:
            context.report.problem(
                made.place.path,
                context.lines["programme requires", made.document["slug"]],
                f"{rule.runs} runs are drawn, each of another tactic, and there are scenarios of "
                f"{len(may)}",
                "write more scenarios of its tactics, or lower “runs”",
            )
