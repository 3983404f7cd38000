"""The words of a contract's summary in each language; what is in braces is filled in by `services.talent.signing.summary`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.talent.letters.addressees import Reading

Unit = Literal["day", "hour"]


@dataclass(frozen=True)
class Words:
    """The sentences of one language; a mapping by bool has what is said when it is not agreed, and when it is.

    `counts` are for one and for several; babel counts units in English only.
    """

    titles: Mapping[str, str]
    note: Mapping[str, str]
    colon: str
    counts: Mapping[Unit, tuple[str, str]]
    engagement: str
    hours: str
    fee: str
    instalment: str
    due: Mapping[str, str]
    exclusive: Mapping[bool, str]
    grant: Mapping[str, str]
    media: Mapping[str, str]
    more: str
    term: str
    until: str
    without_end: str
    dubbing: Mapping[bool, str]
    ai_voice: Mapping[bool, str]
    replica: str
    no_replica: str
    points: str
    ending: str
    law: str


WORDS: dict[Reading, Words] = {
    "zh": Words(
        titles={
            "engagement": "工作内容", "days": "工作日", "hours": "工作时间", "fee": "酬金", "instalments": "付款", "rights": "授予的权利",
            "dubbing": "配音", "ai_voice": "合成声音", "replica": "数字替身", "points": "分成", "ending": "提前终止", "law": "适用法律",
        },
        note={
            "zh": "本摘要由系统根据合同条款生成，仅供参考；以合同中文文本为准。",
            "en": "本摘要由系统根据合同条款生成，仅供参考；以合同英文文本为准。",
        },
        colon="：",
        counts={"day": ("{} 天", "{} 天"), "hour": ("{} 小时", "{} 小时")},
        engagement="演员在《{production}》中饰演“{part}”，共 {episodes} 集。",
        hours="每个工作日最多 {cap}，两个工作日之间至少休息 {rest}。",
        fee="全部酬金：{money}（税前）。",
        instalment="{percent}：{when}",
        due={
            "signature": "合同签署完成时", "date": "{day}前", "first_day": "首个工作日", "hours_confirmed": "双方确认工时时",
            "wrap": "杀青时", "days_after_wrap": "杀青后 {days}内",
        },
        exclusive={True: "独占权利：只有制片方可以使用。", False: "非独占权利：演员仍可授予他人。"},
        grant={"media": "媒体", "territories": "地区", "languages": "语言", "term": "期限"},
        media={
            "svod": "订阅视频点播", "avod": "广告视频点播", "tvod": "单次付费点播", "in_app": "应用内付费解锁", "theatrical": "影院放映",
            "tv": "电视播出", "airline": "航空娱乐", "social": "社交媒体", "merchandising": "衍生商品",
        },
        more="另外 {count} 个（见合同）",
        term="自 {start}起，{until}",
        until="至 {day}止",
        without_end="至法定保护期届满",
        dubbing={True: "允许由他人以其他语言为演员配音。", False: "不允许由他人为演员配音。"},
        ai_voice={True: "允许用人工智能合成演员的声音。", False: "不允许用人工智能合成演员的声音。"},
        replica="允许制作演员的数字替身，仅限以下用途（合同原文）：“{uses}”",
        no_replica="不允许制作或使用演员的数字替身。",
        points="演员获得利润的 {percent}。利润的定义（合同原文）：“{definition}”",
        ending="如制片方在首个工作日前不足 {days}无故终止合同，须支付酬金的 {percent}。",
        law="{place}法律。",
    ),
    "en": Words(
        titles={
            "engagement": "The work", "days": "Working days", "hours": "Hours", "fee": "Fee", "instalments": "Payments",
            "rights": "Rights granted", "dubbing": "Dubbing", "ai_voice": "Synthetic voice", "replica": "Digital replica",
            "points": "Share of profits", "ending": "Early termination", "law": "Governing law",
        },
        note={
            "zh": "Made by the system from the terms of the contract, for information only: the Chinese text of the contract prevails.",
            "en": "Made by the system from the terms of the contract, for information only: the English text of the contract prevails.",
        },
        colon=": ",
        counts={"day": ("{} day", "{} days"), "hour": ("{} hour", "{} hours")},
        engagement="The performer plays “{part}” in “{production}” (episodes: {episodes}).",
        hours="At most {cap} of work a day, and at least {rest} of rest between two working days.",
        fee="{money} for the whole engagement, before tax.",
        instalment="{percent} {when}",
        due={
            "signature": "when everybody has signed", "date": "by {day}", "first_day": "on the first working day",
            "hours_confirmed": "when both sides have confirmed the hours", "wrap": "at wrap", "days_after_wrap": "within {days} after wrap",
        },
        exclusive={True: "Exclusive: only the studio may use them.", False: "Not exclusive: the performer may grant them to others too."},
        grant={"media": "Media", "territories": "Territories", "languages": "Languages", "term": "Term"},
        media={
            "svod": "subscription video", "avod": "video with advertising", "tvod": "pay-per-view video", "in_app": "paid viewing in apps",
            "theatrical": "cinemas", "tv": "television", "airline": "in-flight entertainment", "social": "social media",
            "merchandising": "merchandising",
        },
        more="{count} more (see the contract)",
        term="from {start} {until}",
        until="until {day}",
        without_end="for as long as the law protects the work",
        dubbing={True: "Others may dub the performer into other languages.", False: "Nobody else may dub the performer."},
        ai_voice={
            True: "The performer’s voice may be synthesised by artificial intelligence.",
            False: "The performer’s voice may not be synthesised by artificial intelligence.",
        },
        replica="A digital replica of the performer may be made for these uses only (as the contract puts it): “{uses}”",
        no_replica="No digital replica of the performer may be made or used.",
        points="The performer receives {percent} of the profits, as the contract defines them: “{definition}”",
        ending="If the studio ends the contract without cause less than {days} before the first working day, it owes {percent} of the fee.",
        law="The law of {place}.",
    ),
    "ja": Words(
        titles={
            "engagement": "お仕事の内容", "days": "稼働日", "hours": "労働時間", "fee": "出演料", "instalments": "お支払い", "rights": "許諾する権利",
            "dubbing": "吹き替え", "ai_voice": "合成音声", "replica": "デジタルレプリカ", "points": "利益配分", "ending": "中途解約", "law": "準拠法",
        },
        note={
            "zh": "契約条件からシステムが作成した参考用の要約です。契約書の中国語の条文が優先します。",
            "en": "契約条件からシステムが作成した参考用の要約です。契約書の英語の条文が優先します。",
        },
        colon="：",
        counts={"day": ("{}日", "{}日"), "hour": ("{}時間", "{}時間")},
        engagement="出演者は『{production}』（{episodes}話）で「{part}」を演じます。",
        hours="1日の労働は{cap}以内、稼働日と稼働日の間に{rest}以上の休息。",
        fee="全体で{money}（税引前）。",
        instalment="{percent}：{when}",
        due={
            "signature": "全員の署名の完了時", "date": "{day}まで", "first_day": "最初の稼働日", "hours_confirmed": "双方が労働時間を確認した時",
            "wrap": "クランクアップ時", "days_after_wrap": "クランクアップから{days}以内",
        },
        exclusive={True: "独占：制作会社だけが利用できます。", False: "非独占：出演者はほかの人にも許諾できます。"},
        grant={"media": "媒体", "territories": "地域", "languages": "言語", "term": "期間"},
        media={
            "svod": "定額制動画配信", "avod": "広告付き動画配信", "tvod": "都度課金制動画配信", "in_app": "アプリ内課金視聴", "theatrical": "劇場上映",
            "tv": "テレビ放送", "airline": "機内上映", "social": "SNS", "merchandising": "商品化",
        },
        more="ほか{count}件（契約書をご覧ください）",
        term="{start}から{until}",
        until="{day}まで",
        without_end="法律上の保護期間の満了まで",
        dubbing={True: "ほかの人がほかの言語で吹き替えることができます。", False: "ほかの人による吹き替えはできません。"},
        ai_voice={True: "人工知能で出演者の声を合成できます。", False: "人工知能で出演者の声を合成することはできません。"},
        replica="出演者のデジタルレプリカを、次の用途に限り作成できます（契約書の原文）：「{uses}」",
        no_replica="出演者のデジタルレプリカを作成または使用することはできません。",
        points="出演者は利益の{percent}を受け取ります。利益の定義（契約書の原文）：「{definition}」",
        ending="制作会社が最初の稼働日まで{days}を切ってから理由なく解約する場合、出演料の{percent}を支払います。",
        law="{place}の法律。",
    ),
    "ko": Words(
        titles={
            "engagement": "업무 내용", "days": "근무일", "hours": "근무 시간", "fee": "출연료", "instalments": "지급", "rights": "허락하는 권리",
            "dubbing": "더빙", "ai_voice": "합성 음성", "replica": "디지털 레플리카", "points": "수익 배분", "ending": "중도 해지", "law": "준거법",
        },
        note={
            "zh": "계약 조건을 바탕으로 시스템이 작성한 참고용 요약입니다. 계약서의 중국어 본문이 우선합니다.",
            "en": "계약 조건을 바탕으로 시스템이 작성한 참고용 요약입니다. 계약서의 영어 본문이 우선합니다.",
        },
        colon=": ",
        counts={"day": ("{}일", "{}일"), "hour": ("{}시간", "{}시간")},
        engagement="배우는 〈{production}〉({episodes}회)에서 ‘{part}’ 역을 맡습니다.",
        hours="하루 근무는 최대 {cap}, 근무일 사이 휴식은 최소 {rest}입니다.",
        fee="전체 {money}(세전).",
        instalment="{percent}: {when}",
        due={
            "signature": "모든 당사자의 서명이 완료된 때", "date": "{day}까지", "first_day": "첫 근무일", "hours_confirmed": "양측이 근무 시간을 확인한 때",
            "wrap": "크랭크업 시", "days_after_wrap": "크랭크업 후 {days} 이내",
        },
        exclusive={True: "독점: 제작사만 이용할 수 있습니다.", False: "비독점: 배우는 다른 사람에게도 허락할 수 있습니다."},
        grant={"media": "매체", "territories": "지역", "languages": "언어", "term": "기간"},
        media={
            "svod": "구독형 동영상", "avod": "광고형 동영상", "tvod": "건별 결제 동영상", "in_app": "앱 내 유료 시청", "theatrical": "극장 상영",
            "tv": "텔레비전 방송", "airline": "기내 상영", "social": "소셜 미디어", "merchandising": "머천다이징",
        },
        more="그 밖의 {count}개(계약서 참조)",
        term="{start}부터 {until}",
        until="{day}까지",
        without_end="법정 보호 기간이 끝날 때까지",
        dubbing={True: "다른 사람이 다른 언어로 더빙할 수 있습니다.", False: "다른 사람이 더빙할 수 없습니다."},
        ai_voice={True: "인공지능으로 배우의 목소리를 합성할 수 있습니다.", False: "인공지능으로 배우의 목소리를 합성할 수 없습니다."},
        replica="배우의 디지털 레플리카를 다음 용도로만 제작할 수 있습니다(계약서 원문): “{uses}”",
        no_replica="배우의 디지털 레플리카를 제작하거나 사용할 수 없습니다.",
        points="배우는 수익의 {percent}를 받습니다. 수익의 정의(계약서 원문): “{definition}”",
        ending="제작사가 첫 근무일 전 {days} 미만을 남기고 이유 없이 해지하면 출연료의 {percent}를 지급합니다.",
        law="{place} 법률.",
    ),
}  # fmt: skip
