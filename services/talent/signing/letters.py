"""What letters to a contract's recipients say, in the recipient's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.talent.letters import letters
from services.talent.letters.addressees import Addressee, Reading
from services.talent.letters.letters import Letter, Sender
from services.talent.letters.words import Label

Kind = Literal[
    "turn", "reminder", "renewal", "code", "executed", "declined", "cancelled", "terminated", "entered", "moved"
]
WITH_LINK: tuple[Kind, ...] = ("turn", "reminder", "renewal", "executed", "entered")
"""Letters that bring a link of their own."""


TIMED: tuple[Kind, ...] = ("turn", "reminder", "renewal")
"""Letters that say until when there is something to do."""


@dataclass(frozen=True)
class Facts:
    """What a letter tells of: the production in the reader's language, the role in it, the last moment to act, and the link, the code, or the new
    address in part.

    `time_zone` is the reader's, where it is known.
    """

    production: str
    part: str
    link: str = ""
    code: str = ""
    deadline: datetime | None = None
    time_zone: str | None = None
    address: str = ""


def write(letter_id: str, kind: Kind, to: Addressee, sender: Sender, facts: Facts) -> Letter:
    """The letter in the recipient's language."""
    told = {"studio": sender.studio, "production": facts.production, "part": facts.part, "address": facts.address}
    shown: list[tuple[Label, str]] = [("studio", sender.studio), ("production", facts.production), ("part", facts.part)]
    if facts.deadline is not None and kind in TIMED:
        shown.append(("deadline", letters.moment(facts.deadline, facts.time_zone or sender.time_zone, to.language)))
    return letters.put(letter_id, to, sender, _TEXTS[to.language][kind], told, shown, facts.link, facts.code)


