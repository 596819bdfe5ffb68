"""Hard-wrapped text: paragraphs are joined; lists, verses, tables, heads and one paragraph a line stay as they are."""

from __future__ import annotations

import textwrap

import pytest

from cleaners.read.text import text_blocks
from cleaners.read.wrapped import unwrapped
from cleaners.text.broken_words import Words, joint

ENGLISH = (
    "The ferry office said on Tuesday that the repairs to the upper lock would take until the end of October, three "
    "months longer than planned. Nobody had expected the gates to be so bad, the lock keeper said.",
    "Divers found in June that the timber under the waterline had been eaten away, and the council closed the lock the "
    "same afternoon. The boats now lie above the weir, where Mrs Thorley sells tickets from a hut.",
    "The county has promised money towards the work; the remainder must come from the fees, which rise in January.",
)
GERMAN = (
    "Der Gemeinderat von Morsbrunn hat am Dienstag beschlossen, die alte Schleuse am Mühlgraben im Frühjahr zu sanieren. "
    "Nach Angaben der Verwaltung sollen die Arbeiten rund vierzig Wochen dauern und im Herbst beendet sein.",
    "Anwohner kritisierten, dass die Umleitung durch ein Wohngebiet führe und der Schulweg für die Kinder unsicher werde. "
    "Die Feuerwehr hält den Weg für breit genug.",
    "Wie hoch die Kosten am Ende sein werden, konnte der Kämmerer noch nicht sagen; einen großen Teil übernimmt das Land, "
    "den Rest muss die Gemeinde über einen Kredit aufbringen.",
)
RUSSIAN = (
    "Депутаты городского совета во вторник одобрили ремонт старого шлюза, работы начнутся весной и продлятся около "
    "сорока недель, сообщили в администрации города.",
    "Жители опасаются, что объезд пройдёт мимо школы. Стоимость работ пока не назвали, половину заплатит область, а "
    "остальное город должен найти сам.",
)
ARABIC = (
    "أعلن مكتب العبارة يوم الثلاثاء أن إصلاح البوابة العليا سيستمر حتى نهاية أكتوبر، أي أطول بثلاثة أشهر مما كان مخططا له. "
    "لم يتوقع أحد أن تكون حالة الأخشاب بهذا السوء، كما قال حارس البوابة.",
    "اكتشف الغواصون في يونيو أن الأعمدة تحت الماء قد تآكلت، وأغلق المجلس الممر في اليوم نفسه. ترسو القوارب الآن فوق السد.",
)
KOREAN = (
    "나루터 사무소는 화요일에 위쪽 갑문 수리가 계획보다 석 달 늦은 시월 말까지 이어질 것이라고 밝혔다. 문이 이렇게 상했을 줄은 "
    "아무도 몰랐다고 갑문지기는 말했다. 배는 이제 둑 위쪽에 묶여 있다.",
    "잠수부들은 유월에 물 밑의 나무가 썩은 것을 발견했고, 군은 그날 오후 갑문을 닫았다. 나머지 비용은 이용료로 메워야 한다.",
)
CHINESE = (
    "渡口办公室周二表示，上游船闸的修缮工程将持续到十月底，比原计划多出三个月。守闸人说，谁也没有想到闸门会坏成这样，木头一碰就碎。",
    "潜水员在六月发现水下的木料已被蛀空，镇政府当天下午便关闭了船闸。船只现在停在堰坝上方，其余的费用要靠通行费来补足。",
)
PARAGRAPHS = {"en": ENGLISH, "de": GERMAN, "ru": RUSSIAN, "ar": ARABIC, "ko": KOREAN}


def wrap(paragraph: str, width: int) -> list[str]:
    return textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)


@pytest.mark.parametrize("language", PARAGRAPHS)
@pytest.mark.parametrize("width", [44, 60, 72, 80])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_paragraphs_are_joined(language: str, width: int, end: str) -> None:
    width = width // 2 if language == "ko" else width
    paragraphs = PARAGRAPHS[language]
    text = (end + end).join(end.join(wrap(paragraph, width)) for paragraph in paragraphs)
    assert [block.text for block in text_blocks(text)] == list(paragraphs)


@pytest.mark.parametrize("signs", [20, 24, 28])
def test_chinese_is_joined_without_spaces(signs: int) -> None:
    lines = ["\n".join(text[at : at + signs] for at in range(0, len(text), signs)) for text in CHINESE]
    assert [block.text for block in text_blocks("\n\n".join(lines))] == list(CHINESE)


