"""What papers are called when somebody keeps them: by title and name, in the language of the paper."""

import re
from urllib.parse import quote

from anyascii import anyascii

from services.talent.contracts.document import ContractDocument
from services.talent.contracts.identities import PERFORMER

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
LONGEST_PART = 60  # characters


def contract_file(document: ContractDocument, *, sealed: bool) -> str:
    """The name of a contract's PDF, in the language whose text prevails: `合同_灯笼千金_佐藤美咲.pdf`."""
    language = document.terms.prevailing_language
    performer = next((party.name or "" for party in document.parties if party.key == PERFORMER), "")
    words = {"zh": ("合同", "未签"), "en": ("Contract", "unsigned")}[language]
    return _joined(words[0], document.production.of(language), performer, "" if sealed else words[1])


def person_file(name: str) -> str:
    """The name of the PDF with all that is held on a person."""
    return _joined("个人数据", name)


def disposition(name: str) -> tuple[str, str]:
    """The header that gives a file its name (RFC 6266), in letters that every client reads, too (RFC 8187)."""
    plain = _NOT_IN_NAMES.sub("", anyascii(name))
    return "Content-Disposition", f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _joined(*parts: str) -> str:
    cleaned = (" ".join(_NOT_IN_NAMES.sub(" ", part).split())[:LONGEST_PART] for part in parts)
    return "_".join(part for part in cleaned if part) + ".pdf"
