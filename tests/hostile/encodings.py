"""Pages in encodings that nobody declares, that are declared wrongly, mixed, cut or against the rules."""

from __future__ import annotations

import codecs

from hostile.kinds import ARTICLE, NO_TEXT, NOTHING_SEEN, Kind, page

GERMAN = "Zwölf Möwen saßen am Morgen auf der Kaimauer, und über dem Fluss hing früh der Nebel, erzählte der Küster."
RUSSIAN = "Утром над рекой стоял туман, и сорок одна лодка вернулась в гавань только на второй день, сказал сторож."
JAPANESE = "朝、川の上に霧が立ちこめ、四十一そうの船は二日目になってようやく港に戻った、と番人は話した。"
CHINESE = "早晨河上有大雾，四十一条船到了第二天才回到港口，看守人对我们说，他在墙上写下了这个数字。"
KOREAN = "아침에 강 위에 안개가 끼었고 마흔한 척의 배는 이튿날에야 항구로 돌아왔다고 문지기가 말했다."
GREEK = "Το πρωί είχε ομίχλη στο ποτάμι και οι σαράντα μία βάρκες γύρισαν στο λιμάνι τη δεύτερη μέρα, είπε ο φύλακας."
ARABIC = "في الصباح كان الضباب فوق النهر، وعادت القوارب الإحدى والأربعون إلى الميناء في اليوم الثاني، قال الحارس."
LONG = 12  # paragraphs; an article, not a line, is what an encoding is told from


def story(text: str, charset: str = "") -> str:
    """A page of this text, which declares the charset when one is named."""
    declared = f"<meta charset={charset}>" if charset else ""
    body = "".join(f"<p>{number}. {text}</p>\n" for number in range(LONG))
    return f"<html><head>{declared}<title>x</title></head><body>\n{body}</body></html>"


def encoded(name: str, text: str, codec: str, charset: str = "", bom: bytes = b"", shown: bool = True) -> Kind:
    """A page in one encoding that declares another, or none."""
    return Kind(name, lambda _: bom + story(text, charset).encode(codec), shows=(text,) if shown else ())


def with_bytes(name: str, inside: bytes, size: int = 1, allowed: frozenset[str] = ARTICLE) -> Kind:
    """A page in UTF-8 in which these bytes stand in a paragraph of their own."""
    return Kind(name, lambda count: page("<p>@</p>").replace(b"@", inside * count), size, allowed)


