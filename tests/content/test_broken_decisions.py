"""What is wrong in timed decisions, chance, sub-stories, papers and the lines below a choice."""

from pathlib import Path

from tests.content.building import SCENARIO, SCENARIO_RU, Broken, broken, each, judge

AGAIN = "## Once more {#again}\n"
COIN = """## The coin {#coin .chance}
It turns.

- [Heads](#again) {weight=2}
- [Tails](#again) {id=tails weight=1}

"""
# The best choice leads to the coin instead; the coin stands where the second scene stood.
TOSSED = (
    (SCENARIO, "(#again) {best", "(#coin) {best"),
    (SCENARIO_RU, "[Попросить вслух](#again)", "[Попросить вслух](#coin)"),
)
RU_COIN = "## Монета {#coin}\nВертится.\n\n- [Орёл](#again)\n- [Решка](#again)\n\n"


def tossed(coin: str = COIN, ru: str = RU_COIN):  # type: ignore[no-untyped-def]  # changes
    return (
        *TOSSED,
        (SCENARIO, AGAIN, coin + AGAIN),
        (SCENARIO_RU, "## Ещё раз {#again}\n", ru + "## Ещё раз {#again}\n"),
    )


CALL = """## The call {#call}
Twenty seconds.

- [Hang up](#back) {best rules="protocol-copy"}
    > Said.

"""
RU_CALL = "## Звонок {#call}\nДвадцать секунд.\n\n- [Положить трубку](#back)\n    > Сказано.\n\n"


def called(attributes: str = "back=again", call: str = CALL, ru: str = RU_CALL):  # type: ignore[no-untyped-def]  # changes
    return (
        (SCENARIO, "(#again) {best", f"(#call) {{{attributes} best"),
        (SCENARIO_RU, "[Попросить вслух](#again)", "[Попросить вслух](#call)"),
        (SCENARIO, AGAIN, call + AGAIN),
        (SCENARIO_RU, "## Ещё раз {#again}\n", ru + "## Ещё раз {#again}\n"),
    )


GOOD = [
    broken("chance as it should be", *tossed()),
    broken("a sub-story as it should be", *called()),
    broken(
        "a timed decision as it should be", (SCENARIO, "{#shrug}", "{#shrug seconds=30 late=wait}")
    ),
    broken(
        "lines below a choice as they should be",
        (SCENARIO, "minutes: 10\n", "minutes: 10\nspeaks: ru\n"),
        (
            SCENARIO,
            "    > Everybody",
            "    say: A copy, please.\n    witness: The minute.\n    > Everybody",
        ),
        (SCENARIO_RU, "    > Все", "    say: Копию, пожалуйста.\n    witness: Минута.\n    > Все"),
    ),
    broken("a paper as it should be", (SCENARIO, "record=+1 rules", "record=+1 writes=act rules")),
]

TIME = [
    broken(
        "seconds without what happens then",
        (SCENARIO, "{#shrug}", "{#shrug seconds=30}"),
        (SCENARIO, 14, "“seconds=” without “late=”", "write seconds=30 late=choice-id"),
    ),
    broken(
        "what happens then without seconds",
        (SCENARIO, "{#shrug}", "{#shrug late=wait}"),
        (SCENARIO, 14, "“late=” without “seconds=”", "write seconds=30 late=choice-id"),
    ),
    broken(
        "seconds that nobody can use",
        (SCENARIO, "{#shrug}", "{#shrug seconds=3 late=wait}"),
        (SCENARIO, 14, "“late=” without “seconds=”", "write seconds=30"),
        (SCENARIO, 14, "“seconds” is “3”", "write a whole number, 10 to 600"),
    ),
    broken(
        "a misspelt choice when the time is up",
        (SCENARIO, "{#shrug}", "{#shrug seconds=30 late=wiat}"),
        (SCENARIO, 14, "no choice “wiat” in this scene", "did you mean “wait”?"),
    ),
    broken(
        "the best choice when the time is up",
        (SCENARIO, "{#shrug}", "{#shrug seconds=30 late=again}"),
        (SCENARIO, 14, "“again” cannot be what happens", "always open and not the best"),
    ),
    broken(
        "a choice that may be closed when the time is up",
        (SCENARIO, "{#again}", "{#again seconds=30 late=home}"),
        (SCENARIO, 24, "“home” cannot be what happens", "always open and not the best"),
    ),
    broken(
        "time in an end",
        (SCENARIO, "{#home .end", "{#home .end seconds=30 late=x"),
        (SCENARIO, 32, "“late=” on an end", "nobody decides here"),
        (SCENARIO, 32, "“seconds=” on an end", "nobody decides here"),
    ),
    broken(
        "a competence that does not exist",
        (SCENARIO, "{#shrug}", '{#shrug tests="law recrod"}'),
        (SCENARIO, 14, "“recrod” is nothing that is tested", "did you mean “record”?"),
    ),
]

