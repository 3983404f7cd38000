"""What a reader sees of rights."""

from services.distribution.api import HoldingView, RightsInView
from services.distribution.rights import Holding, Question, RightsIn
from services.distribution.titles import Title


def rights_in(it: RightsIn) -> RightsInView:
    """The rights of one contract."""
    return RightsInView(it.id, it.tenant, it.production_id, it.grants, it.registered_at, it.version)


def holding(title: Title, question: Question, it: Holding) -> HoldingView:
    """The answer to a question about a title, with the question."""
    return HoldingView(
        production_id=title.id,
        title=title.name,
        media=question.media,
        territory=question.territory,
        language=question.language,
        on=question.on,
        held=bool(it.rights),
        exclusive=it.exclusive,
        rights=it.rights,
        reason=it.reason,
        nearest=it.nearest,
    )
