"""Who gets letters with personal links: how they are called and reached, and where their links lead."""

from dataclasses import dataclass
from typing import Literal

from events.shapes import Line
from services.talent.people.files import Email

Reading = Literal["zh", "en", "ja", "ko"]
"""The languages in which letters and the pages behind their links are written."""


@dataclass(frozen=True)
class Contact:
    """How somebody is called and reached; stored sealed."""

    name: Line
    email: Email


@dataclass(frozen=True)
class Addressee:
    """Somebody who gets personal links, as they stand now: to a contract (`contract_id`), or to a person's page (`person_id`).

    `recipient` is their key in the contract, or who they are on the page. `serial` counts the addresses that they had: a link to an
    earlier one is dead. `subject` is whose key seals what is written to them.
    """

    tenant: str
    subject: str
    recipient: str
    serial: int
    language: Reading
    contact: Contact
    contract_id: str | None = None
    person_id: str | None = None

    @property
    def page(self) -> str:
        """The path of the page that their links lead to; the token follows."""
        return "sign" if self.contract_id else "my"

    @property
    def door(self) -> str:
        """The path of the operations that the page asks; the token follows."""
        return "/public/signing" if self.contract_id else "/public/portal"


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else learns: `m•••@example.com`."""
    name, _, host = email.rpartition("@")
    return f"{name[:1]}•••@{host}"
