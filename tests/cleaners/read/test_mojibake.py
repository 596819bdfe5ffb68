"""Wrong encodings from before: put right in text and HTML whatever read them, flagged where characters are lost, and no
language mistaken for garbled text."""

from __future__ import annotations

import pytest

from cleaners.read.pages import html_page, text_page
from cleaners.vocabulary import Flag

TEXTS = {
    "ru": "В конторе переправы во вторник сообщили, что ремонт верхнего шлюза продлится до конца октября.\n"
    "Водолазы обнаружили, что деревянные ворота источены червём, и совет закрыл шлюз на три месяца.\n"
    "«Карандаш проходил насквозь», рассказала Агнесса Торли, которая ведёт осмотр с апреля.",
    "uk": "У конторі переправи у вівторок повідомили, що ремонт верхнього шлюзу триватиме до кінця жовтня.\n"
    "Водолази виявили, що дерев'яні ворота поточені, і рада того ж дня закрила шлюз.",
    "el": "Το γραφείο του πορθμείου ανακοίνωσε την Τρίτη ότι οι επισκευές στο φράγμα θα διαρκέσουν έως τον Οκτώβριο.\n"
    "Δύτες διαπίστωσαν ότι οι ξύλινες πόρτες είχαν σαπίσει και ο δήμος έκλεισε το πέρασμα.",
    "he": "משרד המעבורת הודיע ביום שלישי כי תיקון השער העליון יימשך עד סוף אוקטובר.\n"
    "צוללנים גילו שעמודי העץ שמתחת למים נאכלו, והעירייה סגרה את המעבר באותו יום.",
    "ar": "أعلن مكتب العبارة يوم الثلاثاء أن إصلاح البوابة العليا سيستمر حتى نهاية أكتوبر.\n"
    "اكتشف الغواصون أن الأعمدة الخشبية تحت الماء قد تآكلت، وأغلق المجلس الممر في اليوم نفسه.",
    "zh": "渡口办公室周二表示，上游船闸的修缮工程将持续到十月底，比原计划多出三个月。\n"
    "潜水员在六月发现水下的木料已被蛀空，镇政府当天下午便关闭了船闸。",
    "ja": "渡し場の事務所は火曜日、上の水門の修理が十月末までかかる見通しだと発表した。予定より三カ月長い。\n"
    "潜水士が六月に、水の下の木が食われているのを見つけ、町はその日の午後に水門を閉じた。",
    "ko": "나루터 사무소는 화요일 위쪽 갑문 수리가 계획보다 석 달 늦은 시월 말까지 이어질 것이라고 밝혔다.\n"
    "잠수부들은 유월에 물 밑의 나무가 썩은 것을 발견했고, 군은 그날 오후 갑문을 닫았다.",
    "fr": "Le bureau du bac a annoncé mardi que la réparation de l'écluse durerait jusqu'à la fin du mois, a-t-il précisé.\n"
    "Des plongeurs ont constaté que les portes étaient rongées ; « personne ne s'y attendait », répète l'éclusière.",
    "pl": "Biuro przeprawy poinformowało we wtorek, że naprawa górnej śluzy potrwa do końca października.\n"
    "Nurkowie odkryli, że drewniane wrota są przeżarte, więc rada zamknęła śluzę tego samego dnia.",
    "tr": "İskele ofisi salı günü yukarı kapağın onarımının ekim sonuna kadar süreceğini bildirdi.\n"
    "Dalgıçlar ahşap kazıkların kurt tarafından yendiğini gördü ve belediye geçidi aynı gün kapattı.",
    "vi": "Văn phòng bến phà cho biết hôm thứ Ba rằng việc sửa cửa trên sẽ kéo dài đến cuối tháng Mười.\n"
    "Thợ lặn phát hiện gỗ dưới nước đã bị hà ăn mòn và hội đồng đã đóng cửa âu thuyền.",
    "en": "It’s the ferry office’s view – “nobody expected it,” she said – that the repairs won’t end before October…\n"
    "The café’s owner, Zoë, has moved to the car park; the trade there is better than feared.",
    "th": "สำนักงานท่าเรือแจ้งเมื่อวันอังคารว่าการซ่อมประตูน้ำบนจะดำเนินไปจนถึงสิ้นเดือนตุลาคม\n"
    "นักประดาน้ำพบว่าเสาไม้ใต้น้ำถูกเพรียงกิน และเทศบาลได้ปิดทางผ่านในบ่ายวันเดียวกัน",
}
UTF8_AS = [
    ("ru", "cp1252"), ("ru", "latin-1"), ("ru", "koi8-r"), ("ru", "cp866"), ("ru", "cp437"), ("ru", "mac_roman"), ("uk", "koi8-r"),
    ("el", "cp1251"), ("el", "latin-1"), ("el", "cp437"), ("he", "latin-1"), ("ar", "latin-1"), ("zh", "latin-1"), ("ja", "latin-1"),
    ("ko", "latin-1"), ("fr", "cp1252"), ("fr", "mac_roman"), ("fr", "cp437"), ("fr", "gbk"), ("pl", "cp866"), ("tr", "mac_roman"),
    ("vi", "latin-1"), ("en", "mac_roman"), ("en", "cp437"), ("th", "latin-1"),
]  # fmt: skip
LEGACY_AS_LATIN1 = [
    ("ru", "cp1251"), ("ru", "koi8-r"), ("uk", "cp1251"), ("el", "cp1253"), ("he", "cp1255"), ("ar", "cp1256"), ("zh", "gb18030"),
    ("ja", "euc_jp"), ("ja", "cp932"), ("ko", "cp949"), ("th", "cp874"),
]  # fmt: skip
CYRILLIC_AS = [
    ("koi8-r", "cp1251"),
    ("cp1251", "koi8-r"),
    ("cp866", "cp1251"),
    ("cp1251", "cp866"),
    ("koi8-r", "cp866"),
]


