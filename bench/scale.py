"""How much is measured: all of it in less than twenty minutes, or a first impression in three."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Repetitions; seconds of load in one of them, by measurement (B1: `signing` ours, `peers` theirs); and how much there is of
    what is counted.

    `small` and `large` are stored contracts (B6), `signings` how many are counted before memory is judged (B7),
    `entries` the length of the ledger (B5), `events` what one handler drains from its queue (B3), `people` whom one studio
    has on file (TALENT).
    """

    name: str
    repetitions: int
    signing: float
    peers: float
    reading: float
    effects: float
    growth: float
    copies: float
    idle: float
    small: int
    large: int
    signings: int
    entries: int
    events: int
    people: int


FULL = Scale(
    name="full",
    repetitions=5,
    signing=12,
    peers=3,
    reading=1,
    effects=2,
    growth=2,
    copies=2,
    idle=4,
    small=10_000,
    large=1_000_000,
    signings=100_000,
    entries=1_000_000,
    events=50_000,
    people=100_000,
)
QUICK = Scale(
    name="quick",
    repetitions=2,
    signing=3,
    peers=2,
    reading=1,
    effects=1,
    growth=2,
    copies=1,
    idle=2,
    small=2_000,
    large=50_000,
    signings=5_000,
    entries=20_000,
    events=10_000,
    people=10_000,
)
