"""What may be asked of talent."""

from chassis.api import Api
from services.talent.amendments import api as amendments
from services.talent.availability import api as availability
from services.talent.bulk import api as bulk
from services.talent.casting import api as casting
from services.talent.contracts import api as contracts
from services.talent.documents import api as documents
from services.talent.legal_details import api as legal_details
from services.talent.letters import api as letters
from services.talent.negotiation import api as negotiation
from services.talent.paper import api as paper
from services.talent.pay import api as pay
from services.talent.people import api as people
from services.talent.portal import api as portal
from services.talent.privacy import api as privacy
from services.talent.signing import api as signing
from services.talent.templates import api as templates

API = Api(
    "talent",
    "People, their documents and time, casting, contracts with their signatures, and pay.",
    (
        *people.OPERATIONS,
        *privacy.OPERATIONS,
        *contracts.OPERATIONS,
        *legal_details.OPERATIONS,
        *pay.OPERATIONS,
        *documents.OPERATIONS,
        *availability.OPERATIONS,
        *negotiation.OPERATIONS,
        *amendments.OPERATIONS,
        *signing.OPERATIONS,
        *casting.OPERATIONS,
        *templates.OPERATIONS,
        *bulk.OPERATIONS,
        *paper.OPERATIONS,
        *letters.OPERATIONS,
        *portal.OPERATIONS,
    ),
)
