"""Sample words for the styleguide, with the longest words each language is likely to bring."""

from typing import Any

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "The protocol and your copy of it",
        "lead": "What the commission owes you once the protocol is signed, and how to ask for it.",
        "text": (
            "Once the protocol is signed, everybody present may have a copy of it in the room, "
            "on request. Nobody has to say what the copy is for."
        ),
        "rules": [
            "A copy of the protocol, at once",
            "Removal only by a written, reasoned decision of the commission",
            "Never touch, never instruct, never help to vote",
            "Photographing without hindering the commission",
            "Temporary registration",
        ],
        "rule_text": "A person present at the count gets, on request, a copy of the protocol.",
        "say": "I ask for a signed and stamped copy of the protocol.",
        "duty": "The commission gives the copy to everybody present who asks.",
        "instrument": (
            "Constitutional Law “On Elections in the Republic of Kazakhstan”, 28 Sept 1995, No. "
            "2464"
        ),
        "version": "CEC deputy chair, Jan 2012; list of rights of 2023",
        "note": "Two practical items are still to be signed by a trainer.",
        "prompt": (
            "The protocol is signed. The chair says copies will be ready at the district "
            "commission tomorrow. What may you insist on?"
        ),
        "options": [
            "A signed and stamped copy, here and now",
            (
                "A photograph of the protocol is enough, because it shows the same figures and "
                "the same signatures"
            ),
            "A copy tomorrow",
        ],
        "because": (
            "The duty arises when the protocol is signed. A photograph is useful evidence, but "
            "it is not the copy."
        ),
        "before": "The copy bears",
        "gap": "a stamp",
        "unit": "ballots",
        "low": "asks for help",
        "people": [
            "Group 1",
            "Group 2",
            "Group 3",
            "Group 4",
        ],
        "scenes": [
            "The chair points at the door",
            "In writing",
            "The meeting",
            "The police",
            "Back in the room",
        ],
        "name": "What happened, in your own words",
        "hint": "Time, place, who, what was said. No names of voters.",
        "error": "Write at least one sentence.",
        "place": "Territorial election commission",
    },
    "ru": {
        "title": "Протокол об итогах голосования и его копия",
        "lead": "Что обязана сделать комиссия после подписания протокола и как об этом попросить.",
        "text": (
            "После подписания протокола каждый присутствующий вправе по просьбе получить его "
            "копию в помещении. Объяснять, зачем она нужна, никто не обязан."
        ),
        "rules": [
            "Незамедлительная выдача заверенной копии протокола",
            "Удаление только по письменному мотивированному решению комиссии",
            "Не прикасаться, не распоряжаться, не помогать голосовать",
            "Фотографирование без воспрепятствования деятельности комиссии",
            "Временная регистрация",
        ],
        "rule_text": "Присутствующий при подсчёте получает по просьбе копию протокола.",
        "say": "Прошу выдать мне подписанную и заверенную печатью копию протокола.",
        "duty": "Комиссия выдаёт копию каждому присутствующему, кто её попросит.",
        "instrument": (
            "Конституционный закон «О выборах в Республике Казахстан» от 28 сентября 1995 года "
            "№ 2464"
        ),
        "version": "разъяснение заместителя председателя ЦИК, январь 2012; перечень прав 2023 года",
        "note": "Два практических пункта ещё не подписаны тренером.",
        "prompt": (
            "Протокол подписан. Председатель говорит, что копии будут завтра в окружной "
            "избирательной комиссии. На чём вы вправе настаивать?"
        ),
        "options": [
            "На подписанной и заверенной копии здесь и сейчас",
            "Достаточно фотографии протокола: на ней те же цифры и те же подписи членов комиссии",
            "На копии завтра",
        ],
        "because": (
            "Обязанность возникает в момент подписания. Фотография полезна как доказательство, "
            "но копией не является."
        ),
        "before": "На копии стоит",
        "gap": "печать",
        "unit": "бюллетеней",
        "low": "нужна помощь",
        "people": [
            "Группа 1",
            "Группа 2",
            "Группа 3",
            "Группа 4",
        ],
        "scenes": [
            "Председатель указывает на дверь",
            "Письменно",
            "Заседание",
            "Полиция",
            "Снова в помещении",
        ],
        "name": "Что произошло, своими словами",
        "hint": "Время, место, кто, что было сказано. Без имён избирателей.",
        "error": "Напишите хотя бы одно предложение.",
        "place": "Территориальная избирательная комиссия",
    },
    "kk": {
        "title": "Дауыс беру қорытындылары туралы хаттама және оның көшірмесі",
        "lead": "Хаттамаға қол қойылғаннан кейін комиссияның міндеті және оны қалай сұрау керек.",
        "text": (
            "Хаттамаға қол қойылғаннан кейін қатысып отырған әрбір адам өтініші бойынша оның "
            "көшірмесін үй-жайдың өзінде ала алады. Көшірменің не үшін керегін ешкім "
            "түсіндіруге міндетті емес."
        ),
        "rules": [
            "Хаттаманың куәландырылған көшірмесін дереу беру",
            "Комиссияның жазбаша дәлелді шешімінсіз шығарып жіберуге болмайды",
            "Қол тигізбеу, нұсқау бермеу, дауыс беруге көмектеспеу",
            "Комиссияның жұмысына кедергі келтірмей суретке түсіру",
            "Уақытша тіркелгендердің тізімі",
        ],
        "rule_text": "Дауыс санауға қатысушы өтініші бойынша хаттаманың көшірмесін алады.",
        "say": "Маған қол қойылған және мөр басылған хаттаманың көшірмесін беруіңізді сұраймын.",
        "duty": "Комиссия көшірмені сұраған әрбір қатысушыға береді.",
        "instrument": (
            "«Қазақстан Республикасындағы сайлау туралы» 1995 жылғы 28 қыркүйектегі № 2464 "
            "Конституциялық заң"
        ),
        "version": (
            "ОСК төрағасы орынбасарының түсіндірмесі, 2012 жылғы қаңтар; 2023 жылғы құқықтар "
            "тізбесі"
        ),
        "note": "Екі практикалық тармаққа жаттықтырушы әлі қол қойған жоқ.",
        "prompt": (
            "Хаттамаға қол қойылды. Төраға көшірмелер ертең округтік сайлау комиссиясында "
            "болады дейді. Нені талап етуге құқығыңыз бар?"
        ),
        "options": [
            "Қол қойылған және мөр басылған көшірмені осы жерде, қазір",
            (
                "Хаттаманың фотосуреті жеткілікті: онда сол сандар мен комиссия мүшелерінің "
                "қолдары бар"
            ),
            "Көшірмені ертең",
        ],
        "because": (
            "Міндет қол қойылған сәтте туындайды. Фотосурет дәлел ретінде пайдалы, бірақ "
            "көшірме емес."
        ),
        "before": "Көшірмеде мынау болады:",
        "gap": "мөр",
        "unit": "бюллетень",
        "low": "көмек керек",
        "people": [
            "1-топ",
            "2-топ",
            "3-топ",
            "4-топ",
        ],
        "scenes": [
            "Төраға есікті көрсетеді",
            "Жазбаша түрде",
            "Отырыс",
            "Полиция",
            "Қайтадан үй-жайда",
        ],
        "name": "Не болғанын өз сөзіңізбен жазыңыз",
        "hint": "Уақыты, орны, кім, не айтылды. Сайлаушылардың аты-жөнінсіз.",
        "error": "Кемінде бір сөйлем жазыңыз.",
        "place": "Аумақтық сайлау комиссиясы",
    },
}
