"""What a recipient agrees to before signing electronically; a change of any wording is a new `VERSION`.

Electronic Signature Law of the People's Republic of China art. 3 and 13; 15 U.S.C. § 7001(c); 전자서명법; 電子署名法.
"""

from events.errors import RuleError
from services.talent.letters.addressees import Reading

VERSION = "esign/1"

TEXT: dict[Reading, str] = {
    "zh": "我已阅读本合同全文，同意以电子方式签署，并确认我的电子签名与手写签名具有同等效力。"
    "我知悉签署时间、IP 地址、浏览器信息及邮箱验证记录将作为证据加密保存。",
    "en": "I have read the whole contract, I agree to sign it electronically, and my electronic signature is to have the same "
    "effect as one by hand. I know that the time, my IP address, my browser and the verification of my e-mail address are "
    "kept, encrypted, as evidence.",
    "ja": "私は本契約の全文を読み、電子的方法で署名することに同意し、私の電子署名が自筆の署名と同等の効力を有することを確認します。"
    "署名日時、IPアドレス、ブラウザー情報、およびメールアドレスの確認記録が証拠として暗号化のうえ保存されることを承知しています。",
    "ko": "본인은 계약 전문을 읽었으며 전자적 방식으로 서명하는 데 동의하고, 본인의 전자서명이 자필 서명과 동일한 효력을 가짐을 확인합니다. "
    "서명 시각, IP 주소, 브라우저 정보 및 이메일 인증 기록이 증거로 암호화되어 보관됨을 알고 있습니다.",
}


class ConsentOutdated(RuleError):
    """The consent that was agreed to is not the present one."""

    status = 422
    en = "Agree to the present consent text, version {version}."
    zh = "请同意现行版本 {version} 的电子签署说明。"


def check(version: str) -> None:
    """Raise ConsentOutdated unless the version is the present one."""
    if version != VERSION:
        raise ConsentOutdated("/consent", version=VERSION)