def as_html(text: str) -> str:
    return "<html><body><article>" + "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</article></body></html>"


def shown(text: str) -> list[str]:
    pages = text_page("a.txt", text), html_page("a.html", as_html(text))
    lines = [[block.text for block in page.blocks] for page in pages]
    assert lines[0] == lines[1]
    return lines[0]


def misread(raw: bytes, code: str) -> str:
    return (
        "".join(bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in raw)
        if code == "cp1252"
        else raw.decode(code, "replace")
    )


@pytest.mark.parametrize(("language", "code"), UTF8_AS)
def test_utf8_read_as(language: str, code: str) -> None:
    text = TEXTS[language]
    assert shown(misread(text.encode(), code)) == text.split("\n")


@pytest.mark.parametrize(("language", "code"), LEGACY_AS_LATIN1)
@pytest.mark.parametrize("read", ["latin-1", "cp1252"])
def test_legacy_bytes_read_as_latin1(language: str, code: str, read: str) -> None:
    text = TEXTS[language]
    assert shown(misread(text.encode(code, "ignore"), read)) == text.encode(code, "ignore").decode(code).split("\n")


@pytest.mark.parametrize(("true", "read"), CYRILLIC_AS)
def test_one_cyrillic_code_read_as_another(true: str, read: str) -> None:
    text = TEXTS["ru"].replace("«", '"').replace("»", '"')
    assert shown(text.encode(true).decode(read, "replace")) == text.split("\n")


def test_read_wrong_twice() -> None:
    text = TEXTS["fr"]
    assert shown(misread(misread(text.encode(), "cp1252").encode(), "cp1252")) == text.split("\n")


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_in_order_stays(language: str) -> None:
    page = text_page("a.txt", TEXTS[language])
    assert [block.text for block in page.blocks] == TEXTS[language].split("\n")
    assert Flag.MOJIBAKE not in page.flags
    assert shown(TEXTS[language]) == TEXTS[language].split("\n")


STAYS = {
    "Portuguese capitals": "A CÂMARA DE SÃO BRÁS APROVOU A CONSTRUÇÃO DA ESTAÇÃO; “É UM DIA HISTÓRICO”, DISSE O PREFEITO.",
    "a text about mojibake": "Where a quote comes out as â€™, the page was read in the wrong encoding; so it is with Ã© and with Ð.",
    "Ukrainian capitals": "СІМ РІЧОК РІВНЕНЩИНИ: СІЛЬСЬКІ РАДИ РІШЕННЯ НЕ ПРИЙНЯЛИ, РІК МИНУВ.\nРічка Сіль і Ріпа: що сталося?",
    "Serbian": "Њежић и Ђорђевић су у Љубљани јавили да је Џеп пун; ђаци су се чудили, а љубав цвета у њиви.",
    "headlines in capitals": "СОВЕТ ЗАКРЫЛ ШЛЮЗ НА ТРИ МЕСЯЦА\nиз ЖКХ и ГАИ сообщили, что в МЧС и в МВД ждут решения ЦИК и КГБ",
    "quotes after capitals": "Газета «СССР» и журнал «ОКО» в … писали об этом; «РОС» и «ГРОС» молчали.",
    "a drawing": "┌────────┐\n│ shown │\n└────────┘\n═══════════════════════════════\n│││││││││││││││││││││││││",
    "French capitals": "ÉÉÉ, ÀÀÀ: l'élève répéta « ÂÊÎÔÛ » et « ÄËÏÖÜ » d'une traite.",
    "rare Chinese signs": "锌矿与铁矿的价格上涨，鐵路公司表示，繧纹与縺绣展览将在十月开幕。",
}


@pytest.mark.parametrize("kind", STAYS)
def test_look_alikes_stay(kind: str) -> None:
    assert [block.text for block in text_page("a.txt", STAYS[kind]).blocks] == STAYS[kind].split("\n")


def test_lost_characters_are_flagged() -> None:
    text = "Der B\ufffdrgermeister erkl\ufffdrte, die Schleuse m\ufffdsse im Fr\ufffdhjahr saniert werden."
    assert Flag.MOJIBAKE in text_page("a.txt", text).flags
    assert Flag.MOJIBAKE in html_page("a.html", as_html(text)).flags
    assert Flag.MOJIBAKE not in text_page("a.txt", "One \ufffd alone may be meant. " * 1).flags


PACKED = [
    (r"It\u2019s the lock\u2019s gate, she said\u00e9.\nThe caf\u00e9 is \"shut\".", "It’s the lock’s gate, she saidé.\nThe café is \"shut\"."),
    ("It=E2=80=99s the lock keeper=E2=80=99s view that the repairs to the upper lo=\nck will end.", "It’s the lock keeper’s view that the repairs to the upper lock will end."),
]  # fmt: skip
NOT_PACKED = [
    r"The escape \u2019 stands for a quote, and \u00e9 for a letter.",
    r"Look in C:\users\new for the file, and in C:\unbeknown\to\me for the other.",
    "where x=E2 and y=80, the sum of a=C3 and b=A9 is c=99",
    "https://lock.example/?q=E2&r=C3 and https://lock.example/?a=\nnext line",
]


@pytest.mark.parametrize(("packed", "whole"), PACKED)
def test_unpacked(packed: str, whole: str) -> None:
    assert [block.text for block in text_page("a.txt", packed).blocks] == whole.split("\n")


@pytest.mark.parametrize("text", NOT_PACKED)
def test_not_packed(text: str) -> None:
    assert [block.text for block in text_page("a.txt", text).blocks] == text.split("\n")
