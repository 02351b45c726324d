"""What is wrong in a scenario: as it is written, and as it can be played."""

from pathlib import Path

from tests.content.building import SCENARIO, Broken, broken, each, judge

HEAD = [
    broken(
        "a meter outside its limits",
        (SCENARIO, "meters: {safety: 3", "meters: {safety: 4"),
        (SCENARIO, 8, "“safety” begins at 4, outside [0, 3]", "change the meter or its limits"),
    ),
    broken(
        "a meter without limits",
        (SCENARIO, "limits: {safety: [0, 3], ", "limits: {"),
        (SCENARIO, 8, "the meter “safety” has no limits", "write safety: [0, 3]"),
    ),
    broken(
        "limits of nothing",
        (SCENARIO, "record: [0, 5]}", "record: [0, 5], recrd: [0, 5]}"),
        (SCENARIO, 8, "limits of “recrd”, which is no meter", "did you mean “record”?"),
    ),
    broken(
        "limits that are not two numbers",
        (SCENARIO, "safety: [0, 3]", "safety: [3]"),
        (SCENARIO, 8, "the limits of “safety”", "write [lowest, highest]"),
        (SCENARIO, 8, "the meter “safety” has no limits", "write safety: [0, 3]"),
    ),
    broken(
        "a meter called like a word of ours",
        (
            SCENARIO,
            "flags: {in_room: true, copy: none}",
            "flags: {in_room: true, copy: none, ok: 1}",
        ),
        (SCENARIO, 9, "the flag “ok”", "use another short word"),
    ),
    broken(
        "a pass that cannot be read",
        (SCENARIO, 'pass: "safety >= 1 and record >= 1"', 'pass: "safty >= 1"'),
        (SCENARIO, 10, "a condition that cannot be read", "known here: copy, elapsed, in_room"),
    ),
    broken(
        "a time that is none",
        (SCENARIO, '"01:30"', '"25:30"'),
        (SCENARIO, 4, "“time” is “25:30”", 'write hours and minutes: "18:30"'),
    ),
    broken(
        "no pass",
        (SCENARIO, 'pass: "safety >= 1 and record >= 1"\n', ""),
        (SCENARIO, 2, "“pass” is missing", "write pass: and a value"),
    ),
]

SCENES = [
    broken(
        "no scenes",
        (
            "quizzes/scenarios/empty.md",
            '---\ntitle: T\nminutes: 1\npass: "elapsed < 9"\n---\nHm.\n',
        ),
        ("quizzes/scenarios/empty.md", 6, "a scenario without scenes", "write ## title {#id}"),
    ),
    broken(
        "a scene without an id",
        (SCENARIO, "## Home {#home .end", "## Home {.end"),
        (SCENARIO, 27, "no scene “home”", "scenes here: again, line-32, shrug, street"),
        (SCENARIO, 32, "a scene without an id", "end the heading with {#id}"),
    ),
    broken(
        "a scene twice",
        (SCENARIO, "{#home .end", "{#street .end"),
        (SCENARIO, 27, "no scene “home”", "scenes here"),
        (SCENARIO, 35, "the scene “street” again (first on line 32)", "rename one"),
    ),
    broken(
        "an end without an outcome",
        (SCENARIO, "{#home .end outcome=observed-documented}", "{#home .end}"),
        (SCENARIO, 32, "an end without an outcome", "write outcome= and one of: breach"),
    ),
    broken(
        "an unknown outcome",
        (SCENARIO, "outcome=observed-documented", "outcome=observed-documentd"),
        (SCENARIO, 32, "the outcome “observed-documentd”", "did you mean “observed-documented”?"),
    ),
    broken(
        "an outcome on a scene that goes on",
        (SCENARIO, "{#again}", "{#again outcome=breach}"),
        (SCENARIO, 24, "an outcome on a scene that is no end", "write .end before it"),
    ),
    broken(
        "an unknown class",
        (SCENARIO, "{#home .end", "{#home .ende"),
        (SCENARIO, 32, "an outcome on a scene that is no end", "write .end"),
        (SCENARIO, 32, "the scene “home” has no choices", "make it an end"),
        (SCENARIO, 32, "unknown class “.ende” on a scene", "did you mean “.end”?"),
    ),
    broken(
        "a choice in an end",
        (
            SCENARIO,
            "You have it.\n",
            "You have it.\n\n- [Sleep](#street) {weak minutes=1}\n    > Well earned.\n",
        ),
        (SCENARIO, 35, "a choice in an end scene", "delete it, or delete .end"),
    ),
    broken(
        "a scene without choices",
        (SCENARIO, "## Home {#home .end outcome=observed-documented}", "## Home {#home}"),
        (SCENARIO, 32, "the scene “home” has no choices", "make it an end"),
    ),
    broken(
        "a scene without text",
        (SCENARIO, "He packs.\n", ""),
        (SCENARIO, 24, "a scene without text", "write what happens"),
    ),
]

