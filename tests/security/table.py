"""Who may enter where, and on what: written by hand from the specification, never from the code.

A row is one endpoint and one method. ``door`` are the people whose roles let them in at all;
others who are signed in are told that it is somebody else's task (403), strangers are asked to
sign in. ``reach`` maps every address that is tried to those who may do this there; for others of
the door the thing does not exist. Addresses hold names in angle brackets (tests/security/seeding).
"""

from __future__ import annotations

from tests.security.exams import EXAMS
from tests.security.judging import CALIBRATION, PANELS, STATISTICS
from tests.security.rows import (
    COORDINATORS,
    EVERYBODY,
    LEARNERS,
    OWNERS,
    READERS,
    SIGNED_IN,
    STAFF,
    TRAINERS,
    Row,
    alone,
    content,
    in_cohorts,
    of_people,
    own,
)
from tests.security.table_certificates import CERTIFICATION

ACCOUNTS = (
    Row("accounts.sign_in", "GET", EVERYBODY, alone("/sign-in", EVERYBODY)),
    Row("accounts.sign_in_post", "POST", EVERYBODY, alone("/sign-in", EVERYBODY), (422,)),
    Row("accounts.sign_out", "POST", SIGNED_IN, alone("/sign-out", SIGNED_IN), (303,)),
    Row("accounts.join", "GET", EVERYBODY, alone("/join", EVERYBODY)),
    Row("accounts.join_post", "POST", EVERYBODY, alone("/join", EVERYBODY), (422,)),
    Row("accounts.new_account", "POST", EVERYBODY, alone("/join/account", EVERYBODY), (422,)),
    Row(
        "accounts.choose_language",
        "POST",
        EVERYBODY,
        content("/languages/kk", EVERYBODY, "/languages/xx"),
        (303,),
    ),
    Row("accounts.own_account", "GET", SIGNED_IN, alone("/account", SIGNED_IN)),
    Row("accounts.change_secret", "POST", SIGNED_IN, alone("/account/secret", SIGNED_IN), (422,)),
    Row(
        "accounts.end_session",
        "POST",
        SIGNED_IN,
        own("/account/sessions/<session of OWNER>/end", SIGNED_IN),
        (303,),
    ),
    Row("accounts.what_we_keep", "GET", EVERYBODY, alone("/what-we-keep", EVERYBODY)),
    Row("accounts.leave", "GET", EVERYBODY, alone("/leave", EVERYBODY)),
)

HOUSE = (
    Row("home.front", "GET", EVERYBODY, alone("/", EVERYBODY), (200, 303)),
    Row("home.healthz", "GET", EVERYBODY, alone("/healthz", EVERYBODY)),
    Row("home.readyz", "GET", EVERYBODY, alone("/readyz", EVERYBODY)),
    Row("assets.icon", "GET", EVERYBODY, alone("/favicon.ico", EVERYBODY)),
    Row(
        "assets.static",
        "GET",
        EVERYBODY,
        content("<style sheet>", EVERYBODY, "/static/0123456789ab/house.css", "/static/x/y/z"),
    ),
    Row("styleguide.english", "GET", EVERYBODY, alone("/styleguide", EVERYBODY)),
    Row(
        "styleguide.in_language",
        "GET",
        EVERYBODY,
        content("/styleguide/kk", EVERYBODY, "/styleguide/xx"),
    ),
    Row("platform.overview", "GET", "arman", alone("/admin/", "arman")),
    Row("platform.read_trail", "GET", "asel", alone("/admin/trail", "asel")),
    Row("deployment.elections", "GET", COORDINATORS, alone("/elections/", COORDINATORS)),
)