CHANCE = [
    broken(
        "a weight on a choice",
        (SCENARIO, "{weak id=wait", "{weak weight=2 id=wait"),
        (SCENARIO, 19, "a weight on a choice, which is no chance", "one of .chance"),
    ),
    broken(
        "chance without a weight",
        *tossed(COIN.replace("{weight=2}", "{minutes=1}")),
        (SCENARIO, 27, "by chance without a weight", "write {weight=1}"),
    ),
    broken(
        "chance with a grade",
        *tossed(COIN.replace("{weight=2}", "{ok weight=2}")),
        (SCENARIO, 27, "“ok” on something that happens by chance", "nobody has chosen this"),
    ),
    broken(
        "chance with a rule and a paper",
        *tossed(COIN.replace("{weight=2}", '{weight=2 rules="protocol-copy" writes=act}')),
        (SCENARIO, 27, "“rules=” on something that happens by chance", "delete it"),
        (SCENARIO, 27, "“writes=” on something that happens by chance", "delete it"),
    ),
    broken(
        "chance with one side",
        *tossed(
            COIN.replace("- [Tails](#again) {id=tails weight=1}\n", ""),
            RU_COIN.replace("- [Решка](#again)\n", ""),
        ),
        (SCENARIO, 24, "chance with fewer than two things", "write two or more"),
    ),
    broken(
        "chance in a circle",
        *tossed(
            COIN.replace("[Tails](#again)", "[Tails](#coin)"),
            RU_COIN.replace("[Решка](#again)", "[Решка](#coin)"),
        ),
        (SCENARIO, 24, "chance that leads to itself without a choice", "somebody chooses"),
    ),
    broken(
        "a weight of nothing",
        *tossed(COIN.replace("weight=2", "weight=0")),
        (SCENARIO, 27, "“weight” is “0”", "write a whole number, 1 to 100"),
    ),
    broken(
        "an end of chance",
        (SCENARIO, "{#home .end", "{#home .end .chance"),
        (SCENARIO, 32, "a scene of chance that is an end", "keep one of the two"),
    ),
    broken(
        "luck that decides alone",
        *tossed(
            COIN.replace("[Tails](#again)", "[Tails](#street)"),
            RU_COIN.replace("[Решка](#again)", "[Решка](#street)"),
        ),
        (SCENARIO, 10, "bad luck alone can make a pass impossible", "let no happening of chance"),
    ),
    broken(
        "a time in a scene of chance",
        *tossed(COIN.replace(".chance", ".chance seconds=30 late=tails")),
        (SCENARIO, 24, "“late=” on a scene of chance", "nobody decides here"),
        (SCENARIO, 24, "“seconds=” on a scene of chance", "nobody decides here"),
    ),
]