_TEXTS: dict[Reading, dict[Kind, tuple[str, str]]] = {
    "zh": {
        "turn": (
            "《{production}》合同待您处理",
            "{studio}向您发送了《{production}》（角色：{part}）的合同，现在轮到您处理。请通过您的个人链接阅读：\n\n{link}",
        ),
        "reminder": (
            "提醒：《{production}》合同待您处理",
            "《{production}》（角色：{part}）的合同仍在等待您处理。请使用此新链接：\n\n{link}",
        ),
        "renewal": (
            "《{production}》合同的新链接",
            "按您的要求发送新的个人链接：\n\n{link}\n\n如非您本人要求，请忽略本邮件。",
        ),
        "code": ("验证码：{code}", "您打开《{production}》合同的验证码是：\n\n{code}\n\n有效期 10 分钟。"),
        "executed": ("《{production}》合同已签署完成", "各方均已签署。请在此阅读并下载：\n\n{link}"),
        "entered": (
            "制片方已代您录入《{production}》合同的签名",
            "制片方录入了您在《{production}》（角色：{part}）合同上的签名，您本人未经身份验证。"
            "请通过您的个人链接阅读合同；如该签名并非您本人所签，可在该页面提出异议：\n\n{link}",
        ),
        "moved": (
            "《{production}》合同的收件邮箱已更改",
            "您的《{production}》（角色：{part}）合同现发至 {address}，发往本邮箱的链接无效。"
            "如您不知情，请立即联系制片方：该更改记录于合同证据之中。",
        ),
        "declined": (
            "《{production}》合同被拒签",
            "《{production}》（角色：{part}）的合同已被一方拒签，您无需再处理。",
        ),
        "cancelled": (
            "《{production}》合同已撤销",
            "{studio}已撤销《{production}》（角色：{part}）的合同，您无需再处理。",
        ),
        "terminated": (
            "《{production}》合同终止",
            "{studio}登记《{production}》（角色：{part}）的合同终止。如系以您的名义登记而您并未提出，请立即告知{studio}和联盟办公室。",
        ),
    },
    "en": {
        "turn": (
            "The contract for “{production}” is waiting for you",
            "{studio} sends you the contract for “{production}” (role: {part}). It is your turn now: read it through your personal link.\n\n{link}",
        ),
        "reminder": (
            "Reminder: the contract for “{production}” is waiting for you",
            "The contract for “{production}” (role: {part}) is still waiting for you. Please use this new link:\n\n{link}",
        ),
        "renewal": (
            "A new link to the contract for “{production}”",
            "Here is the new personal link that you asked for:\n\n{link}\n\nIf you did not ask for it, please ignore this letter.",
        ),
        "code": (
            "Your code: {code}",
            "Your code to open the contract for “{production}” is\n\n{code}\n\nIt is valid for 10 minutes.",
        ),
        "executed": (
            "Everybody has signed the contract for “{production}”",
            "Everybody has signed. You can read and download the contract here:\n\n{link}",
        ),
        "entered": (
            "The studio entered your signature under the contract for “{production}”",
            "The studio entered your signature under the contract for “{production}” (role: {part}); you did not confirm it "
            "yourself. Read the contract by your personal link. If you did not sign it, say so there:\n\n{link}",
        ),
        "moved": (
            "The contract for “{production}” now goes to another address",
            "Your contract for “{production}” (role: {part}) now goes to {address}, and links sent to this address do not work. "
            "If you do not know why, ask the studio at once: the change is kept with the contract.",
        ),
        "declined": (
            "The contract for “{production}” was declined",
            "A party declined the contract for “{production}” (role: {part}). You do not need to do anything.",
        ),
        "cancelled": (
            "The contract for “{production}” was withdrawn",
            "{studio} withdrew the contract for “{production}” (role: {part}). You do not need to do anything.",
        ),
        "terminated": (
            "The contract for “{production}” ends",
            "{studio} recorded that the contract for “{production}” (role: {part}) ends. If that was recorded in your name and you did not ask for it, tell {studio} and the alliance office at once.",
        ),
    },
    "ja": {
        "turn": (
            "『{production}』の契約書のご確認をお願いします",
            "{studio}より、『{production}』（役：{part}）の契約書をお送りします。お手続きの順番になりましたので、専用リンクからお読みください。\n\n{link}",
        ),
        "reminder": (
            "再度のお願い：『{production}』の契約書",
            "『{production}』（役：{part}）の契約書のお手続きがまだ完了していません。新しいリンクをご利用ください。\n\n{link}",
        ),
        "renewal": (
            "『{production}』の契約書の新しいリンク",
            "ご依頼の新しい専用リンクです。\n\n{link}\n\nお心当たりがない場合は、このメールを無視してください。",
        ),
        "code": (
            "確認コード：{code}",
            "『{production}』の契約書を開くための確認コードは次のとおりです。\n\n{code}\n\n有効期間は10分です。",
        ),
        "executed": (
            "『{production}』の契約が締結されました",
            "全員の署名が完了しました。こちらからお読みいただき、保存できます。\n\n{link}",
        ),
        "entered": (
            "制作会社が『{production}』の契約書にあなたの署名を登録しました",
            "制作会社が『{production}』（役：{part}）の契約書にあなたの署名を登録しました。ご本人による確認は行われていません。"
            "専用リンクから契約書をお読みください。署名した覚えがない場合は、そのページで異議を申し立てることができます。\n\n{link}",
        ),
        "moved": (
            "『{production}』の契約書の送付先が変更されました",
            "あなたの『{production}』（役：{part}）の契約書は {address} に送付されます。このアドレス宛てのリンクはご利用いただけません。"
            "お心当たりがない場合は、すぐに制作会社にお問い合わせください。変更は契約の記録に残されています。",
        ),
        "declined": (
            "『{production}』の契約は辞退されました",
            "『{production}』（役：{part}）の契約は当事者により辞退されました。お手続きは不要です。",
        ),
        "cancelled": (
            "『{production}』の契約は取り下げられました",
            "{studio}が『{production}』（役：{part}）の契約を取り下げました。お手続きは不要です。",
        ),
        "terminated": (
            "『{production}』の契約が終了します",
            "{studio}が『{production}』（役：{part}）の契約の終了を記録しました。ご本人の申し出として記録されていて、お心当たりがない場合は、ただちに{studio}とアライアンス事務局にお知らせください。",
        ),
    },
    "ko": {
        "turn": (
            "〈{production}〉 계약서를 확인해 주세요",
            "{studio}에서 〈{production}〉(배역: {part}) 계약서를 보내 드립니다. 이제 귀하의 차례이니 개인 링크에서 읽어 주세요.\n\n{link}",
        ),
        "reminder": (
            "알림: 〈{production}〉 계약서를 확인해 주세요",
            "〈{production}〉(배역: {part}) 계약이 아직 귀하를 기다리고 있습니다. 새 링크를 사용해 주세요.\n\n{link}",
        ),
        "renewal": (
            "〈{production}〉 계약서의 새 링크",
            "요청하신 새 개인 링크입니다.\n\n{link}\n\n본인이 요청하지 않았다면 이 메일을 무시해 주세요.",
        ),
        "code": (
            "인증 코드: {code}",
            "〈{production}〉 계약서를 열기 위한 인증 코드입니다.\n\n{code}\n\n10분간 유효합니다.",
        ),
        "executed": (
            "〈{production}〉 계약이 체결되었습니다",
            "모든 당사자가 서명했습니다. 여기에서 읽고 내려받을 수 있습니다.\n\n{link}",
        ),
        "entered": (
            "제작사가 〈{production}〉 계약서에 귀하의 서명을 입력했습니다",
            "제작사가 〈{production}〉(배역: {part}) 계약서에 귀하의 서명을 입력했으며, 귀하의 본인 확인은 없었습니다. "
            "개인 링크에서 계약서를 읽어 주세요. 직접 서명하지 않으셨다면 그 페이지에서 이의를 제기할 수 있습니다.\n\n{link}",
        ),
        "moved": (
            "〈{production}〉 계약서를 받을 주소가 변경되었습니다",
            "귀하의 〈{production}〉(배역: {part}) 계약서는 이제 {address}(으)로 발송되며, 이 주소로 보낸 링크는 작동하지 않습니다. "
            "모르는 변경이라면 즉시 제작사에 문의해 주세요. 변경 사실은 계약 기록에 남습니다.",
        ),
        "declined": (
            "〈{production}〉 계약이 거절되었습니다",
            "〈{production}〉(배역: {part}) 계약이 당사자에 의해 거절되었습니다. 추가로 하실 일은 없습니다.",
        ),
        "cancelled": (
            "〈{production}〉 계약이 철회되었습니다",
            "{studio}에서 〈{production}〉(배역: {part}) 계약을 철회했습니다. 추가로 하실 일은 없습니다.",
        ),
        "terminated": (
            "〈{production}〉 계약이 종료됩니다",
            "{studio}에서 〈{production}〉(배역: {part}) 계약의 종료를 기록했습니다. 본인이 요청하지 않았는데 본인 명의로 기록되었다면 즉시 {studio}와 연합 사무국에 알려 주십시오.",
        ),
    },
}