LEARNING = (
    Row("learning.my", "GET", LEARNERS, alone("/my/", LEARNERS)),
    Row("learning.card", "GET", LEARNERS, alone("/my/card?paper=a6", LEARNERS), (200, 409)),
    Row("learning.pledge", "GET", LEARNERS, alone("/my/pledge", LEARNERS)),
    Row("learning.sign_pledge", "POST", LEARNERS, alone("/my/pledge", LEARNERS), (303,)),
    Row("learning.shelf", "GET", READERS, alone("/courses/", READERS)),
    Row(
        "learning.course",
        "GET",
        READERS,
        content("/courses/basics/", READERS, "/courses/absent/"),
    ),
    Row(
        "learning.trainer_notes",
        "GET",
        STAFF,
        content("/courses/basics/for-trainers", STAFF, "/courses/absent/for-trainers"),
    ),
    Row(
        "learning.lesson",
        "GET",
        READERS,
        content(
            "/courses/basics/seeing", READERS, "/courses/basics/absent", "/courses/absent/seeing"
        ),
    ),
    Row(
        "learning.answer_check",
        "POST",
        LEARNERS,
        content(
            "/courses/basics/seeing/checks/q-see",
            LEARNERS,
            "/courses/basics/seeing/checks/q-look",  # a question that this lesson does not ask
            "/courses/basics/copying/checks/q-see",
            "/courses/absent/seeing/checks/q-see",
        ),
        (303,),
        {"answer": "marks"},
    ),
    Row(
        "learning.finish_lesson",
        "POST",
        LEARNERS,
        content("/courses/basics/seeing/finish", LEARNERS, "/courses/basics/absent/finish"),
        (303,),
    ),
    Row("learning.search", "GET", READERS, alone("/search?q=marks", READERS)),
    Row("learning.glossary", "GET", READERS, alone("/glossary", READERS)),
    Row("learning.sources", "GET", READERS, alone("/sources", READERS)),
    Row(
        "learning.content_file",
        "GET",
        EVERYBODY,
        content("<picture>", EVERYBODY, "/content-files/0123456789ab/room.svg"),
    ),
)

ASSESSMENT = (
    Row("assessment.quiz", "GET", READERS, content("/quizzes/exam", READERS, "/quizzes/absent")),
    Row(
        "assessment.start",
        "POST",
        LEARNERS,
        content("/quizzes/practice/start", LEARNERS, "/quizzes/absent/start"),
        (303,),
    ),
    Row("assessment.attempt", "GET", LEARNERS, own("/attempts/<attempt of OWNER>", OWNERS), (303,)),
    Row(
        "assessment.question",
        "GET",
        LEARNERS,
        own("/attempts/<attempt of OWNER>/q-see", OWNERS)
        | {"/attempts/<attempt of aida>/absent": ""},
    ),
    Row(
        "assessment.answer",
        "POST",
        LEARNERS,
        own("/attempts/<attempt of OWNER>/q-see", OWNERS)
        | {"/attempts/<attempt of aida>/absent": ""},
        (303,),
        {"answer": "marks", "seen": "0"},
    ),
    Row(
        "assessment.last_look", "GET", LEARNERS, own("/attempts/<attempt of OWNER>/finish", OWNERS)
    ),
    Row(
        "assessment.finish",
        "POST",
        LEARNERS,
        own("/attempts/<attempt of OWNER>/finish", OWNERS),
        (303,),
    ),
    Row("assessment.repair", "GET", LEARNERS, own("/repairs/<repair of OWNER>", OWNERS)),
    Row(
        "assessment.mend",
        "POST",
        LEARNERS,
        own("/repairs/<repair of OWNER>", OWNERS),
        (303,),
        {"question": "q-look", "answer": "piles"},
    ),
    Row(
        "assessment.own_answers",
        "GET",
        LEARNERS,
        own("/attempts/<attempt of OWNER>/answers.txt", OWNERS),
    ),
    Row("assessment.result", "GET", LEARNERS, own("/attempts/<exam of OWNER>/result", OWNERS)),
)

DRILLS = (
    Row(
        "drills.scenario",
        "GET",
        READERS,
        content("/scenarios/door", READERS, "/scenarios/absent"),
    ),
    Row(
        "drills.start",
        "POST",
        LEARNERS,
        content("/scenarios/door/start", LEARNERS, "/scenarios/absent/start"),
        (303,),
    ),
    Row("drills.run", "GET", LEARNERS, own("/runs/<run of OWNER>", OWNERS)),
    Row("drills.choose", "POST", LEARNERS, own("/runs/<run of OWNER>/choices", OWNERS), (422,)),
    # Nothing is timed there, so that the owner is told that the page is stale.
    Row("drills.start_clock", "POST", LEARNERS, own("/runs/<run of OWNER>/clock", OWNERS), (409,)),
    Row(
        "drills.stop_hurrying",
        "POST",
        LEARNERS,
        own("/runs/<run of OWNER>/unhurried", OWNERS),
        (303,),
    ),
    Row("drills.write", "POST", LEARNERS, own("/runs/<run of OWNER>/papers", OWNERS), (303,)),
    Row(
        "drills.certifying_runs",
        "GET",
        LEARNERS,
        content("/certifying/drawn", LEARNERS, "/certifying/basic-observer", "/certifying/absent"),
    ),
    Row(
        "drills.begin_certifying",
        "POST",
        LEARNERS,
        content("/certifying/drawn/start", LEARNERS, "/certifying/basic-observer/start"),
        (303,),
    ),
    Row("drills.cohort_scenarios", "GET", STAFF, in_cohorts("/cohorts/COHORT/scenarios")),
    Row("drills.cohort_flow", "GET", STAFF, in_cohorts("/cohorts/COHORT/scenarios/door")),
    Row(
        "drills.booklet",
        "GET",
        STAFF,
        content("/scenarios/door/booklet?form=page", STAFF, "/scenarios/absent/booklet"),
    ),
    Row("drills.debrief", "GET", LEARNERS, own("/runs/<play of OWNER>/debrief", OWNERS)),
)