STORIES = [
    broken(
        "a return to nowhere",
        *called("back=agian"),
        (SCENARIO, 17, "no scene “agian”", "did you mean “again”?"),
    ),
    broken(
        "a way back from no sub-story",
        *called("id=call"),
        (SCENARIO, 10, "no run of this scenario passes", "add a way to it"),
        (SCENARIO, 24, "in “call” nothing can be chosen", "leads on"),
        (SCENARIO, 27, "“back” leads back, and no sub-story is open", "back=scene only"),
        (SCENARIO, 33, "the condition of “home” is never true", "correct it"),
        (SCENARIO, 38, "the scene “home” cannot be reached", "link to it"),
    ),
    broken(
        "a scene called back",
        (
            SCENARIO,
            "## Home {#home .end outcome=observed-documented}",
            "## Home {#back .end outcome=observed-documented}",
        ),
        (SCENARIO, "(#home) {ok", "(#back) {ok id=home"),
        (SCENARIO_RU, "{#home}", "{#back}"),
        (SCENARIO_RU, "(#home)", "(#back)"),
        (SCENARIO, 32, "a scene called “back”", "(#back) ends a sub-story"),
    ),
    broken(
        "a way back into a sub-story",
        *called(call=CALL.replace("{best", "{best back=again")),
        (SCENARIO, 27, "a way back that goes into a sub-story", "write a scene, or delete back="),
    ),
    broken(
        "a failure that goes into a sub-story",
        (SCENARIO, "(#street) {fail", "(#street) {fail back=again"),
        (SCENARIO, 21, "graded fail that leads into a sub-story", "lead it to an end"),
    ),
    broken(
        "sub-stories without a floor",
        *called(
            call=CALL.replace(
                "\n- [Hang",
                "\n- [Again](#call) {weak .again id=more back=call}\n    > Once more.\n- [Hang",
            ).replace("{best", "{best .again"),
            ru=RU_CALL.replace("\n- [Пол", "\n- [Ещё](#call)\n    > Ещё раз.\n- [Пол"),
        ),
        (SCENARIO, 27, "“more” opens a sub-story within 3 others", "before the next begins"),
    ),
]

LINES = [
    broken(
        "a paper that does not exist",
        (SCENARIO, "record=+1 rules", "record=+1 writes=akt rules"),
        (SCENARIO, 17, "“writes=akt”", "did you mean “act”?"),
    ),
    broken(
        "a sentence twice",
        (SCENARIO, "    > Everybody", "    say: One.\n    say: Two.\n    > Everybody"),
        (SCENARIO_RU, "    > Все", "    say: Раз.\n    > Все"),
        (SCENARIO, 19, "“say:” again under one choice", "keep one"),
    ),
    broken(
        "an empty sentence",
        (SCENARIO, "    > Everybody", "    say:\n    > Everybody"),
        (SCENARIO, 18, "“say:” is empty", "write it, or delete the line"),
    ),
    broken(
        "a witness of the translation alone",
        (SCENARIO_RU, "    > Ничего", "    witness: Никто.\n    > Ничего"),
        (SCENARIO_RU, 14, "“witness:” stands here or in the source", "and nothing else"),
    ),
    broken(
        "a language that nobody speaks here",
        (SCENARIO, "minutes: 10\n", "minutes: 10\nspeaks: kz\n"),
        (SCENARIO, 6, "“speaks” is “kz”", "write one of: en, kk, ru"),
    ),
    broken(
        "a flag called like an attribute",
        (SCENARIO, "copy: none}", "copy: none, back: false}"),
        (SCENARIO, 9, "the flag “back”", "use another short word"),
    ),
]

HOPE = [
    broken(
        "a scene after which nobody passes",
        (SCENARIO, "(#again) {weak id=wait", "(#attic) {weak id=wait"),
        (
            SCENARIO,
            AGAIN,
            "## Attic {#attic}\nDust.\n\n- [Sleep](#street) {weak}\n    > No.\n\n" + AGAIN,
        ),
        (SCENARIO_RU, "[Ждать](#again)", "[Ждать](#attic)"),
        (
            SCENARIO_RU,
            "## Ещё раз",
            "## Чердак {#attic}\nПыль.\n\n- [Спать](#street)\n    > Нет.\n\n## Ещё раз",
        ),
        (SCENARIO, 24, "no run that passes goes through “attic”", "add a way back to a pass"),
        (SCENARIO, 33, "the condition of “home” is never false", "correct it"),
    ),
]


@each([*GOOD, *TIME, *CHANCE, *STORIES, *LINES, *HOPE])
def test_what_is_wrong_in_a_decision_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)