def test_an_indent_alone_begins_a_paragraph() -> None:
    lines = [line for paragraph in ENGLISH for line in wrap("\u0001\u0001\u0001" + paragraph, 66)]
    text = "\n".join(lines).replace("\u0001", " ")
    assert [block.text for block in text_blocks(text)] == list(ENGLISH)


def test_without_blank_lines_a_short_last_line_ends_a_paragraph() -> None:
    text = "\n".join(line for paragraph in GERMAN for line in wrap(paragraph, 64))
    assert [block.text for block in text_blocks(text)] == list(GERMAN)


def test_only_the_body_is_wrapped() -> None:
    head = ["Upper lock stays shut until October", "Tuesday, 4 March 2026", "By Agnes Thorley"]
    tail = ["© Fenmoor Wire", "Become a member", "The wire has carried the news of the valley since it was one sheet on "
            "a counter, and it lives from its readers alone. If you can spare the price of a coffee, it will keep turning."]  # fmt: skip
    body = wrap(ENGLISH[0], 52) + wrap(ENGLISH[1], 52)
    assert unwrapped("\n".join([*head, *body, *tail])) == [*head, ENGLISH[0], ENGLISH[1], *tail]


def test_lines_that_were_broken_by_hand() -> None:
    text = (
        "The boats lie above the weir since the council\nclosed the lock on Tuesday afternoon, and the\n"
        "keeper sells tickets from a hut. Three of them will be\nlifted by crane to\nthe Derwent yard.\n"
        "Anyone who knows whose dinghy lies\nbelow the gate should ring the office and give the\nnumber of the mooring."
    )
    assert unwrapped(text) == [
        "The boats lie above the weir since the council closed the lock on Tuesday afternoon, and the keeper sells "
        "tickets from a hut. Three of them will be lifted by crane to the Derwent yard.",
        "Anyone who knows whose dinghy lies below the gate should ring the office and give the number of the mooring.",
    ]


def test_phrases_of_a_korean_script() -> None:
    script = "앞으로 배를 묶지 않고\n갑문 앞을 막으면\n배 주인에게 알린 뒤에\n벌금이 부과됩니다.\n군청 관계자는\n통행이 늦어져서\n불편이 커졌다며\n다음 달에 시행한다고 밝혔습니다."
    assert unwrapped(script) == [
        "앞으로 배를 묶지 않고 갑문 앞을 막으면 배 주인에게 알린 뒤에 벌금이 부과됩니다.",
        "군청 관계자는 통행이 늦어져서 불편이 커졌다며 다음 달에 시행한다고 밝혔습니다.",
    ]


def test_items_of_a_wrapped_list_stay_apart() -> None:
    items = ["- " + ENGLISH[0], "- " + ENGLISH[1], "1. " + ENGLISH[2], "2. " + ENGLISH[0]]
    text = "\n".join("\n".join(wrap(item, 70)) for item in items)
    assert unwrapped(text) == items


