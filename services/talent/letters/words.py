"""The words that stand around every letter, in each language."""

from dataclasses import dataclass
from typing import Literal

from services.talent.letters.addressees import Reading

Label = Literal["studio", "production", "part", "performer", "deadline"]


@dataclass(frozen=True)
class Words:
    """The greeting, what the button says, how a moment is written, and the lines at the end: how to check the letter.

    `answer` tells whom to ask where the studio reads answers, `ask` where it does not.
    """

    greeting: str
    button: str
    colon: str
    moment: str
    clock: str
    ask: str
    answer: str
    closing: tuple[str, ...]


WORDS: dict[Reading, Words] = {
    "zh": Words(
        greeting="{name}，您好：",
        button="打开",
        colon="：",
        moment="{day} {hour}（{zone}）",
        clock="short",
        ask="如有疑问，请联系{studio}。",
        answer="如有疑问，请直接回复本邮件，由{studio}答复。",
        closing=(
            "片名、角色和姓名均由{studio}填写。",
            "如何核实：本邮件中的链接只会指向 {platform}。我们绝不会索要密码；验证码只应在该页面输入，不要告诉任何人。",
            "请勿转发：链接与验证码仅供您本人使用。",
        ),
    ),
    "en": Words(
        greeting="Hello {name},",
        button="Open",
        colon=": ",
        moment="{day}, {hour} ({zone})",
        clock="short",
        ask="If you have questions, ask {studio}.",
        answer="If you have questions, reply to this letter: {studio} reads your answer.",
        closing=(
            "{studio} wrote the titles, roles and names in this letter.",
            "How to check this letter: its links lead to {platform} and nowhere else. We never ask for a password. "
            "A code belongs on that page only: do not tell it to anybody.",
            "Do not forward this letter: links and codes are for you alone.",
        ),
    ),
    "ja": Words(
        greeting="{name} 様",
        button="開く",
        colon="：",
        moment="{day} {hour}（{zone}）",
        clock="short",
        ask="ご不明な点は{studio}にお問い合わせください。",
        answer="ご不明な点は、このメールへの返信で{studio}にお問い合わせください。",
        closing=(
            "作品名、役名、お名前は{studio}が入力したものです。",
            "このメールの確認方法：リンク先は {platform} のみです。パスワードをお尋ねすることはありません。"
            "確認コードはこのページだけで入力し、だれにも伝えないでください。",
            "転送しないでください。リンクと確認コードはご本人専用です。",
        ),
    ),
    "ko": Words(
        greeting="{name} 님, 안녕하세요.",
        button="열기",
        colon=": ",
        moment="{day} {hour}({zone})",
        clock="HH:mm",
        ask="궁금한 점은 {studio}에 문의해 주세요.",
        answer="궁금한 점은 이 메일에 답장해 주세요. {studio}에서 답변드립니다.",
        closing=(
            "작품명, 배역, 이름은 {studio}에서 입력한 것입니다.",
            "메일 확인 방법: 링크는 {platform} 주소로만 연결됩니다. 비밀번호는 절대 묻지 않습니다. "
            "인증 코드는 그 페이지에만 입력하고 누구에게도 알려 주지 마세요.",
            "이 메일을 전달하지 마세요. 링크와 인증 코드는 본인만 사용할 수 있습니다.",
        ),
    ),
}

LABELS: dict[Reading, dict[Label, str]] = {
    "zh": {"studio": "发件机构", "production": "作品", "part": "角色", "performer": "演员", "deadline": "截止时间"},
    "en": {
        "studio": "Sent by",
        "production": "Production",
        "part": "Role",
        "performer": "Performer",
        "deadline": "Deadline",
    },
    "ja": {"studio": "差出人", "production": "作品", "part": "役", "performer": "出演者", "deadline": "期限"},
    "ko": {"studio": "보낸 곳", "production": "작품", "part": "배역", "performer": "배우", "deadline": "기한"},
}
