// What is wrong, by the code of a problem, in four languages; where Chinese and English are left out, the answer's own text has more.
// JSON but for the first words, so that a test reads it: every code that a page can meet has its languages.
export const faults = {
  "offline": {
    "zh": "无法连接服务器，请检查网络后重试。",
    "en": "Callboard cannot be reached. Check your connection and try again.",
    "ja": "サーバーに接続できません。通信環境をご確認のうえ、もう一度お試しください。",
    "ko": "서버에 연결할 수 없습니다. 네트워크를 확인한 뒤 다시 시도해 주세요."
  },
  "unreadable": {
    "zh": "服务器暂时无法应答，请稍后重试。",
    "en": "Callboard cannot answer right now. Try again in a moment.",
    "ja": "サーバーが応答できません。しばらくしてからもう一度お試しください。",
    "ko": "서버가 응답할 수 없습니다. 잠시 후 다시 시도해 주세요."
  },
  "invalid-request": {
    "zh": "请检查您填写的内容。",
    "en": "Check what you filled in.",
    "ja": "入力内容をご確認ください。",
    "ko": "입력한 내용을 확인해 주세요."
  },
  "rate-limited": {
    "zh": "请求过于频繁，请稍候再试。",
    "en": "Too many requests at once. Wait a moment and try again.",
    "ja": "しばらく待ってから、もう一度お試しください。",
    "ko": "잠시 후 다시 시도해 주세요."
  },
  "overloaded": {
    "zh": "目前访问人数较多，请稍后重试。",
    "en": "Many people are here right now. Try again in a moment.",
    "ja": "現在混み合っています。しばらくしてからもう一度お試しください。",
    "ko": "지금은 접속이 많습니다. 잠시 후 다시 시도해 주세요."
  },
  "link-unknown": {
    "zh": "该链接无效：可能不完整，或已由其他接收人取代。",
    "en": "This link does not work: it is incomplete, or it was replaced by a newer one.",
    "ja": "このリンクは無効です。URLが途中で切れているか、新しいリンクに置き換えられています。",
    "ko": "유효하지 않은 링크입니다. 주소가 잘렸거나 새 링크로 바뀌었습니다."
  },
  "link-bound": {
    "zh": "该链接已在另一浏览器中使用。",
    "en": "This link was already used in another browser.",
    "ja": "このリンクは別のブラウザーで使用済みです。",
    "ko": "다른 브라우저에서 이미 사용된 링크입니다."
  },
  "person-forgotten": {
    "zh": "相关个人数据已被删除，无法再读取。",
    "en": "The personal data was erased; nobody can read it any more.",
    "ja": "個人データは削除済みのため、閲覧できません。",
    "ko": "개인 데이터가 삭제되어 더 이상 볼 수 없습니다."
  },
  "code-malformed": {
    "zh": "验证码为六位数字。",
    "en": "A code has six digits.",
    "ja": "確認コードは6桁の数字です。",
    "ko": "인증 코드는 숫자 6자리입니다."
  },
  "code-wrong": {
    "ja": "確認コードが違います。",
    "ko": "인증 코드가 올바르지 않습니다."
  },
  "code-over": {
    "zh": "该验证码已失效，请重新获取。",
    "en": "This code no longer works. Ask for a new one.",
    "ja": "確認コードが無効になりました。もう一度お送りください。",
    "ko": "인증 코드가 만료되었습니다. 다시 받아 주세요."
  },
  "code-too-often": {
    "ja": "しばらく待ってから、もう一度確認コードを請求してください。",
    "ko": "잠시 후 인증 코드를 다시 요청해 주세요."
  },
  "session-over": {
    "zh": "会话已结束，请输入新的验证码。",
    "en": "Your session is over. Enter a new code.",
    "ja": "時間が経過しました。新しい確認コードを入力してください。",
    "ko": "시간이 지났습니다. 새 인증 코드를 입력해 주세요."
  },
  "renewed-too-often": {
    "zh": "已多次发送新链接，请联系制片方。",
    "en": "New links were sent several times already. Please contact the studio.",
    "ja": "新しいリンクはすでに何度も送信されています。制作会社にご連絡ください。",
    "ko": "새 링크를 이미 여러 번 보냈습니다. 제작사에 문의해 주세요."
  },
  "studio-is-suspended": {
    "ja": "この制作会社は現在、連盟により利用を停止されています。新たな合意はできませんが、内容は引き続きご覧いただけます。",
    "ko": "이 제작사는 현재 연맹에 의해 이용이 정지되었습니다. 새로운 합의는 할 수 없지만 내용은 계속 볼 수 있습니다."
  },
  "contract-state-conflict": {
    "zh": "合同状态已变化，目前无法执行此操作。请重新打开页面。",
    "en": "The contract has changed, and this is no longer possible. Open the page again.",
    "ja": "契約の状況が変わったため、この操作はできません。ページを開き直してください。",
    "ko": "계약 상태가 바뀌어 지금은 할 수 없습니다. 페이지를 다시 열어 주세요."
  },
  "signing-time-over": {
    "ja": "署名期限が過ぎました。制作会社にご連絡ください。",
    "ko": "서명 기한이 지났습니다. 제작사에 문의해 주세요."
  },
  "turn-over": {
    "zh": "您的签署期限已过，请联系制片方。",
    "en": "Your time to sign is over. Please contact the studio.",
    "ja": "期限が過ぎました。制作会社にご連絡ください。",
    "ko": "기한이 지났습니다. 제작사에 문의해 주세요."
  },
  "recipient-done": {
    "zh": "您已完成此步骤。",
    "en": "You have already done your part.",
    "ja": "お手続きはすでに完了しています。",
    "ko": "이미 완료하셨습니다."
  },
  "recipient-not-yet-due": {
    "zh": "尚未轮到您。",
    "en": "It is not your turn yet.",
    "ja": "まだあなたの順番ではありません。",
    "ko": "아직 귀하의 차례가 아닙니다."
  },
  "role-cannot": {
    "zh": "您的身份不能执行此操作。",
    "en": "Your role in this contract does not allow this.",
    "ja": "あなたの立場ではこの操作はできません。",
    "ko": "귀하의 역할로는 할 수 없습니다."
  },
  "document-changed": {
    "zh": "文件已更改，请重新阅读后再签署。",
    "en": "The document has changed. Read it again before you sign.",
    "ja": "文書が変更されました。もう一度お読みください。",
    "ko": "문서가 변경되었습니다. 다시 읽어 주세요."
  },
  "consent-outdated": {
    "zh": "电子签署说明已更新，请重新打开页面。",
    "en": "The consent text has changed. Open the page again.",
    "ja": "同意文が更新されました。ページを開き直してください。",
    "ko": "동의문이 변경되었습니다. 페이지를 다시 열어 주세요."
  },
  "initials-missing": {
    "zh": "有条款须签注姓名首字母。",
    "en": "A clause still needs your initials.",
    "ja": "イニシャルが必要な条項があります。",
    "ko": "이니셜이 필요한 조항이 있습니다."
  },
  "initials-not-asked": {
    "zh": "有条款无需签注，请重新打开页面。",
    "en": "A clause needs no initials. Open the page again.",
    "ja": "イニシャルの不要な条項があります。ページを開き直してください。",
    "ko": "이니셜이 필요 없는 조항이 있습니다. 페이지를 다시 열어 주세요."
  },
  "delegation-not-allowed": {
    "zh": "制片方未允许转交。",
    "en": "The studio did not allow you to hand this on.",
    "ja": "引き継ぎは制作会社により許可されていません。",
    "ko": "제작사가 다른 사람에게 넘기는 것을 허용하지 않았습니다."
  },
  "recipients-contradictory": {
    "ja": "この方には引き継げません。お名前とメールアドレスをご確認ください。",
    "ko": "이 사람에게는 넘길 수 없습니다. 이름과 이메일을 확인해 주세요."
  },
  "questions-too-many": {
    "ja": "ご質問の上限に達しました。制作会社に直接ご連絡ください。",
    "ko": "질문 한도에 도달했습니다. 제작사에 직접 문의해 주세요."
  },
  "signature-in-dispute": {
    "zh": "该签名存在异议，目前无法签署此合同。",
    "en": "A signature is disputed; the contract cannot be signed now.",
    "ja": "署名に異議が申し立てられているため、署名できません。",
    "ko": "서명에 이의가 제기되어 지금은 서명할 수 없습니다."
  },
  "nothing-to-dispute": {
    "zh": "没有可提出异议的签名。",
    "en": "There is no signature to dispute.",
    "ja": "異議を申し立てる署名がありません。",
    "ko": "이의를 제기할 서명이 없습니다."
  },
  "name-unexpected": {
    "zh": "所填姓名与档案不一致。请更正；如确认无误，请勾选下方选项后再次签署。",
    "en": "This is not a name that we have on file for you. Correct it, or tick the box below and sign again.",
    "ja": "登録されているお名前と一致しません。訂正するか、下の欄にチェックを入れてもう一度署名してください。",
    "ko": "등록된 이름과 다릅니다. 수정하거나 아래 항목에 체크한 뒤 다시 서명해 주세요."
  },
  "workshop-full": {
    "ja": "混み合っています。しばらくしてからもう一度お試しください。",
    "ko": "처리 중인 문서가 많습니다. 잠시 후 다시 시도해 주세요."
  },
  "work-lost": {
    "ja": "処理が応答しませんでした。しばらくしてからもう一度お試しください。",
    "ko": "처리 과정이 응답하지 않았습니다. 잠시 후 다시 시도해 주세요."
  },
  "not-found": {
    "zh": "未找到该内容，它可能已被撤下。",
    "en": "This is not here any more.",
    "ja": "見つかりません。取り下げられた可能性があります。",
    "ko": "찾을 수 없습니다. 철회되었을 수 있습니다."
  },
  "cursor-invalid": {
    "zh": "列表已变化，请重新打开页面。",
    "en": "The list has changed. Open the page again.",
    "ja": "一覧が更新されました。ページを開き直してください。",
    "ko": "목록이 바뀌었습니다. 페이지를 다시 열어 주세요."
  },
  "file-merged": {
    "zh": "档案已合并，请联系制片方。",
    "en": "Your file was merged with another one. Please contact the studio.",
    "ja": "登録情報が統合されました。制作会社にご連絡ください。",
    "ko": "등록 정보가 통합되었습니다. 제작사에 문의해 주세요."
  },
  "already-submitted": {
    "zh": "您已报名该角色。",
    "en": "You were already put forward for this role.",
    "ja": "この役にはすでに応募済みです。",
    "ko": "이미 지원한 배역입니다."
  },
  "call-not-open": {
    "zh": "该角色的征集已截止。",
    "en": "This role is no longer open.",
    "ja": "この役の募集は終了しました。",
    "ko": "모집이 마감되었습니다."
  },
  "not-invited": {
    "zh": "此次征集为邀请制，您未受邀。",
    "en": "This role is open by invitation only.",
    "ja": "この募集は招待制です。",
    "ko": "초대받은 사람만 지원할 수 있는 배역입니다."
  },
  "submission-state-conflict": {
    "zh": "报名状态已变化，请重新打开页面。",
    "en": "The submission has changed. Open the page again.",
    "ja": "状況が変わりました。ページを開き直してください。",
    "ko": "상태가 바뀌었습니다. 페이지를 다시 열어 주세요."
  },
  "too-many-notes": {
    "zh": "无法再记录备注，请直接联系制片方。",
    "en": "No more notes can be added. Please contact the studio.",
    "ja": "これ以上記録できません。制作会社に直接ご連絡ください。",
    "ko": "더 이상 기록할 수 없습니다. 제작사에 직접 문의해 주세요."
  },
  "offer-replaced": {
    "zh": "邀约已更新，请重新阅读。",
    "en": "The offer was replaced by a new one. Read it first.",
    "ja": "新しいオファーに変わりました。もう一度お読みください。",
    "ko": "새로운 제안으로 바뀌었습니다. 다시 읽어 주세요."
  },
  "payment-answered": {
    "zh": "该笔付款已答复。",
    "en": "This payment was already answered.",
    "ja": "このお支払いには回答済みです。",
    "ko": "이미 답변한 지급입니다."
  },
  "payment-unknown": {
    "zh": "没有这笔付款记录。",
    "en": "There is no such payment.",
    "ja": "このお支払いの記録はありません。",
    "ko": "해당 지급 기록이 없습니다."
  },
  "slot-not-taken": {
    "zh": "该时段没有您的预约。",
    "en": "You are not expected at this time.",
    "ja": "この時間の予約はありません。",
    "ko": "예약된 시간이 없습니다."
  },
  "only-the-person": {
    "ja": "すべてのデータを閲覧できるのはご本人のみです。",
    "ko": "모든 데이터는 본인만 볼 수 있습니다."
  },
  "contract-not-sealed": {
    "zh": "合同尚未签署完成，暂无可下载的文件。",
    "en": "The contract is not signed by everybody yet, so there is nothing to download.",
    "ja": "契約はまだ締結されていないため、ダウンロードできません。",
    "ko": "아직 체결되지 않은 계약이라 내려받을 수 없습니다."
  },
  "timestamp-unavailable": {
    "ja": "現在タイムスタンプを取得できません。しばらくしてからもう一度お試しください。",
    "ko": "지금은 타임스탬프를 받을 수 없습니다. 잠시 후 다시 시도해 주세요."
  },
  "slot-unknown": {
    "zh": "该时段没有您的预约。",
    "en": "You are not expected at this time.",
    "ja": "この時間の予約はありません。",
    "ko": "예약된 시간이 없습니다."
  },
  "clause-too-long": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "currency-unknown": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "day-too-far-ahead": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "language-unknown": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "term-contradictory": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "term-missing": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "term-unknown": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "terms-contradictory": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "territory-unknown": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  },
  "version-not-published": {
    "zh": "该邀约暂无法显示，请联系制片方。",
    "en": "This offer cannot be shown. Please contact the studio.",
    "ja": "オファーを表示できません。制作会社にご連絡ください。",
    "ko": "제안을 표시할 수 없습니다. 제작사에 문의해 주세요."
  }
};