STAYS = {
    "one paragraph a line": "\n".join(ENGLISH),
    "short paragraphs": "The lock is shut.\nIt was a long winter, and the ice did the rest.\n“We will see,” she said.\n",
    "verse": "The harbour sleeps beneath the moon,\nAnd boats lie still along the quay,\nThe keeper hums an ancient tune\n"
    "About a ship once lost at sea,\nAnd when the morning bells begin\nThe gulls will wake and cry for bread,",
    "verse in small letters": "and when the rain came down on us\nwe laughed and held the empty glass\nagainst the window, where"
    " the moss\nhad grown into the shape of grass\nand nobody was there to tell\nthe boys about the broken bell",
    "verse in long lines": "i walked along the harbour wall when evening came in cold,\nand every boat was rocking there, and "
    "every boat was old,\nand someone sang behind the nets a song i used to know,\nof how the salt will take the wood and how "
    "the tide will go.",
    "Chinese verse": "港口夜深灯火静，\n渔船归来雪满篷。\n谁家少年歌一曲，\n吹过东街小巷中。",
    "menu": "Home\nNews\nWeather forecast for the weekend\nAbout us\nhow to reach the newsroom\ncontact\nTerms and conditions",
    "line-up": "Harwick Town (4-4-2): Bell; Orr, Stone, Penn, Little;\nSubs: Gray, Poole.\nOrford (4-3-3): Hale; Ames, Booth;",
    "recipe": "200 g flour\n3 large eggs\na pinch of salt\nhalf a litre of full-fat milk\nbutter for the pan\nWhisk the flour.",
    "results": "Harwick 2 Orford 1\nElmley 0 Penmoor 0\nStowe Rangers 3 Wadley Athletic 2\nBrindle United 1 Cawder Town 4",
    "table": "Name            Club           Time\nanna bell       harwick AC     10:23\nmarta orr       orford         10:41\n"
    "jo penn         wadley         11:02",
    "table with pipes": "name | club | time\nanna bell | harwick athletics club of the valley | 10:23\n"
    "marta orr | orford athletics club by the river | 10:41\njo penn | wadley athletics club on the moor | 11:02",
    "letter's head": "Wadley District Council\nPlanning and Building Department\n12 Harbour Street\nWadley WD1 4QT\n\nDear Mrs Orr,",
    "signature": "With kind regards\nMarta Ellwood\nHead of the survey\nferry office at the upper lock\nmarta@wadley.example",
    "dialogue": "— Did you see the boat come in last night?\n— No, I was asleep by then.\n— They say that it was empty.",
    "topics": "harbour repairs and the council budget of this year\nshipworm damage along the eastern quay\n"
    "fish market closed until further notice\nberth fees and the county money\nlocal elections in november",
    "bullets": "The council decided:\n- to repair the upper lock before the winter storms come\n- to close the weir until the "
    "work has been done\n- to raise the fees by four per cent in January\n- to ask the county for the remaining money",
    "Arabic headlines": "المجلس يناقش إصلاح الجسر القديم في المدينة\nالشرطة تبحث عن شهود بعد حادث القطار\n"
    "افتتاح معرض جديد في متحف الميناء القديم\nالطلاب يجمعون التبرعات لملجأ الحيوانات",
    "Chinese headlines": "渡口办公室周二表示上游船闸的修缮工程将持续到十月底\n水下的木料已被蛀空\n船只现在停在堰坝上方\n镇议会将于下周再次讨论",
    "Korean menu": "뉴스 속보\n정치 사회\n문화 행사 안내\n도서관 이용 안내\n오늘의 날씨는\n전국 지도\n시청 소식을 전해드립니다.",
    "quoted mail": "On Tuesday Marta wrote:\n> the ferry office said on Tuesday that the repairs to the\n> upper lock would take "
    "until the end of October, three\n> months longer than planned by the office.\n> and the fees will rise in January",
}  # fmt: skip


@pytest.mark.parametrize("kind", STAYS)
def test_stays_as_it_is(kind: str) -> None:
    assert unwrapped(STAYS[kind]) == STAYS[kind].split("\n")


def test_joined_text_is_not_joined_again() -> None:
    text = "\n\n".join("\n".join(wrap(paragraph, 60)) for paragraph in ENGLISH)
    once = "\n\n".join(block.text for block in text_blocks(text))
    assert [block.text for block in text_blocks(once)] == once.split("\n\n") == list(ENGLISH)


def test_line_ends_inside_a_line() -> None:
    text = "The ferry office said\u0085on Tuesday that the lock\u2028is shut.\nA form feed\fand a tab\vare here."
    assert [block.text for block in text_blocks(text)] == [
        "The ferry office said on Tuesday that the lock is shut.",
        "A form feed and a tab are here.",
    ]


JOINTS = [
    ("the har-", "bour office", "the harbour office"),
    ("the long-", "term plan", "the long-term plan"),  # stands in the text
    ("Baden-", "Württemberg", "Baden-Württemberg"),
    ("die Vor-", "und Nachteile", "die Vor- und Nachteile"),
    ("em 2020-", "21", "em 2020-21"),
    ("disse-", "lhe que sim", "disse-lhe que sim"),
    ("the ferry", "office", "the ferry office"),
    ("soft\u00ad", "ware", "software"),
    ("船闸的修", "缮工程", "船闸的修缮工程"),
    ("갑문", "수리", "갑문 수리"),
    ("a word –", "and one", "a word – and one"),
]


@pytest.mark.parametrize(("line", "following", "whole"), JOINTS)
def test_joint(line: str, following: str, whole: str) -> None:
    assert joint(line, following, Words(["They want a long-term view of it"])) == whole
