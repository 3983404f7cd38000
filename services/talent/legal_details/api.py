"""What may be asked about a studio's legal details."""

from chassis.api import Operation
from chassis.errors import NotFound
from services.talent.legal_details.details import LegalDetails

SET_LEGAL_DETAILS = Operation(
    name="set_legal_details",
    kind="command",
    method="PUT",
    path="/v1/legal-details",
    summary="Say what your studio is in law: contracts name it by this",
    description="A contract is not sent without them. Drafts get them at dispatch; what is out for signature stays as it is. "
    "Stored encrypted.",
    request=LegalDetails,
    response=LegalDetails,
    scope="contracts:write",
    versioned=True,
    example={
        "name": "横店晨光影业有限公司 Hengdian Dawn Pictures Co., Ltd.",
        "form": "有限责任公司 Limited liability company (China)",
        "registration_number": "91330783MA7DAWN01X",
        "address": "浙江省东阳市横店镇影都路 1 号 1 Yingdu Road, Hengdian, Dongyang, Zhejiang, China",
        "signatory": "林晓 Lin Xiao, 法定代表人 Legal representative",
        "email": "contracts@dawn.example.com",
        "time_zone": "Asia/Shanghai",
    },
)
GET_LEGAL_DETAILS = Operation(
    name="get_legal_details",
    kind="query",
    method="GET",
    path="/v1/legal-details",
    summary="Read what your studio is in law",
    response=LegalDetails,
    scope="contracts:read",
    versioned=True,
    errors=(NotFound,),
)

OPERATIONS = (SET_LEGAL_DETAILS, GET_LEGAL_DETAILS)