COHORTS = (
    Row("cohorts.shelf", "GET", STAFF, alone("/cohorts/", STAFF)),
    Row("cohorts.cohort", "GET", STAFF, in_cohorts("/cohorts/COHORT")),
    Row("cohorts.rules", "GET", STAFF, in_cohorts("/cohorts/COHORT/rules")),
    Row("cohorts.person", "GET", STAFF, of_people("/cohorts/COHORT/people/PERSON")),
    Row("cohorts.import_people", "GET", STAFF, in_cohorts("/cohorts/COHORT/import")),
    Row("cohorts.dry_run", "POST", STAFF, in_cohorts("/cohorts/COHORT/import"), (422,)),
    Row(
        "cohorts.confirm_import",
        "POST",
        STAFF,
        in_cohorts("/cohorts/COHORT/import/confirm"),
        (422,),
    ),
    Row("cohorts.invite", "POST", STAFF, in_cohorts("/cohorts/COHORT/invite")),
    Row(
        "cohorts.issue_code",
        "POST",
        STAFF,
        {
            "/cohorts/<North one>/people/<nadia>/code": "tamara kairat",
            "/cohorts/<North two>/people/<olzhas>/code": "timur kairat",
            "/cohorts/<North one>/people/<olzhas>/code": "",
            "/cohorts/<South one>/people/<nadia>/code": "",
            "/cohorts/<North one>/people/<nobody>/code": "",
            "/cohorts/<nobody>/people/<nadia>/code": "",
        },
    ),
)


COUNTS = (
    Row("counts.shelf", "GET", READERS, alone("/counts/", READERS)),
    Row("counts.exercise", "GET", READERS, content("/counts/night", READERS, "/counts/absent")),
    Row(
        "counts.start",
        "POST",
        LEARNERS,
        content("/counts/night/start", LEARNERS, "/counts/absent/start"),
        (303,),
    ),
    Row("counts.run", "GET", LEARNERS, own("/count-runs/<count of OWNER>", OWNERS)),
    Row("counts.act", "POST", LEARNERS, own("/count-runs/<count of OWNER>/acts", OWNERS), (422,)),
    Row(
        "counts.debrief",
        "GET",
        LEARNERS,
        own("/count-runs/<count of OWNER>/debrief", OWNERS),
        (303,),
    ),
    # The key of a night is for those who prepare it.
    Row(
        "counts.paper",
        "GET",
        TRAINERS,
        content("/counts/night/paper?seed=3", TRAINERS, "/counts/absent/paper"),
    ),
    Row(
        "counts.kit",
        "GET",
        TRAINERS,
        content("/counts/night/kit?seed=3", TRAINERS, "/counts/absent/kit"),
    ),
)
from tests.security import (  # noqa: E402 - written with what stands above
    batches,
    reviewing,
    table_joint,
    table_rooms,
)

TABLE = {
    "accounts": ACCOUNTS,
    "house": HOUSE,
    "counts": COUNTS,
    "learning": LEARNING,
    "assessment": ASSESSMENT,
    "exams": EXAMS,
    "drills": DRILLS,
    "cohorts": COHORTS,
    "certification": CERTIFICATION,
    "batches": batches.BATCHES,
    "statistics": STATISTICS,
    "calibration": CALIBRATION,
    "panels": PANELS,
    "reviews": reviewing.REVIEWS,
    "people": table_rooms.PEOPLE,
    "messages": table_rooms.MESSAGES,
    "signoffs": table_rooms.SIGNOFFS,
    "joint": table_joint.JOINT,
}
ROWS = tuple(row for rows in TABLE.values() for row in rows)
