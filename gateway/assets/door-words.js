// What every page behind a personal link says before it is open, in four languages; `faults` are by the code of a problem.
export const words = {
  zh: {
    door_why: "为确认是您本人，我们会向您的邮箱发送六位验证码：", send_code: "发送验证码", code: "邮件中的验证码",
    elsewhere: "该链接已被使用", elsewhere_why: "该链接已在另一浏览器中打开，仅在该浏览器中有效。我们可以向您的邮箱发送新链接。",
    renew: "发送新链接", renewed: "新链接已发送", renewed_why: "请查看您的邮箱。",
    faults: {},
  },
  en: {
    door_why: "To be sure that it is you, we send a code of six digits to your address:", send_code: "Send me the code",
    code: "The code in the e-mail", elsewhere: "This link was already used",
    elsewhere_why: "It was opened in another browser and works only there. We can send a new link to your address.",
    renew: "Send me a new link", renewed: "A new link is on its way", renewed_why: "Look into your mailbox.",
    faults: {},
  },
  ja: {
    door_why: "ご本人確認のため、次のメールアドレスに6桁の確認コードをお送りします。", send_code: "確認コードを送る",
    code: "メールに記載の確認コード", elsewhere: "このリンクは使用済みです",
    elsewhere_why: "別のブラウザーで開かれたため、そのブラウザーでのみ有効です。新しいリンクをメールでお送りできます。",
    renew: "新しいリンクを送る", renewed: "新しいリンクを送信しました", renewed_why: "メールをご確認ください。",
    faults: {
      "link-unknown": "このリンクは無効です。", "code-wrong": "確認コードが違います。",
      "code-over": "確認コードが無効になりました。もう一度お送りください。",
      "code-too-often": "しばらく待ってから、もう一度確認コードを請求してください。",
      "session-over": "時間が経過しました。新しい確認コードを入力してください。",
      "renewed-too-often": "新しいリンクは十分に送信済みです。制作会社にご連絡ください。",
      "rate-limited": "しばらく待ってから、もう一度お試しください。",
      "studio-is-suspended": "この制作会社は現在、連盟により利用を停止されています。新たな合意はできませんが、内容は引き続きご覧いただけます。",
    },
  },
  ko: {
    door_why: "본인 확인을 위해 다음 이메일로 6자리 인증 코드를 보내 드립니다.", send_code: "인증 코드 받기", code: "이메일의 인증 코드",
    elsewhere: "이미 사용된 링크입니다",
    elsewhere_why: "다른 브라우저에서 열렸으며 그 브라우저에서만 유효합니다. 이메일로 새 링크를 보내 드릴 수 있습니다.",
    renew: "새 링크 받기", renewed: "새 링크를 보냈습니다", renewed_why: "이메일을 확인해 주세요.",
    faults: {
      "link-unknown": "유효하지 않은 링크입니다.", "code-wrong": "인증 코드가 올바르지 않습니다.",
      "code-over": "인증 코드가 만료되었습니다. 다시 받아 주세요.", "code-too-often": "잠시 후 인증 코드를 다시 요청해 주세요.",
      "session-over": "시간이 지났습니다. 새 인증 코드를 입력해 주세요.",
      "renewed-too-often": "새 링크를 이미 여러 번 보냈습니다. 제작사에 문의해 주세요.", "rate-limited": "잠시 후 다시 시도해 주세요.",
      "studio-is-suspended": "이 제작사는 현재 연맹에 의해 이용이 정지되었습니다. 새로운 합의는 할 수 없지만 내용은 계속 볼 수 있습니다.",
    },
  },
};
