"""The encodings in which spreadsheets write CSV."""

from string import ascii_letters

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.talent.bulk.decoding import decode
from services.talent.bulk.sheets import SheetUnreadable

NAMES = {
    "gb18030": ("张三", "韩书妍", "横店灯笼影业", "欧阳娜娜", "赵丽颖", "高圆圆，演员"),
    "cp950": ("張三", "林青霞", "陳奕迅", "臺北市"),
    "cp932": ("佐藤美咲", "森 愛子", "モリ アイコ", "田中さくら"),
    "cp1252": ("José", "René Müller", "François Côté"),
    "utf-8": ("한서연", "นักแสดง", "Đặng"),
    "utf-8-sig": ("한서연", "张三"),
    "utf-16": ("한서연", "张三", "😀"),
}


@pytest.mark.parametrize(("encoding", "name"), [(each, name) for each, names in NAMES.items() for name in names])
def test_what_a_spreadsheet_writes_is_read(encoding: str, name: str) -> None:
    """A heading in English and one name are enough to tell."""
    text = f"names.legal,nationality\r\n{name},XX\r\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("name", ["김철수", "이영희,서울특별시 마포구"])
def test_what_may_be_two_texts_is_refused_with_both(name: str) -> None:
    """Korean syllables are Chinese characters in another encoding; who names it is understood."""
    content = f"names.legal\n{name}\n".encode("cp949")
    with pytest.raises(SheetUnreadable) as refused:
        decode(content)
    assert {"gb18030", "euc-kr"} <= set(refused.value.facts["candidates"].split(", "))
    assert "?charset=gb18030" in refused.value.text("zh")
    assert name in decode(content, "euc-kr")


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=50))
def test_what_is_declared_is_read(text: str) -> None:
    """Every character that there is, in each encoding of all of them."""
    text = text.removeprefix("\ufeff")
    assert {decode(text.encode(each), each) for each in ("utf-8", "utf-16", "gb18030")} == {text}


@pytest.mark.parametrize("name", ["José Müller", "Zoë", "Ångström", "Дмитрий Иванович Менделеев", "林晓"])
def test_utf_8_without_a_mark_is_read(name: str) -> None:
    """Accents next to Latin letters, other scripts and Chinese are what they look like."""
    assert decode(f"names.legal,{name}".encode()) == f"names.legal,{name}"


@example(text="藓")
@example(text="卮1")
@example(text="茅")
@given(
    st.text(
        st.characters(codec="gb2312", exclude_characters=ascii_letters) | st.sampled_from("張韓書妍學雲龍"),
        min_size=1,
        max_size=30,
    )
)
def test_no_chinese_text_is_read_as_another(text: str) -> None:
    """What Excel writes in China is read as it is, or refused: simplified or traditional, long or short.

    But between Latin letters, where two bytes are an accented letter in UTF-8 (José).
    """
    try:
        assert decode(f"names.legal,{text}".encode("gb18030")) == f"names.legal,{text}"
    except SheetUnreadable:
        return


@pytest.mark.parametrize(("content", "charset"), [("张".encode("gb18030"), "utf-8"), (b"\xff\xfea", None)])
def test_what_is_not_in_its_encoding_is_refused(content: bytes, charset: str | None) -> None:
    """The one that is declared, or that its mark says."""
    with pytest.raises(SheetUnreadable) as refused:
        decode(content, charset)
    assert refused.value.facts["reason"] == "charset"
