"""Who may do what around exams: grants, closings, essays, questions and corrections."""

from __future__ import annotations

import re

from tests.security.rows import (
    COORDINATORS,
    STAFF,
    TRAINERS,
    Row,
    alone,
    content,
    in_cohorts,
    of_people,
)


def of_owners(pattern: str) -> dict[str, str]:
    """What belongs to each owner, within their cohort; within another cohort it is not there."""
    found = {}
    for owner, cohort, who in (
        ("aida", "North one", "tamara kairat"),
        ("dana", "North two", "timur kairat"),
        ("erik", "South one", "saule zhan"),
        ("oleg", "Members 17", "vera"),
    ):
        tail = pattern.replace("OWNER", owner)
        found[f"/cohorts/<{cohort}>/people/<{owner}>/{tail}"] = who
    tail = pattern.replace("OWNER", "dana")
    found[f"/cohorts/<North one>/people/<aida>/{tail}"] = ""
    found[f"/cohorts/<North one>/people/<dana>/{tail}"] = ""
    return found


def of_essays(pattern: str) -> dict[str, str]:
    """An essay: for the trainers of its writer's cohort."""
    writers = {"aida": "tamara", "dana": "timur", "erik": "saule", "oleg": "vera"}
    return {
        pattern.replace("ESSAY", f"<essay of {owner}>"): who for owner, who in writers.items()
    } | {pattern.replace("ESSAY", "<nobody>"): ""}


def of_corrections(pattern: str, applied: bool = False) -> dict[str, str]:
    """A correction: for staff of its organisation; its deeds for who is over the whole of it."""
    north, south = ("kairat", "zhan") if applied else ("tamara timur kairat", "saule zhan")
    return {
        pattern.replace("ORG", "North"): north,
        pattern.replace("ORG", "South"): south,
        re.sub("<[^<>]*ORG>", "<nobody>", pattern): "",
    }


_FILE = "attempts/<attempt of OWNER>/files/<file of OWNER>"

EXAMS = (
    Row("assessment.exams", "GET", STAFF, in_cohorts("/cohorts/COHORT/exams")),
    Row("assessment.close_quiz", "POST", STAFF, in_cohorts("/cohorts/COHORT/exams"), (422,)),
    Row(
        "assessment.exams_of_person",
        "GET",
        STAFF,
        of_people("/cohorts/COHORT/people/PERSON/exams"),
    ),
    Row(
        "assessment.grant", "POST", STAFF, of_people("/cohorts/COHORT/people/PERSON/exams"), (422,)
    ),
    # Whoever comes second finds it cleared.
    Row(
        "assessment.clear_repair", "POST", STAFF, of_owners("repairs/<repair of OWNER>"), (303, 409)
    ),
    Row("assessment.attempt_for_staff", "GET", STAFF, of_owners("attempts/<attempt of OWNER>")),
    Row(
        "assessment.reopen", "POST", STAFF, of_owners("attempts/<attempt of OWNER>/reopen"), (422,)
    ),
    Row(
        "assessment.read_file", "POST", STAFF, of_owners("attempts/<attempt of OWNER>/file"), (422,)
    ),
    Row(
        "assessment.hand_in",
        "POST",
        STAFF,
        of_owners("attempts/<attempt of OWNER>/hand-in"),
        (422,),
    ),
    # Whoever handed it in is told to wait for another, and who comes second that it is done.
    Row("assessment.take_in", "POST", STAFF, of_owners(f"{_FILE}/take-in"), (303, 409)),
    Row("assessment.refuse_file", "POST", STAFF, of_owners(f"{_FILE}/refuse"), (422,)),
    Row("assessment.essay_queue", "GET", TRAINERS, alone("/essays/", TRAINERS)),
    Row("assessment.essay", "GET", TRAINERS, of_essays("/essays/ESSAY")),
    Row("assessment.mark_essay", "POST", TRAINERS, of_essays("/essays/ESSAY"), (422,)),
    Row("assessment.questions", "GET", STAFF, alone("/questions/", STAFF)),
    Row(
        "assessment.question_for_staff",
        "GET",
        STAFF,
        content("/questions/q-film", STAFF, "/questions/absent"),
    ),
    Row(
        "assessment.propose",
        "POST",
        STAFF,
        content("/questions/q-film", STAFF, "/questions/absent"),
        (422,),
    ),
    Row("assessment.leak", "GET", COORDINATORS, alone("/questions/leaks", COORDINATORS)),
    Row(
        "assessment.trace_leak",
        "POST",
        COORDINATORS,
        alone("/questions/leaks", COORDINATORS),
        (422,),
    ),
    Row("assessment.correction", "GET", STAFF, of_corrections("/corrections/<correction of ORG>")),
    Row(
        "assessment.apply_correction",
        "POST",
        COORDINATORS,
        of_corrections("/corrections/<correction of ORG>/apply", applied=True),
        (303,),
    ),
    Row(
        "assessment.ask_undo",
        "POST",
        STAFF,
        of_corrections("/corrections/<applied correction of ORG>/ask-undo"),
        (422,),
    ),
    Row(
        "assessment.undo_correction",
        "POST",
        COORDINATORS,
        of_corrections("/corrections/<applied correction of ORG>/undo", applied=True),
        (303,),
    ),
)
