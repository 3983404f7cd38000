// What every page behind a personal link says before it is open, in four languages.
export const words = {
  zh: {
    language: "语言", sent: (time, to, minutes, next) => `验证码已于 ${time} 发送至 ${to}，${minutes} 分钟内有效。${next} 后可重新获取。`,
    door_why: "为确认是您本人，我们会向您的邮箱发送六位验证码。", send_code: "发送验证码", code: "邮件中的验证码",
    elsewhere: "该链接已被使用", elsewhere_why: "该链接已在另一浏览器中打开，仅在该浏览器中有效。我们可以向您的邮箱发送新链接。",
    renew: "发送新链接", renewed: "新链接已发送", renewed_why: "请查看您的邮箱。",
  },
  en: {
    language: "Language", sent: (time, to, minutes, next) =>
      `A code was sent to ${to} at ${time}. It works for ${minutes} minutes; you can ask for another from ${next}.`,
    door_why: "To make sure that it is you, we send a six-digit code to your address.", send_code: "Send me the code",
    code: "The code in the e-mail", elsewhere: "This link was already used",
    elsewhere_why: "It was opened in another browser and works only there. We can send a new link to your address.",
    renew: "Send me a new link", renewed: "A new link is on its way", renewed_why: "Check your mailbox.",
  },
  ja: {
    language: "言語", sent: (time, to, minutes, next) =>
      `${time} に ${to} へ確認コードを送信しました。${minutes}分間有効です。再送は ${next} 以降に可能です。`,
    door_why: "ご本人確認のため、上記の宛先に6桁の確認コードをお送りします。", send_code: "確認コードを送る",
    code: "メールに記載の確認コード", elsewhere: "このリンクは使用済みです",
    elsewhere_why: "別のブラウザーで開かれたため、そのブラウザーでのみ有効です。新しいリンクをメールでお送りできます。",
    renew: "新しいリンクを送る", renewed: "新しいリンクを送信しました", renewed_why: "メールをご確認ください。",
  },
  ko: {
    language: "언어", sent: (time, to, minutes, next) =>
      `${time}에 ${to}(으)로 인증 코드를 보냈습니다. ${minutes}분 동안 유효하며, ${next} 이후 다시 받을 수 있습니다.`,
    door_why: "본인 확인을 위해 위 이메일로 6자리 인증 코드를 보내 드립니다.", send_code: "인증 코드 받기", code: "이메일의 인증 코드",
    elsewhere: "이미 사용된 링크입니다",
    elsewhere_why: "다른 브라우저에서 열렸으며 그 브라우저에서만 유효합니다. 이메일로 새 링크를 보내 드릴 수 있습니다.",
    renew: "새 링크 받기", renewed: "새 링크를 보냈습니다", renewed_why: "이메일을 확인해 주세요.",
  },
};
