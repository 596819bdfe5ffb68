"""Decoding: the order of evidence, damaged and mixed pages, undeclared encodings, binary files."""

from __future__ import annotations

import codecs
import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaners.errors import NotText
from cleaners.read.charset import Decoded, codec_of, decode, looks_like_html

GERMAN = "Die Bürgermeisterin trat zurück – „nach der Wahl“, wie es hieß. Größere Änderungen folgen für alle Häuser."
SPANISH = "El alcalde dimitió ayer según la oposición. ¿Quién será el próximo? Mañana decidirá el pleno, añadió el señor Peña."
SWEDISH = "Borgmästaren avgick på måndagen efter omröstningen. Hela rådet är överens om att någon måste få ta över."
TURKISH = (
    "Belediye başkanı pazartesi günü istifa etti. Meclis bütçeyi ikinci kez reddetti, yeni seçim yapılacağı açıklandı."
)
POLISH = "Burmistrz podał się do dymisji w poniedziałek. Radni już drugi raz odrzucili budżet, więc będą wybory."
CZECH = "Starostka v pondělí odstoupila. Zastupitelé podruhé zamítli rozpočet, příští týden se budou konat volby."
HUNGARIAN = "A polgármester hétfőn lemondott, miután a képviselők másodszor is elutasították a költségvetést. Többször szóltak erről."
LITHUANIAN = "Merė pirmadienį atsistatydino, nes taryba antrą kartą atmetė biudžetą. Žmonės sako, kad tai neįmanoma."
RUSSIAN = "Мэр подала в отставку в понедельник. Совет во второй раз отклонил бюджет, поэтому будут выборы."
GREEK = "Η δήμαρχος παραιτήθηκε τη Δευτέρα, αφού το συμβούλιο απέρριψε για δεύτερη φορά τον προϋπολογισμό."
JAPANESE = "市長は月曜日に辞任した。議会が予算案を二度にわたって否決したためで、来月にも選挙が行われる見通しだという。"
KOREAN = "시장은 월요일에 사임했다. 의회가 예산안을 두 번째로 부결했기 때문에 다음 달에 선거가 치러질 것으로 보인다."
CHINESE = "市长在星期一辞职了。因为议会第二次没有通过他的预算,所以下个月就要进行选举,这是人们没有想到的。"
TAIWANESE = "市長在星期一辭職了。因為議會第二次沒有通過他的預算,所以下個月就要進行選舉,這是人們沒有想到的。"

