"""Joint exercises: what the compiler makes of them, and what it says of broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.content.compiling import compile_tree
from lms.content.library import Library
from tests.content.building import LESSON, LESSON_RU, broken, change, each, good_tree, judge, stamp
from tests.content.joint_files import GOOD, JOINT, JOINT_RU, RUSSIAN


def tree(to: Path) -> Path:
    root = good_tree(to)
    change(root, (JOINT, GOOD), (JOINT_RU, RUSSIAN))
    stamp(root / JOINT_RU)
    return root


def test_one_incident_has_two_sides_in_every_language(tmp_path: Path) -> None:
    compiled = compile_tree(tree(tmp_path))
    assert [str(p) for p in compiled.problems] == []
    books = Library(None, compiled.documents)
    exercise = books.joint_exercise("copy")
    assert [scene.id for scene in exercise.scenes if scene.swap] == ["stairs"]
    signed, stairs = exercise.scenes
    assert signed.letters("observer") == ("a", "b", "c")
    assert signed.letters("commission") == ("a", "b")
    assert stairs.shared
    assert stairs.letters("observer") == stairs.letters("commission")
    assert [(i.id, i.at, i.side) for i in exercise.injects_of("signed")] == [
        ("call", 3, "commission")
    ]
    assert [(role.id, role.most) for role in exercise.roles_of("commission")] == [
        ("chair", 1),
        ("member", None),
    ]
    texts = books.joint["copy"]["texts"]
    assert texts["en"]["scenes"]["signed"]["parts"]["observer"]["options"]["a"] == {
        "html": "Ask once, aloud",
        "feedback_html": "<p>It is heard.</p>",
    }
    assert texts["ru"]["questions"]["when"]["options"]["b"]["html"] == "Завтра"
    assert texts["ru"]["debriefs"]["commission"]["html"] == "<p>Теперь у вас есть свидетель.</p>"
    assert "по телефону" in texts["ru"]["injects"]["call"]["script_html"]


def test_a_changed_source_leads_to_the_exercises_that_rest_on_it(tmp_path: Path) -> None:
    books = Library(None, compile_tree(tree(tmp_path)).documents)
    assert books.resting_on("law-43")["joint"] == ("copy",)


def spoilt(old: str, new: str) -> tuple[str, str]:
    assert GOOD.count(old) == 1, GOOD.count(old)
    return JOINT, GOOD.replace(old, new)


@each(
    [
        broken(
            "no clock",
            spoilt("clock: 2019-06-09\n", ""),
            (JOINT, 2, "“clock” is missing", "write clock:"),
        ),
        broken(
            "an unknown key",
            spoilt("minutes: 40\n", "minutes: 40\npace: quick\n"),
            (JOINT, 5, "unknown key “pace”", "known here"),
        ),
        broken(
            "less time than the scenes take",
            spoilt("minutes: 40\n", "minutes: 17\n"),
            (JOINT, 4, "the scenes take 18 minutes, the whole takes 17", "debrief included"),
        ),
        broken(
            "no introduction",
            spoilt("The protocol is signed. Two people want one paper.\n", ""),
            (JOINT, 7, "no introduction", "tell the incident under the head"),
        ),
        broken(
            "no script",
            spoilt("## For the facilitator {#script .script}\n\nTwo tables, one stamp.\n", ""),
            (JOINT, 6, "no script for the facilitator", "{#script .script}"),
        ),
        broken(
            "a side without a role",
            spoilt("## The observer {#watching .role side=observer}\n\nYou have", "You have"),
            (JOINT, 6, "no role for the observer side", ".role side=observer"),
        ),
        broken(
            "nobody takes those who are left over",
            spoilt("{#member .role side=commission}", "{#member .role side=commission most=2}"),
            (JOINT, 20, "takes those who are left over", "leave most= away"),
        ),
        broken(
            "a role on no side",
            spoilt("{#chair .role side=commission most=1}", "{#chair .role side=comission most=1}"),
            (JOINT, 16, "the side “comission”", "commission, observer"),
        ),
        broken(
            "an unknown kind of section",
            spoilt("{#call .inject ", "{#call .injekt "),
            (JOINT, 63, "a scene asks nobody", "{#both} alone"),
            (JOINT, 63, "a scene without its time", "minutes=10"),
            (JOINT, 63, "a scene without “settled”", "{#settled"),
            (JOINT, 63, "unknown class “.injekt”", "did you mean “.inject”?"),
            (JOINT, 63, "unknown key “at”", "known here"),
            (JOINT, 63, "unknown key “during”", "known here"),
            (JOINT, 63, "unknown key “side”", "known here"),
        ),
        broken(
            "a section without an id",
            spoilt("{#c-debrief .debrief side=commission}", "{.debrief side=commission}"),
            (JOINT, 98, "a section without an id", "{#id …}"),
        ),
        broken(
            "a section twice",
            spoilt("{#dark .inject", "{#call .inject"),
            (JOINT, 71, "the section “call” again (first on line 63)", "another id"),
        ),
        broken(
            "a question before the session that rests on nothing",
            spoilt('{#when .before rules="protocol-copy"}', "{#when .before}"),
            (JOINT, 24, "rests on no rule", 'rules="rule-id"'),
        ),
        broken(
            "an unknown rule",
            spoilt('{#when .before rules="protocol-copy"}', '{#when .before rules="protocol-cop"}'),
            (JOINT, 24, "no rule “protocol-cop”", "did you mean “protocol-copy”?"),
        ),
        broken(
            "five answers",
            spoilt(
                "- Wait {weak}\n    > Then they have gone.\n",
                "- Wait {weak}\n    > Then.\n- Sit {weak}\n    > No.\n- Sing {ok}\n    > Yes.\n",
            ),
            (JOINT, 37, "5 answers for “observer”", "the cards A to D"),
        ),
        broken(
            "an answer without a grade",
            spoilt("- Wait {weak}", "- Wait"),
            (JOINT, 43, "an answer without a grade", "best, fail, ok, weak"),
        ),
        broken(
            "an answer of which nothing is said",
            spoilt("    > Then they have gone.\n", ""),
            (JOINT, 43, "of which nothing is said", "indented quote"),
        ),
        broken(
            "no best answer",
            spoilt('- Stamp a copy {best rules="protocol-copy"}', "- Stamp a copy {ok}"),
            (JOINT, 48, "no answer for “commission” is the best", "{best}"),
        ),
        broken(
            "one side alone is asked",
            spoilt("### And you? {#commission}", "### And you? {#comission}"),
            (JOINT, 33, "a scene asks observer", "{#both} alone"),
            (JOINT, 48, "the part “comission”", "did you mean “commission”?"),
        ),
        broken(
            "a part without words",
            spoilt("Change the sides first.\n", ""),
            (JOINT, 90, "the part “script” is empty", "write it"),
        ),
        broken(
            "the sides are never changed",
            spoilt("minutes=10 .swap", "minutes=10"),
            (JOINT, 33, "the sides are never changed", ".swap"),
        ),
        broken(
            "the sides are changed at once",
            spoilt("minutes=8", "minutes=8 .swap"),
            (JOINT, 33, "changed before the first scene", "half-way"),
            (JOINT, 75, "changed a second time", "keep one"),
        ),
        broken(
            "an inject in no scene",
            spoilt("during=stairs at=0", "during=stair at=0"),
            (JOINT, 71, "no scene “stair”", "did you mean “stairs”?"),
        ),
        broken(
            "an inject after the end of its scene",
            spoilt("during=signed at=3", "during=signed at=9"),
            (JOINT, 63, "minute 9 of a scene of 8 minutes", "at=0 to at=8"),
        ),
        broken(
            "an inject at no time",
            spoilt("during=stairs at=0", "during=stairs"),
            (JOINT, 71, "an inject without “at=”", "the minute of the scene"),
        ),
        broken(
            "a side without a debrief",
            spoilt("debrief side=observer}", "debrief side=commission}"),
            (JOINT, 6, "no debrief for the observer side", ".debrief side=observer"),
            (JOINT, 98, "a second debrief for the commission side", "bring the two together"),
        ),
        broken(
            "a right without a duty",
            (JOINT, GOOD),
            (LESSON, "    duty: The commission gives it.\n", ""),
            (LESSON_RU, None),
            (LESSON, 12, "gives a sentence to say, and not what it asks", "write duty:"),
            (JOINT, 55, "says what the commission owes", "write duty:"),
            (JOINT, 86, "says what the commission owes", "write duty:"),
        ),
    ]
)
def test_what_is_wrong_is_named_with_its_line(case: object, tmp_path: Path) -> None:
    judge(case, tmp_path)  # type: ignore[arg-type]  # a case of these


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("{#dark}", "{#darkness}", "the section “darkness” where the source has “dark”"),
        ("## Звонит телефон {#call}", "## Звонит телефон", "the section “None” where"),
        ("{#watching}", "{#watching side=observer}", "unknown key “side” on a translated"),
        ("- Ждать\n    > Тогда все уйдут.\n", "", "2 answers, the source has 3"),
        ("    > Тогда все уйдут.\n", "", "what is said of this answer is not translated"),
        ("- Ждать\n", "- Ждать {weak}\n", "unknown word “weak” on a translated answer"),
        ("### А вы? {#commission}", "### А вы? {#both}", "has the parts both, observer"),
        ("Все уходят.\n", "", "the words of “stairs” are missing"),
        ("## Комиссиям {#c-debrief}\n\nТеперь у вас есть свидетель.\n", "", "10 sections, the"),
        ("Протокол подписан. Двоим нужна одна бумага.\n", "", "the introduction is missing"),
        ("title: Копия\n", "title: Копия\nminutes: 4\n", "belongs to the source file alone"),
    ],
)
def test_a_translation_is_built_like_its_source(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    root = tree(tmp_path)
    change(root, (JOINT_RU, old, new))
    found = [str(problem) for problem in compile_tree(root).problems]
    assert any(what in problem for problem in found), found
