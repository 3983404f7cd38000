"""Whether a contract has a party."""

from services.talent.contracts.lifecycle import Contract
from services.talent.contracts.signing import PartyUnknown


def require_party(contract: Contract, party: str) -> None:
    """Raise PartyUnknown unless the contract has a party with this key."""
    keys = [each.key for each in contract.parties]
    if party not in keys:
        raise PartyUnknown("/party", party=party, parties=", ".join(keys))