CHOICES = [
    broken(
        "a choice without a grade",
        (SCENARIO, "{ok minutes=1", "{minutes=1"),
        (SCENARIO, 27, "a choice without a grade", "write one of: best, fail, ok, weak"),
    ),
    broken(
        "a choice with two grades",
        (SCENARIO, "{ok minutes=1", "{ok weak minutes=1"),
        (SCENARIO, 27, "a choice with two grades", "write one of"),
    ),
    broken(
        "an unknown grade",
        (SCENARIO, "{ok minutes=1", "{okay minutes=1"),
        (SCENARIO, 27, "a choice without a grade", "write one of"),
        (SCENARIO, 27, "unknown word “okay” on a choice", "did you mean “ok”?"),
    ),
    broken(
        "the best choice without its rule",
        (SCENARIO, 'record=+1 rules="protocol-copy"}', "record=+1}"),
        (SCENARIO, 17, "a choice graded best that cites no rule", "the debrief shows its article"),
    ),
    broken(
        "the failed choice without its rule",
        (SCENARIO, 'safety=-2 rules="protocol-copy"}', "safety=-2}"),
        (SCENARIO, 21, "a choice graded fail that cites no rule", "the debrief shows its article"),
    ),
    broken(
        "an unknown meter",
        (SCENARIO, "record=+1 rules", "recrd=+1 rules"),
        (SCENARIO, 17, "unknown attribute “recrd” on a choice", "did you mean “record”?"),
    ),
    broken(
        "a meter without a sign",
        (SCENARIO, "record=+1 rules", "record=1 rules"),
        (SCENARIO, 17, "“record=1”", "write a change with its sign: record=+1 or record=-1"),
    ),
    broken(
        "a flag of another kind",
        (SCENARIO, "in_room=false", "in_room=outside"),
        (SCENARIO, 29, "“in_room=outside” is of another kind", "write a value of its kind"),
    ),
    broken(
        "minutes below nothing",
        (SCENARIO, "minutes=5", "minutes=-5"),
        (SCENARIO, 19, "“minutes” is “-5”", "write a whole number, 0 to 600"),
    ),
    broken(
        "a target that is not there",
        (SCENARIO, "(#home) {ok", "(#hoem) {ok"),
        (SCENARIO, 27, "no scene “hoem”", "did you mean “home”?"),
    ),
    broken(
        "two choices with one id",
        (SCENARIO, "{weak id=wait minutes=5}", "{weak minutes=5}"),
        (SCENARIO, 19, "the choice “again” again (first on line 17)", "its own id="),
    ),
    broken(
        "a condition that cannot be read",
        (SCENARIO, 'if="record >= 1"', 'if="record > = 1"'),
        (SCENARIO, 27, "a condition that cannot be read", "known here: copy, elapsed"),
    ),
    broken(
        "a condition on a misspelt meter",
        (SCENARIO, 'if="record >= 1"', 'if="recrd >= 1"'),
        (SCENARIO, 27, "a condition that cannot be read", "record, safety"),
    ),
    broken(
        "a choice without a debrief",
        (SCENARIO, "    > It is over.\n", ""),
        (SCENARIO, 29, "a choice without a word for the debrief", "as an indented quote"),
    ),
    broken(
        "a choice over two lines",
        (SCENARIO, "- [Leave](#street) {weak", "- [Leave](#street)\n  {weak"),
        (SCENARIO, 29, "this is not a choice", "on one line"),
    ),
    broken(
        "an unknown class on a choice",
        (SCENARIO, "{weak id=wait", "{weak .agian id=wait"),
        (SCENARIO, 19, "unknown class “.agian” on a choice", "write .again"),
    ),
    broken(
        "an unknown rule",
        (SCENARIO, 'record=+1 rules="protocol-copy"', 'record=+1 rules="protocol-copies"'),
        (SCENARIO, 17, "no rule “protocol-copies”", "did you mean “protocol-copy”?"),
    ),
]

PROOFS = [
    broken(
        "a scene that nobody reaches",
        (SCENARIO, "## Home", "## Attic {#attic .end outcome=breach}\nDust.\n\n## Home"),
        (SCENARIO, 32, "the scene “attic” cannot be reached", "link to it from a choice"),
    ),
    broken(
        "a scene without a way on",
        (SCENARIO, "{weak minutes=1 in_room=false}", '{weak minutes=1 if="copy == given"}'),
        (SCENARIO, 24, "in “again” nothing can be chosen, after wait", "without a condition"),
        (SCENARIO, 29, "the condition of “street” is never true", "correct it"),
    ),
    broken(
        "a circle without a way out",
        (
            SCENARIO,
            "- [Wait](#again) {weak id=wait minutes=5}",
            "- [Wait](#shrug) {weak .again id=wait minutes=5}",
        ),
        (SCENARIO, "(#again) {best", "(#shrug) {best .again"),
        (SCENARIO, "(#street) {fail", '(#street) {fail if="elapsed < 0"'),
        (SCENARIO, 10, "no run of this scenario passes", "lower “pass”"),
        (SCENARIO, 14, "in “shrug” no end can be reached, after the beginning", "leads on"),
        (SCENARIO, 21, "the condition of “street” is never true", "correct it"),
        (SCENARIO, 24, "the scene “again” cannot be reached", "link to it"),
        (SCENARIO, 32, "the scene “home” cannot be reached", "link to it"),
        (SCENARIO, 35, "the scene “street” cannot be reached", "link to it"),
    ),
    broken(
        "a condition that always holds",
        (SCENARIO, 'if="record >= 1"', 'if="record >= 0"'),
        (SCENARIO, 27, "the condition of “home” is never false", "or delete the condition"),
    ),
    broken(
        "a failed choice that leads to a pass",
        (SCENARIO, "(#street) {fail safety=-2", "(#home) {fail record=+1"),
        (SCENARIO, 21, "after the failed choice “home” the run would pass", "does not pass"),
    ),
    broken(
        "a scenario that nobody passes",
        (SCENARIO, 'record >= 1"\n---', 'record >= 5"\n---'),
        (SCENARIO, 10, "no run of this scenario passes", "or add a way to it"),
    ),
]


@each([*HEAD, *SCENES, *CHOICES, *PROOFS])
def test_what_is_wrong_in_a_scenario_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)