UNDECLARED = (
    encoded("undeclared_cp1252", GERMAN, "cp1252"),
    encoded("undeclared_cp1251", RUSSIAN, "cp1251"),
    encoded("undeclared_koi8", RUSSIAN, "koi8-r"),
    encoded("undeclared_shift_jis", JAPANESE, "cp932"),
    encoded("undeclared_euc_jp", JAPANESE, "euc_jp"),
    encoded("undeclared_iso_2022_jp", JAPANESE, "iso2022_jp"),
    encoded("undeclared_gb18030", CHINESE, "gb18030"),
    encoded(
        "undeclared_big5", "早晨河上有霧，四十一條船到了第二天才回到港口，他說的是真的，我們都在那裡看著。", "big5"
    ),
    encoded("undeclared_euc_kr", KOREAN, "cp949"),
    encoded("undeclared_greek", GREEK, "cp1253"),
    encoded("undeclared_arabic", ARABIC.replace("،", ","), "cp1256"),
    encoded("undeclared_utf16_le", GERMAN, "utf-16-le"),
    encoded("undeclared_utf16_be", RUSSIAN, "utf-16-be"),
    encoded("undeclared_utf32", GERMAN, "utf-32-le"),
)
MARKED = (
    encoded("marked_utf8", RUSSIAN, "utf-8", bom=codecs.BOM_UTF8),
    encoded("marked_utf8_declared_latin", RUSSIAN, "utf-8", "iso-8859-1", codecs.BOM_UTF8),
    encoded("marked_utf16_le", RUSSIAN, "utf-16-le", "utf-8", codecs.BOM_UTF16_LE),
    encoded("marked_utf16_be", RUSSIAN, "utf-16-be", "utf-8", codecs.BOM_UTF16_BE),
    encoded("marked_utf32_le", RUSSIAN, "utf-32-le", "utf-8", codecs.BOM_UTF32_LE),
    encoded("marked_utf32_be", RUSSIAN, "utf-32-be", "utf-8", codecs.BOM_UTF32_BE),
    Kind("marked_wrongly_as_utf16", lambda _: codecs.BOM_UTF16_LE + page(""), shows=()),
    Kind("marked_twice", lambda _: codecs.BOM_UTF8 * 2 + page("")),
    Kind("marked_in_the_middle", lambda n: page(codecs.BOM_UTF8.decode() * n), 10_000),
)
WRONG = (
    encoded("declared_latin_is_utf8", RUSSIAN, "utf-8", "iso-8859-1"),
    encoded("declared_utf8_is_cp1252", GERMAN, "cp1252", "utf-8"),
    encoded("declared_utf8_is_cp1251", RUSSIAN, "cp1251", "utf-8"),
    encoded("declared_utf16_is_utf8", GERMAN, "utf-8", "utf-16"),
    encoded("declared_unknown", GERMAN, "utf-8", "x-klingon"),
    encoded("declared_giant", GERMAN, "utf-8", "x" * 100_000),
    encoded("declared_utf7", GERMAN, "utf-8", "utf-7"),
    encoded("declared_python_codec", GERMAN, "utf-8", "rot13"),
    encoded("declared_path", GERMAN, "utf-8", "../../etc/passwd"),
    encoded("declared_iso_2022_kr", GERMAN, "utf-8", "iso-2022-kr", shown=False),
    Kind(
        "declared_a_thousand_times",
        lambda n: page("", "".join(f"<meta charset=x{i}>" for i in range(n))),
        1_000,
    ),
    Kind("declared_in_a_bad_sidecar", lambda _: page(""), sidecar=lambda _: b'{"headers": {"content-type": ["x", 1]}}'),
    Kind(
        "declared_wrong_in_the_header",
        lambda _: story(GERMAN).encode(),
        shows=(GERMAN,),
        sidecar=lambda _: b'{"headers": {"Content-Type": "text/html; charset=koi8-r"}}',
    ),
)
BROKEN = (
    with_bytes("bytes_nul", b"\0boats", 20, ARTICLE | NO_TEXT),
    with_bytes("bytes_many_nuls", b"\0", 100_000, NO_TEXT),
    with_bytes("bytes_controls", bytes(range(1, 32)), 100, ARTICLE | NO_TEXT),
    with_bytes("bytes_c1_controls", "".join(map(chr, range(128, 160))).encode(), 1_000),
    with_bytes("bytes_lone_surrogate", b"\xed\xa0\x80"),
    with_bytes("bytes_surrogate_pairs", b"\xed\xa0\xbd\xed\xb8\x80", 1_000),
    with_bytes("bytes_overlong", b"\xc0\xaf\xe0\x80\xaf\xc1\xbf", 100),
    with_bytes("bytes_overlong_lt", b"\xc0\xbcscript\xc0\xbe", 10),
    with_bytes("bytes_beyond_unicode", b"\xf4\x90\x80\x80\xf7\xbf\xbf\xbf", 100),
    with_bytes("bytes_continuations", b"\x80\xbf", 10_000),
    with_bytes("bytes_high", b"\xff\xfe\xfd", 10_000),
    with_bytes("bytes_one_bad", b"caf\xe9 caf\xc3\xa9"),
    with_bytes("bytes_mixed_lines", RUSSIAN.encode("cp1251") + b"</p>\n<p>" + RUSSIAN.encode() + b"</p>\n<p>", 20),
    with_bytes("bytes_escape_sequences", b"\x1b$B\x1b(B\x1b[31m", 1_000),
    with_bytes("bytes_escape_never_back", b"\x1b$B"),
    with_bytes("bytes_noncharacters", "\ufdd0\uffff\U0010ffff\ufffe".encode(), 1_000),
    with_bytes("bytes_private_use", "\ue000\U000f0000".encode(), 1_000),
    with_bytes("bytes_tags_plane", "\U000e0041\U000e007f".encode(), 1_000),
    with_bytes("bytes_variation_selectors", "x\ufe0f\U000e0100".encode(), 1_000),
    with_bytes("bytes_line_separators", "a\u2028b\u2029c\x85d\x0be\x0cf".encode(), 1_000),
    with_bytes("bytes_expanding_forms", "ﷺ\u0390\u1f82".encode(), 5_000),
    Kind("cut_inside_a_character", lambda _: story(JAPANESE, "utf-8").encode()[:-20].rstrip(b">") + b"\xe6\x9c", shows=(JAPANESE,)),
    Kind("cut_inside_utf16", lambda _: codecs.BOM_UTF16_LE + story(GERMAN).encode("utf-16-le")[:-1], shows=(GERMAN,)),
    Kind("cut_inside_iso_2022_jp", lambda _: story(JAPANESE).encode("iso2022_jp") + b"\x1b$B\x24", shows=(JAPANESE,)),
    Kind("high_bytes_alone", lambda n: b"\xe9" * n, 500_000, NOTHING_SEEN, ()),
    Kind("cyrillic_flood", lambda n: story(RUSSIAN).encode("cp1251") * n, 100, shows=(RUSSIAN,)),
    Kind("east_asian_flood", lambda n: story(JAPANESE).encode("euc_jp") * n, 100, shows=(JAPANESE,)),
)  # fmt: skip

KINDS = (*UNDECLARED, *MARKED, *WRONG, *BROKEN)