LEGACY = [
    (GERMAN, "cp1252"), (GERMAN.translate({0x2013: "-", 0x201E: '"', 0x201C: '"'}), "iso8859-15"), (SPANISH, "cp1252"),
    (SWEDISH, "cp1252"), ("It’s “over”, she said — and left.", "cp1252"), (TURKISH, "cp1254"), (POLISH, "cp1250"),
    (POLISH, "iso8859-2"), (CZECH, "cp1250"), (CZECH, "iso8859-2"), (HUNGARIAN, "cp1250"), (HUNGARIAN, "iso8859-2"),
    (LITHUANIAN, "cp1257"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "iso8859-5"), (GREEK, "cp1253"),
    (RUSSIAN, "cp855"), (RUSSIAN, "cp866"), (RUSSIAN, "mac_cyrillic"), (KOREAN, "johab"),
    (JAPANESE, "euc_jp"), (JAPANESE, "cp932"), (JAPANESE, "iso2022_jp"), (JAPANESE, "utf-16-le"), (JAPANESE, "utf-16-be"),
    (KOREAN, "cp949"), (CHINESE, "gb18030"), (TAIWANESE, "big5hkscs"), (GERMAN, "utf-16-le"), (GERMAN, "utf-32-be"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codec"), LEGACY, ids=[f"{codec}-{number}" for number, (_, codec) in enumerate(LEGACY)]
)
@pytest.mark.parametrize("shape", ["{}", "<html><body><p>{}</p>\n<p>{}</p></body></html>"], ids=["text", "page"])
def test_undeclared(text: str, codec: str, shape: str) -> None:
    page = shape.replace("{}", text)
    found = decode(page.encode(codec))
    assert found.text == page and not found.flags


def test_korean_mail_says_at_its_head_what_it_is() -> None:
    body = KOREAN.encode("iso2022_kr")
    assert decode(body) == Decoded(KOREAN, "iso2022_kr", ())
    assert decode(body[:-20] + b"\x0e\x21", is_html=False).flags == ("undecodable_bytes",)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_beats_everything(codec: str) -> None:
    assert decode(GERMAN.encode(codec), header="text/html; charset=koi8-r").text == GERMAN


def page(charset: str, text: str = GERMAN) -> str:
    return f"<html><head><meta charset={charset}></head><p>{text}</p>"


DECLARED = [
    ("the header beats the meta element", page("koi8-r").encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252"),
    ("the meta element is read", page("windows-1251", RUSSIAN).encode("cp1251"), None, "cp1251"),
    ("in its long form", b'<META http-equiv=Content-Type content="text/html; charset=KOI8-R">' + RUSSIAN.encode("koi8-r"), None, "koi8-r"),
    ("in an XML declaration", b'<?xml version="1.0" encoding="EUC-JP"?>' + JAPANESE.encode("euc_jp"), None, "euc_jp"),
    ("not in a comment", b"<!-- <meta charset=koi8-r> -->" + GERMAN.encode("cp1252"), None, "cp1252"),
    ("latin1 means windows-1252 on the web", b"<meta charset=latin1>It\x92s", None, "cp1252"),
    ("an unknown label says nothing", page("klingon").encode("cp1252"), "text/html; charset=none", "cp1252"),
    ("a label of Python's own says nothing", page("rot13").encode("cp1252"), "text/html; charset=unicode_escape", "cp1252"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "header", "codec"), DECLARED, ids=[row[0] for row in DECLARED])
def test_declared(why: str, body: bytes, header: str | None, codec: str) -> None:
    found = decode(body, header=header)
    assert (found.text, found.encoding, found.flags) == (body.decode(codec), codec, ()), why


def test_valid_utf8_beats_a_declaration() -> None:
    body = page("windows-1252").encode()
    assert decode(body) == Decoded(body.decode(), "utf-8", ("encoding_mismatch",))
    plain = page("windows-1252", "nothing beyond ASCII").encode()
    assert decode(plain) == Decoded(plain.decode(), "utf-8", ())


def test_a_declaration_that_is_wrong_for_all_bytes_is_flagged() -> None:
    found = decode(page("utf-8", RUSSIAN).encode("cp1251"))
    assert RUSSIAN in found.text and found.flags == ("encoding_mismatch",)


def test_lines_of_another_encoding_are_read_in_it() -> None:
    body = "\n".join([GERMAN, SPANISH] * 5).encode() + b"\n" + SWEDISH.encode("cp1252") + b"\n" + GERMAN.encode()
    found = decode(body)
    assert found.text.split("\n")[-2:] == [SWEDISH, GERMAN] and found.flags == ("mixed_encoding",)


def test_a_stray_byte_costs_itself_alone() -> None:
    body = (GERMAN + " It").encode() + b"\x92" + ("s " + GERMAN).encode()
    assert decode(body) == Decoded(f"{GERMAN} It’s {GERMAN}", "utf-8", ("mixed_encoding",))
    torn = decode((GERMAN + " ").encode() + "–".encode()[:2] + (" " + GERMAN).encode())
    assert torn == Decoded(f"{GERMAN} \ufffd {GERMAN}", "utf-8", ("undecodable_bytes",))


def test_a_damaged_page_keeps_its_declared_encoding() -> None:
    found = decode(
        b"<meta charset=euc-jp>" + (JAPANESE * 5).encode("euc_jp") + b"\xa4\n<p>" + (JAPANESE * 5).encode("euc_jp")
    )
    assert found.text.count(JAPANESE) >= 9 and (found.encoding, found.flags) == ("euc_jp", ("undecodable_bytes",))


BINARY = [
    b"%PDF-1.7\n%\xe2\xe3", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\x14\0", b"\x1f\x8b\x08\0", b"\xff\xd8\xff\xe0\0", b"GIF89a\1\0",
    b"\0\0\0\x18ftypmp42", b"RIFF\x24\0\0\0WEBPVP8", random.Random(1).randbytes(5_000), b"ab\0\1\2\3" * 500,
]  # fmt: skip


@pytest.mark.parametrize("body", BINARY, ids=[repr(body[:8]) for body in BINARY])
def test_binary_is_not_text(body: bytes) -> None:
    with pytest.raises(NotText, match="looks"):
        decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PK is a name",
        b"RIFFS AND ROLLS WAVE",
        b"GIF is a format",
        b"%PDF is a word",
        b"one \0 stray NUL " + b"x" * 200,
        b"\x1b[1mbold\x1b[0m",
    ],
    ids=repr,
)
def test_lookalikes_of_binary_are_text(body: bytes) -> None:
    assert decode(body).text == body.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!DOCTYPE html><title>A</title>", True),
        ("\n<?xml version='1.0'?>\n<!-- made by hand --><html>", True),
        ("<p>One.</p><p>Two.</p><p>Three.</p>", True),
        ("Mayor resigns\n\nThe mayor resigned on Monday.", False),
        ("if a < b and b > c: print('<p>')", False),
        ("How to close a paragraph: write </p> behind it.", False),
        ("<html lovers meet on Monday", True),
        ("", False),
    ],
)
def test_looks_like_html(text: str, expected: bool) -> None:
    assert looks_like_html(text) is expected


