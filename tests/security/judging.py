"""The rows of statistics, calibration and panels."""

from __future__ import annotations

from tests.security.rows import (
    COORDINATORS,
    LEARNERS,
    OWNERS,
    READERS,
    STAFF,
    Row,
    alone,
    content,
    in_cohorts,
)

STATISTICS = (
    Row("statistics.shelf", "GET", STAFF, alone("/statistics/", STAFF)),
    Row("statistics.quiz", "GET", STAFF, content("/statistics/exam", STAFF, "/statistics/absent")),
    Row(
        "statistics.question",
        "GET",
        STAFF,
        # Nobody's cohort has five people who sat it.
        content("/statistics/exam/q-see", "", "/statistics/absent/q-see", "/statistics/exam/no"),
    ),
)

CALIBRATION = (
    Row("calibration.shelf", "GET", READERS, alone("/calibrations/", READERS)),
    Row(
        "calibration.incidents",
        "GET",
        LEARNERS,
        content("/calibrations/room", LEARNERS, "/calibrations/absent"),
        (200, 303),
    ),
    Row(
        "calibration.judge",
        "POST",
        LEARNERS,
        content("/calibrations/room", LEARNERS, "/calibrations/absent"),
        (422,),
    ),
    Row(
        "calibration.result",
        "GET",
        LEARNERS,
        # One's own alone: whoever judged nothing has no result.
        content(
            "/calibrations/room/result", f"{OWNERS} bota tamara", "/calibrations/absent/result"
        ),
    ),
    Row(
        "calibration.cohort",
        "GET",
        STAFF,
        in_cohorts("/calibrations/room/cohorts/COHORT")
        | {"/calibrations/absent/cohorts/<North one>": ""},
    ),
)

NORTH, SOUTH = "tamara timur kairat", "saule zhan"
PANELS = (
    Row("panels.shelf", "GET", STAFF, alone("/panels/", STAFF)),
    Row(
        "panels.open_panel",
        "POST",
        COORDINATORS,
        alone("/panels/open", COORDINATORS),
        (303,),
        {"quiz": "exam"},
    ),
    Row(
        "panels.panel",
        "GET",
        STAFF,
        {
            "/panels/<panel of North>": NORTH,
            "/panels/<panel of South>": SOUTH,
            "/panels/<nobody>": "",
        },
    ),
    Row(
        "panels.judge",
        "POST",
        STAFF,
        {
            "/panels/<panel of North>": NORTH,
            "/panels/<panel of South>": SOUTH,
            "/panels/<nobody>": "",
        },
        (303,),
    ),
    Row(
        "panels.close",
        "POST",
        COORDINATORS,
        {
            "/panels/<panel of North>/close": "kairat",
            "/panels/<panel of South>/close": "zhan",
            "/panels/<nobody>/close": "",
        },
        (303,),
    ),
)

PROMISED = {"panels.open_panel": "open-panel", "panels.close": "close-panel"}
REFUSED = (
    ("panels.open_panel", "kairat", "/panels/open", 404, {"quiz": "absent"}),
    ("panels.open_panel", "tamara", "/panels/open", 403, {"quiz": "exam"}),
    ("panels.close", "zhan", "/panels/<panel of North>/close", 404),
)
