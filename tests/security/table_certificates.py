"""More of the table: certificates and changes of the law. Written by hand too."""

from __future__ import annotations

from tests.security.changes import filled_in
from tests.security.rows import (
    COORDINATORS,
    EVERYBODY,
    LEARNERS,
    SIGNED_IN,
    STAFF,
    TRAINERS,
    Row,
    alone,
    content,
    of_certificates,
    of_people,
)

CERTIFICATION = (
    Row("certification.verify", "GET", EVERYBODY, alone("/verify", EVERYBODY)),
    Row("certification.verify_post", "POST", EVERYBODY, alone("/verify", EVERYBODY), (422,)),
    Row(
        "certification.verify_serial",
        "GET",
        EVERYBODY,
        {"/verify/<certificate of aida>": EVERYBODY, "/verify/<no serial>": EVERYBODY},
    ),
    Row("certification.revocation_list", "GET", EVERYBODY, alone("/verify/list", EVERYBODY)),
    Row("certification.offline_page", "GET", EVERYBODY, alone("/verify/page", EVERYBODY)),
    Row("certification.offline_signature", "GET", EVERYBODY, alone("/verify/page.sig", EVERYBODY)),
    Row("certification.log_checkpoint", "GET", EVERYBODY, alone("/verify/checkpoint", EVERYBODY)),
    Row("certification.public_keys", "GET", EVERYBODY, alone("/verify/keys", EVERYBODY)),
    # Without a root, as here, there is no list of its keys.
    Row("certification.key_list", "GET", EVERYBODY, {"/verify/key-list": ""}),
    Row("certification.law_changes", "GET", COORDINATORS, alone("/law-changes/", COORDINATORS)),
    Row(
        "certification.law_change",
        "GET",
        COORDINATORS,
        content("/law-changes/src-confirmed", COORDINATORS, "/law-changes/no-such-source"),
    ),
    Row(
        "certification.announce_change",
        "POST",
        COORDINATORS,
        content("/law-changes/src-confirmed", COORDINATORS, "/law-changes/no-such-source"),
        (303,),
        filled_in(),
    ),
    # Whoever comes second finds it taken back.
    Row(
        "certification.take_back_change",
        "POST",
        COORDINATORS,
        {
            "/law-changes/announced/<change of the law>/take-back": "kairat",
            "/law-changes/announced/<nobody>/take-back": "",
        },
        (303, 409),
    ),
    Row(
        "certification.top_up",
        "GET",
        LEARNERS,
        {"/my/top-ups/<change of the law>": "aida dana", "/my/top-ups/<nobody>": ""},
    ),
    Row(
        "certification.learn_change",
        "POST",
        LEARNERS,
        {"/my/top-ups/<change of the law>": "aida dana", "/my/top-ups/<nobody>": ""},
        (303,),
        {"kind": "lesson", "item": "basics/seeing"},
    ),
    Row(
        "certification.certify",
        "GET",
        TRAINERS,
        of_people("/cohorts/COHORT/people/PERSON/certify", coordinators=False),
    ),
    Row(
        "certification.certify_post",
        "POST",
        TRAINERS,
        of_people("/cohorts/COHORT/people/PERSON/certify", coordinators=False),
        (303,),
        {"name": "A Name", "language": "en", "purpose": "training"},
    ),
    Row("certification.certificate", "GET", STAFF, of_certificates("/certificates/SERIAL")),
    Row(
        "certification.confirm_revoke",
        "GET",
        STAFF,
        of_certificates("/certificates/SERIAL/revoke?reason=mistake"),
    ),
    Row(
        "certification.revoke",
        "POST",
        STAFF,
        of_certificates("/certificates/SERIAL/revoke"),
        (303, 409),  # 409 for the second of two who may: it is revoked already
        {"reason": "mistake"},
    ),
    Row(
        "certification.confirm_suspend",
        "GET",
        STAFF,
        of_certificates("/certificates/SERIAL/suspend?reason=inquiry"),
        (200, 409),  # Erik's is suspended already
    ),
    Row(
        "certification.suspend",
        "POST",
        STAFF,
        of_certificates("/certificates/SERIAL/suspend"),
        (303, 409),
        {"reason": "inquiry"},
    ),
    Row(
        "certification.confirm_lift",
        "GET",
        STAFF,
        of_certificates("/certificates/SERIAL/lift?reason=cleared"),
        (200, 409),  # only Erik's is suspended
    ),
    Row(
        "certification.lift",
        "POST",
        STAFF,
        of_certificates("/certificates/SERIAL/lift"),
        (303, 409),
        {"reason": "cleared"},
    ),
    Row(
        "certification.replace",
        "GET",
        TRAINERS,
        of_certificates("/certificates/SERIAL/replace", coordinators=False),
        (200, 409),
    ),
    Row(
        "certification.replace_post",
        "POST",
        TRAINERS,
        of_certificates("/certificates/SERIAL/replace", coordinators=False),
        (303, 409),
        {"name": "A Name", "language": "en", "reason": "name"},
    ),
    Row(
        "certification.proof",
        "GET",
        SIGNED_IN,
        {f"/certificates/<certificate of {login}>/proof": login for login in ("aida", "erik")}
        | {"/certificates/<no serial>/proof": ""},
        (200, 409),  # 409 while no checkpoint covers it
    ),
    Row(
        "certification.badge",
        "GET",
        SIGNED_IN,
        {f"/certificates/<certificate of {login}>/badge": login for login in ("aida", "dana")}
        | {"/certificates/<no serial>/badge": ""},
    ),
    Row(
        "certification.codes",
        "GET",
        SIGNED_IN,
        {f"/certificates/<certificate of {login}>/codes": login for login in ("aida", "dana")}
        | {"/certificates/<no serial>/codes": ""},
    ),
    Row(
        "certification.draw_codes",
        "POST",
        SIGNED_IN,
        {f"/certificates/<certificate of {login}>/codes": login for login in ("aida", "dana")}
        | {"/certificates/<no serial>/codes": ""},
        (422,),
        {"name": "Somebody Else"},
    ),
    Row(
        "certification.codes_sheet",
        "GET",
        SIGNED_IN,
        # Nobody has drawn any yet but Erik.
        {"/certificates/<certificate of erik>/codes/sheet": "erik"}
        | {
            f"/certificates/<{one}>/codes/sheet": "" for one in ("certificate of dana", "no serial")
        },
    ),
    Row(
        "certification.file",
        "GET",
        SIGNED_IN,
        of_certificates("/certificates/SERIAL/file", holders=True),
    ),
)