def test_labels() -> None:
    assert [codec_of(label) for label in (" Latin1 ", "GB2312", "x-user-defined", "sjis", "zip", "idna", "utf-7")] == [
        "cp1252", "gb18030", "cp1252", "cp932", None, None, None,
    ]  # fmt: skip


MARKS = (b"", codecs.BOM_UTF8, codecs.BOM_UTF16, codecs.BOM_UTF16_BE, codecs.BOM_UTF32, codecs.BOM_UTF32_BE)
SWITCHES = re.compile(rb"(?:\x1b\$?[()]?[@-Z]|[\x0e\x0f]|~[{}\n])*")  # from one set of characters to another


@example(b"\x1b$)C", None)
@example(b"\x1b$B\x1b(B", None)
@example(b"~\n~{~}", "charset=hz")
@given(
    st.binary(max_size=300),
    st.sampled_from([None, "text/html; charset=utf-16", "charset=gb18030", "charset=iso-2022-kr", "charset=hz"]),
)
def test_never_raises_and_never_loses(body: bytes, header: str | None) -> None:
    try:
        found = decode(body, header=header)
    except NotText:
        return
    assert found.text or body in MARKS or SWITCHES.fullmatch(body)
    assert codecs.lookup(found.encoding)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_is_read_as_it_is(text: str) -> None:
    body = text.encode()
    if not body.startswith((codecs.BOM_UTF8, b"%PDF-", b"GIF8", b"wOF", b"PAR1", b"BZh9")) and body[4:8] != b"ftyp":
        assert decode(body).text == text


FLOODS = {
    "high": b"\xe9" * 1_000_000, "torn": "–".encode()[:2] * 400_000, "meta": b"<meta " * 200_000 + b"\xe9", "comments": b"<!--" * 300_000 + b"\xe9",
    "lines": b"\xe9\n" * 300_000, "mixed": "ä".encode() * 200_000 + b"\n\xe9a" * 100_000, "charset": b"<meta charset=" + b" " * 500_000 + b"\xe9",
}  # fmt: skip


@pytest.mark.parametrize("body", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_read_whole(body: bytes) -> None:  # where the time grows with the square, this takes hours
    assert len(decode(body).text) >= len(body) / 4


def test_japanese_that_breaks_off_inside_a_character_is_read_to_there() -> None:
    text = "市議会は火曜日、古い橋を秋に閉鎖することを決めたと発表した。"
    body = f"<p>{text}</p>".encode("iso2022_jp") * 20 + b"\x1b$B\x24"
    found = decode(body)
    assert (found.encoding, found.flags) == ("iso-2022-jp", ("undecodable_bytes",))
    assert found.text.startswith(f"<p>{text}</p>" * 20)


def test_nuls_strewn_over_ascii_make_no_utf16() -> None:
    with pytest.raises(NotText):
        decode(b"<p>The boats are home.</p>" + b"\0boats" * 80)
