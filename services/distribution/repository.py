"""Distribution's collections: rights in by contract, and titles."""

from typing import Any

from pymongo import IndexModel

from chassis.store import Repository
from services.distribution.rights import RightsIn
from services.distribution.titles import Title

EVERY = 0  # MongoDB's limit 0: no limit


class DistributionRepository(Repository):
    """What distribution keeps."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rights = self.aggregates(
            "rights",
            RightsIn,
            "right in from contract",
            [IndexModel([("tenant", 1), ("_id", 1)]), IndexModel([("production_id", 1), ("_id", 1)])],
        )
        self.titles = self.aggregates("titles", Title, "production")

    def rights_in(self, title: Title) -> list[RightsIn]:
        """All rights in a title, the oldest contract first."""
        return self.rights.select({"production_id": title.id, "tenant": title.tenant}, EVERY)
