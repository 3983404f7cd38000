"""Passport numbers in the form of their country."""

import pytest

from services.talent.documents.numbers import PassportNumberMalformed, check_passport


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("CN", "E12345678"),
        ("CN", "EJ4417092"),
        ("CN", "PE1234567"),
        ("KR", "M1234 5678"),
        ("KR", "m123a4567"),
        ("JP", "TZ-1183045"),
        ("US", "A03318857"),
        ("US", "503318857"),
        ("GB", "533190248"),
        ("DE", "C4VK7HT2L"),
        ("FR", "19AV63207"),
        ("CA", "AB123456"),
        ("CA", "P123456AA"),
        ("KZ", "N11873304"),
    ],
)
def test_a_number_as_printed_is_accepted(country: str, number: str) -> None:
    """Spaces, hyphens and case do not matter; a country without a known form has ICAO's."""
    check_passport(country, number, "/number")


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("CN", "EO1234567"),
        ("CN", "1234567"),
        ("KR", "12345678"),
        ("JP", "T1183045"),
        ("GB", "53319024"),
        ("DE", "B4VK7HT2L"),
        ("KZ", "N1187330412"),
        ("KZ", "N118.7330"),
        ("KZ", "N12"),
    ],
)
def test_a_number_that_no_passport_has_is_refused(country: str, number: str) -> None:
    """Wrong letters, too short, or more than the nine places of the machine-readable zone."""
    with pytest.raises(PassportNumberMalformed) as refused:
        check_passport(country, number, "/document/number")
    assert refused.value.pointer == "/document/number"
