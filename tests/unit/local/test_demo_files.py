"""The files of the demo alliance can be edited by hand: what is right loads, what is wrong is told in one readable line."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.demo.files import FOLDER, load
from deploy.demo.yaml_file import FileInvalid

TODAY = date(2028, 2, 20)  # the days that follow cross a 29 February
Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Makes a copy of the files in which one text is replaced where it first occurs."""

    def replace(name: str, old: str, new: str) -> Path:
        for file in FOLDER.glob("*.yaml"):
            shutil.copy(file, tmp_path)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return replace


def fault_of(folder: Path) -> str:
    """What is said of the files of a folder."""
    with pytest.raises(FileInvalid) as caught:
        load(folder, TODAY)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_demo_alliance_is_the_one_of_the_story() -> None:
    """Studios in four cities, people of many nations in their own scripts, contracts for all seven markets."""
    alliance = load(today=TODAY)
    assert {studio.city for studio in alliance.studios.values()} == {"Hengdian", "Los Angeles", "Seoul", "Berlin"}
    assert len(alliance.people) >= 12
    assert len({person.nationality for person in alliance.people.values()}) >= 6
    legal_names = "".join(person.names.legal for person in alliance.people.values())
    for script, letter in {
        "zh": "李",
        "ja": "美",
        "ko": "한",
        "th": "ศ",
        "cyrillic": "Ә".lower(),
        "latin": "É",
    }.items():
        assert letter in legal_names, script
    markets = {t for c in alliance.contracts.values() for grant in c.grants for t in grant.territories}
    assert markets == {"US", "JP", "KR", "DE", "FR", "GB", "BR"}
    platforms = {platform for production in alliance.productions.values() for platform in production.platforms}
    assert platforms == {"ReelShort", "DramaBox", "FlexTV"}
    assert len(alliance.productions) == 2


def test_mail_goes_to_nobody() -> None:
    """Addresses of people who do not exist must not be those of people who do (RFC 2606)."""
    for person in load(today=TODAY).people.values():
        assert person.contact.email is not None
        assert person.contact.email.rpartition("@")[2] in {"example.com", "example.org", "example.net"}


def test_days_count_from_today() -> None:
    """Work lies in the coming weeks whenever the demo runs, and a grant of n years ends the day before its anniversary."""
    alliance = load(today=TODAY)
    contract = alliance.contracts["seoyeon-heiress"]
    terms = contract.terms("prd_1", "prs_1", TODAY)
    assert terms.work_dates[0] == TODAY + timedelta(days=14)
    assert terms.grants[0].starts_on == date(2028, 4, 20)
    assert terms.grants[0].ends_on == date(2033, 4, 19)


def test_texts_that_yaml_would_reinterpret_stay_texts(edit: Edit) -> None:
    """NO is Norway and 52000.10 is exact: YAML 1.1 would read a boolean and a binary float."""
    alliance = load(edit("contracts.yaml", "territories: [BR]", "territories: [NO]"), TODAY)
    assert alliance.contracts["joao-captain"].grants[0].territories == ("NO",)
    alliance = load(edit("contracts.yaml", "52000.00", "52000.10"), TODAY)
    assert str(alliance.contracts["joao-captain"].fee.amount) == "52000.10"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("studios.yaml", "city: Hengdian", "town: Hengdian", "studios.yaml:10: studios / 0 / town: there is no such key; expected one of key, name, city, legal, members"),
        ("studios.yaml", "    city: Hengdian\n", "", "studios.yaml:8: studios / 0 / city: Missing data for required field."),
        ("studios.yaml", "roles: [casting]", "roles: [acting]", "studios.yaml:20: studios / 0 / members / 1 / roles / 0: Must be one of: producer, casting, legal, finance, viewer."),
        ("studios.yaml", "roles: [producer]", "roles: [legal]", "studios.yaml:18: studios / 0 / members: nobody is the producer; expected a member with that role"),
        ("studios.yaml", "key: seoul", "key: berlin", "berlin is used twice; expected a key of its own"),
        ("studios.yaml", "city: Seoul", "city: Seoul\n    city: Busan", "city: expected a plain key that is given once"),
        ("studios.yaml", "city: Seoul", "city: [Seoul", ": is not YAML: expected"),
        ("people.yaml", "[seoul, hengdian]", "[seoul, henghian]", "people / 0 / on_file / 1: there is no studio henghian; expected one of hengdian, los_angeles, seoul, berlin"),
        ("people.yaml", "nationality: KR", "nationality: XX", "XX is not an ISO 3166-1 code"),
        ("people.yaml", "until_day: 84", "until_day: -84", "people / 2 / permits / 0 / until_day: The permit would end on"),
        ("productions.yaml", "studio: hengdian", "studio: busan", "productions / 0 / studio: there is no studio busan; expected one of"),
        ("productions.yaml", "[21, 22]}", "[19, 22]}", "productions / 0 / shooting: Unit A has 2028-03-10 twice."),
        ("contracts.yaml", "person: seoyeon", "person: emily", "contracts / 0 / person: emily is not; expected somebody whom hengdian, which produces lantern, has on file"),
        ("contracts.yaml", "production: lantern", "production: lantren", "there is no production lantren; expected one of lantern, harbor"),
        ("contracts.yaml", "work_days: [14,", "work_days: [13,", "contracts / 0 / work_days / 0: nobody shoots lantern on day 13; expected one of 14, 15,"),
        ("contracts.yaml", "percent: 40", "percent: 45", "contracts / 0 / instalments: The instalments add up to 105 percent, not to 100."),
        ("contracts.yaml", "        signer: 최은지\n", "", "contracts / 0 / parties / 1: nobody signs for agent; expected a signer"),
        ("contracts.yaml", "        address: 서울특별시 강남구 테헤란로 231 (06142)\n", "", "contracts / 0 / parties / 1: expected the name and the address of agent"),
        ("contracts.yaml", "party: studio", "party: company", "expected performer and studio to be among the parties"),
        ("story.yaml", "contract: seoyeon-heiress", "contract: emily-bride", "story.yaml:4: contract: emily may work already"),
        ("story.yaml", "until_day: 89", "until_day: 16", "permit: does not cover day 17 of seoyeon-heiress"),
        ("story.yaml", "places: [Hengdian]", "places: [Xiangshan]", "permit / places: does not cover Hengdian, where seoyeon-heiress works"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(edit: Edit, file: str, old: str, new: str, said: str) -> None:
    """Whoever edits a file is told the file, the line, the place in it, and what was expected."""
    fault = fault_of(edit(file, old, new))
    assert said in fault
    assert fault.startswith(f"{file}:")


def test_a_missing_file_is_named(edit: Edit) -> None:
    """Every file is needed."""
    folder = edit("story.yaml", "contract", "contract")
    (folder / "productions.yaml").unlink()
    assert fault_of(folder) == "productions.yaml: cannot be read: No such file or directory"


def test_an_empty_file_is_named(edit: Edit) -> None:
    """A file of comments only says nothing."""
    folder = edit("story.yaml", "contract", "contract")
    (folder / "people.yaml").write_text("# nobody\n", encoding="utf-8")
    assert fault_of(folder) == "people.yaml: is empty"
