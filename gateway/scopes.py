"""What each role of a studio's member may do, as OAuth scopes."""

READ = frozenset(
    {
        "credentials:own",
        "people:read",
        "contracts:read",
        "productions:read",
        "schedule:read",
        "findings:read",
        "rights:read",
        "ledger:read",
        "accounts:read",
        "pay:read",
        "casting:read",
    }
)
ROLES: dict[str, frozenset[str]] = {
    "viewer": READ,
    "finance": READ | {"pay:write"},
    "legal": READ
    | {"identity:read", "people:erase", "permits:write", "contracts:write", "contracts:sign", "pay:confirm"},
    "casting": READ | {"people:write", "permits:write", "schedule:write", "casting:write"},
    "producer": READ
    | {
        "identity:read",
        "people:write",
        "people:erase",
        "permits:write",
        "contracts:write",
        "contracts:sign",
        "productions:write",
        "schedule:write",
        "accounts:write",
        "pay:write",
        "casting:write",
    },
}
OFFICE_ROLE = "office"
OFFICE = READ | {"accounts:write", "office"}
ALL: dict[str, str] = {
    "people:read": "Read your studio's files on people",
    "identity:read": "Read birth dates and numbers of passports, and export what is on file of a person",
    "people:write": "Register people and change their files",
    "people:erase": "Forget a person who asks for it",
    "permits:write": "Put work permits and other documents on file, check and revoke them",
    "contracts:read": "Read contracts",
    "contracts:write": "Draft, send and cancel contracts",
    "contracts:sign": "Sign and decline contracts",
    "productions:read": "Read productions",
    "productions:write": "Open productions",
    "schedule:read": "Read schedules and bookings",
    "schedule:write": "Plan shooting days, book and release people",
    "findings:read": "Read findings of the rules",
    "rights:read": "Read and query the rights held",
    "ledger:read": "Read your studio's entries in the ledger",
    "casting:read": "Read roles, submissions and auditions",
    "casting:write": "Describe roles, call, select, audition, hold and offer",
    "accounts:read": "Read your studio, its members and credentials",
    "accounts:write": "Add members, change their roles, issue a member's first credential, revoke any",
    "credentials:own": "Issue and revoke your own credentials",
    "pay:read": "Read instalments, payments and how punctual your studio is",
    "pay:write": "Record payments",
    "pay:confirm": "Confirm and dispute payments for the person",
    "office": "The alliance office: admit and suspend studios, read across them",
}


SEPARATE = frozenset({"pay:write", "pay:confirm"})
"""Nobody has both: who records a payment does not confirm it."""


def grantable(scopes: frozenset[str]) -> frozenset[str]:
    """What a member with these scopes may give another: no more than they have.

    As nobody has both of SEPARATE, whoever has one of them may name another member for the other.
    """
    return scopes | SEPARATE if scopes & SEPARATE else scopes


def scopes_of(roles: tuple[str, ...]) -> frozenset[str]:
    """The union of what the roles allow."""
    return frozenset().union(*(OFFICE if role == OFFICE_ROLE else ROLES[role] for role in roles))
