"""What letters to the readers of a performer's own page say, in their language."""

from dataclasses import dataclass
from typing import Literal

from services.talent.letters import letters
from services.talent.letters.addressees import Addressee, Reading
from services.talent.letters.letters import Letter, Sender
from services.talent.letters.words import Label

Kind = Literal["invitation", "renewal", "code"]


@dataclass(frozen=True)
class Facts:
    """What a letter tells of: the performer, and the link or code."""

    performer: str
    link: str = ""
    code: str = ""


def write(letter_id: str, kind: Kind, to: Addressee, sender: Sender, facts: Facts) -> Letter:
    """The letter in the reader's language."""
    told = {"studio": sender.studio, "performer": facts.performer}
    shown: tuple[tuple[Label, str], ...] = (("studio", sender.studio), ("performer", facts.performer))
    return letters.put(letter_id, to, sender, _TEXTS[to.language][kind], told, shown, facts.link, facts.code)


_TEXTS: dict[Reading, dict[Kind, tuple[str, str]]] = {
    "zh": {
        "invitation": (
            "{studio}：{performer} 的个人页面",
            "{studio} 邀请您使用 {performer} 的个人页面：查看角色征集并报名、答复邀约与试镜、核对付款。请通过您的个人链接打开：\n\n{link}\n\n"
            "如您不认识该机构，请忽略本邮件。",
        ),
        "renewal": (
            "{studio}：个人页面的新链接",
            "按您的要求发送 {performer} 个人页面的新链接：\n\n{link}\n\n如非您本人要求，请忽略本邮件。",
        ),
        "code": ("验证码：{code}", "您打开 {studio} 个人页面的验证码是：\n\n{code}\n\n有效期 10 分钟。"),
    },
    "en": {
        "invitation": (
            "{studio}: the page of {performer}",
            "{studio} invites you to the page of {performer}. There you can see open calls and apply for roles, answer offers and "
            "auditions, and confirm payments. Open it by your personal link:\n\n{link}\n\n"
            "If you do not know this studio, please ignore this letter.",
        ),
        "renewal": (
            "{studio}: a new link to your page",
            "Here is the new personal link to the page of {performer} that you asked for:\n\n{link}\n\n"
            "If you did not ask for it, please ignore this letter.",
        ),
        "code": (
            "Your code: {code}",
            "Your code to open your page at {studio} is\n\n{code}\n\nIt is valid for 10 minutes.",
        ),
    },
    "ja": {
        "invitation": (
            "{studio}：{performer} 様の専用ページのご案内",
            "{studio} より、{performer} 様の専用ページのご案内です。募集中の役への応募、オファーやオーディションへの回答、お支払いの確認ができます。"
            "専用リンクからお開きください。\n\n{link}\n\n制作会社にお心当たりがない場合は、このメールを無視してください。",
        ),
        "renewal": (
            "{studio}：専用ページの新しいリンク",
            "ご依頼の {performer} 様の専用ページの新しいリンクです。\n\n{link}\n\nお心当たりがない場合は、このメールを無視してください。",
        ),
        "code": (
            "確認コード：{code}",
            "{studio} の専用ページを開くための確認コードは次のとおりです。\n\n{code}\n\n有効期間は10分です。",
        ),
    },
    "ko": {
        "invitation": (
            "{studio}: {performer} 님의 개인 페이지",
            "{studio}에서 {performer} 님의 개인 페이지로 초대합니다. 모집 중인 배역에 지원하고, 제안과 오디션에 답하고, 지급 내역을 확인할 수 있습니다. "
            "개인 링크에서 열어 주세요.\n\n{link}\n\n모르는 제작사라면 이 메일을 무시해 주세요.",
        ),
        "renewal": (
            "{studio}: 개인 페이지의 새 링크",
            "요청하신 {performer} 님 개인 페이지의 새 링크입니다.\n\n{link}\n\n본인이 요청하지 않았다면 이 메일을 무시해 주세요.",
        ),
        "code": (
            "인증 코드: {code}",
            "{studio} 개인 페이지를 열기 위한 인증 코드입니다.\n\n{code}\n\n10분간 유효합니다.",
        ),
    },
}
