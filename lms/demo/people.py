"""Who lives in the demo world. Invented people in three languages; no real organisation."""

from __future__ import annotations

from datetime import date

ORGANISATIONS = (
    ("Steppe Lights", "observers"),
    ("Clear Count", "observers"),
    ("Precinct commission No. 17", "commission"),
)

# One election of each legal clock.
ELECTIONS = (
    ("Presidential election of 9 June 2019 (a case to learn from)", date(2019, 6, 9)),
    ("Referendum day, spring 2026", date(2026, 3, 15)),
    ("Early election to the Kurultai", date(2027, 1, 24)),
)

# name, organisation, election
COHORTS = (
    ("Almaty, weekday evenings", "Steppe Lights", ELECTIONS[2][0]),
    ("Shymkent, weekends", "Steppe Lights", ELECTIONS[1][0]),
    ("The case of 2019", "Steppe Lights", ELECTIONS[0][0]),
    ("Aktau, first group", "Clear Count", ELECTIONS[2][0]),
    ("Members of commission No. 17", "Precinct commission No. 17", ELECTIONS[2][0]),
    ("Trainers of Steppe Lights", "Steppe Lights", ELECTIONS[2][0]),
)

# What a cohort learns for, where it is not the programme of observers.
TRAINERS = COHORTS[5][0]
PROGRAMMES = {COHORTS[4][0]: "joint-training", TRAINERS: "trainer"}

# login, name, language, role, cohort (or organisation for a coordinator), note
STAFF = (
    ("trainer", "Айгүл Сәрсенова", "kk", "trainer", COHORTS[0][0], "trains in Almaty"),
    ("trainer2", "Марат Ким", "ru", "trainer", COHORTS[1][0], "trains in Shymkent"),
    (
        "trainer4",
        "Сәуле Жақсыбекова",
        "kk",
        "trainer",
        COHORTS[1][0],
        "second assessor in Shymkent",
    ),
    ("trainer3", "Lena Berg", "en", "trainer", COHORTS[3][0], "trains for Clear Count"),
    ("coordinator", "Дана Омарова", "kk", "coordinator", "Steppe Lights", "sees both cohorts"),
    ("member", "Ерлан Тасов", "kk", "official", COHORTS[4][0], "a commission member"),
    (
        "member2",
        "Гүлмира Тоқтарова",
        "kk",
        "official",
        COHORTS[4][0],
        "a commission member who lacks a joint training alone",
    ),
    (
        "chair",
        "Болат Сейтжанов",
        "ru",
        "trainer",
        COHORTS[4][0],
        "trains commission No. 17, holds joint sessions too",
    ),
    (
        "secretary",
        "Нина Тарасова",
        "ru",
        "trainer",
        COHORTS[4][0],
        "second assessor of commission No. 17",
    ),
    (
        "district",
        "Асан Мұқанов",
        "kk",
        "coordinator",
        "Precinct commission No. 17",
        "coordinates the commission, sees no observer",
    ),
    ("admin", "Operator", "en", "admin", None, "runs the machine, sees nobody"),
    ("auditor", "Auditor", "en", "auditor", None, "reads the trail"),
    ("reviewer", "Reviewer", "kk", "reviewer", None, "reads translations beside their source"),
)

TRAINEES = (
    ("trainee", "Aliya Bekova", "en", COHORTS[1][0], "half-way, can be brought to the exam"),
    ("ready", "Тимур Ахметов", "ru", COHORTS[1][0], "has done everything, waits to be certified"),
    ("newcomer", "Жанар Қасымова", "kk", COHORTS[0][0], "has just joined"),
)

GIVEN = (  # noqa: SIM905 - names read better as a line of names
    "Асель Бауржан Гүлнар Дәурен Жанна Зарина Игорь Камила Ләйлә Мадина Нұрлан Оксана Пётр "
    "Рауан Сәуле Талғат Улан Фарида Хадиша Шолпан Эльмира Юлия Яна Әлия Қайрат Ұлжан"
).split()
FAMILY = (  # noqa: SIM905 - the same
    "Абдрахман Беков Ворошилова Ғаниев Досжан Ержанова Жүнісов Ибраева Ковалёв Ли Мұратова "
    "Нурпеисова Оспанов Петренко Рахимов Сейтқали Тұрсын Усенова Филатова Шәріпов"
).split()
OTHERS_PER_COHORT = 14
