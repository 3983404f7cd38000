// What the page that checks a sealed contract says, in four languages; `faults` are by what is wrong with a file,
// `problems` by the code of a problem.
export const words = {
  zh: {
    title: "查验合同文件", lead: "请选择您收到的合同 PDF，即可查验：文件是否由 Callboard 加盖电子印章、是否被改动、由谁在何时签署。",
    choose: "选择 PDF 文件", drop: "或将文件拖到此处", privacy: "文件仅用于查验，查验后立即删除。", working: "正在查验…",
    valid: "文件真实有效", valid_why: "电子印章完好，文件自签署完成以来未被改动，并已载入公开账本。",
    invalid: "文件未通过查验", contract: "合同编号", sealed_at: "盖章时间", timestamped_at: "可信时间戳", no_timestamp: "无",
    hash: "文件 SHA-256", signatures: "签署人", forgotten: "（姓名已应本人要求删除）", at: "签署于", proof: "公开账本中的证明",
    parties: { performer: "演员", studio: "制片方", agent: "经纪人", guardian: "监护人", witness: "见证人", sponsor: "许可担保方" },
    authentication: { link_and_code: "通过个人链接和一次性验证码签署", desk: "由制片方录入，该签署人未进行身份验证", studio: "由制片方以其账户签署" },
    disputed: "签署人对此签名提出异议",
    address: "个人链接发往制片方指定的邮箱，并非档案中的邮箱", name_differs: "所填姓名与档案中的姓名均不相符",
    faults: {
      unreadable: "文件结构已损坏，无法读取。", not_sealed: "该文件没有 Callboard 的电子印章：可能是未签署的草稿，或并非出自本平台。",
      foreign_seal: "文件上的印章不是 Callboard 加盖的。", changed: "文件在加盖印章后被更改，请勿信任其内容。",
      appended: "加盖印章后，文件末尾被追加了内容；印章之前的部分未被更改。",
    },
    problems: {
      "not-a-pdf": "所选文件不是 PDF。", "body-too-large": "文件超过 25 MB，无法查验。", "rate-limited": "请求过于频繁，请稍候再试。",
      busy: "目前查验的人较多，请稍后重试。", offline: "无法连接服务器，请检查网络后重试。",
    },
  },
  en: {
    title: "Check a contract", lead: "Choose the PDF of a contract that you were given. You learn whether Callboard sealed it, whether it was changed "
      + "since, and who signed it when.",
    choose: "Choose the PDF file", drop: "or drop it here", privacy: "The file is used for this check only and deleted at once.",
    working: "Checking…", valid: "The file is genuine", valid_why: "The seal is intact, nothing was changed since everybody signed, and the file "
      + "is recorded in the public ledger.",
    invalid: "The file did not pass the check", contract: "Contract no.", sealed_at: "Sealed at", timestamped_at: "Trusted timestamp",
    no_timestamp: "None", hash: "SHA-256 of the file", signatures: "Who signed", forgotten: "(name erased at the person’s request)",
    at: "Signed at", proof: "The proof in the public ledger",
    parties: { performer: "Performer", studio: "Studio", agent: "Agent", guardian: "Guardian", witness: "Witness", sponsor: "Permit sponsor" },
    authentication: {
      link_and_code: "Signed by personal link and one-time code", desk: "Entered by the studio; the signer did not authenticate",
      studio: "Signed with the studio’s account",
    },
    disputed: "The signer disputes this signature",
    address: "The link went to an address that the studio named, not to one on file", name_differs: "The name typed is none of those on file",
    faults: {
      unreadable: "The file is damaged and cannot be read.",
      not_sealed: "The file bears no seal of Callboard: it may be an unsigned draft, or it does not come from here.",
      foreign_seal: "The seal on the file was not made by Callboard.", changed: "The file was changed after it was sealed. Do not rely on what it says.",
      appended: "Something was added to the end of the file after it was sealed; what stands before is unchanged.",
    },
    problems: {
      "not-a-pdf": "The file that you chose is not a PDF.", "body-too-large": "The file is larger than 25 MB and cannot be checked.",
      "rate-limited": "Too many requests; please wait a moment.", busy: "Many files are being checked; please try again in a moment.",
      offline: "The server cannot be reached. Check your connection and try again.",
    },
  },
  ja: {
    title: "契約書の真正性を確認する", lead: "お手元の契約書の PDF を選択してください。Callboard の電子シールの有無、改変の有無、誰がいつ署名したかを確認できます。",
    choose: "PDF ファイルを選択", drop: "またはここにドロップ", privacy: "ファイルは確認にのみ使用し、直ちに削除します。", working: "確認しています…",
    valid: "このファイルは真正です", valid_why: "電子シールは有効で、全員の署名完了後に改変されておらず、公開台帳に記録されています。",
    invalid: "このファイルは確認できませんでした", contract: "契約番号", sealed_at: "シール日時", timestamped_at: "信頼できるタイムスタンプ",
    no_timestamp: "なし", hash: "ファイルの SHA-256", signatures: "署名者", forgotten: "（氏名は本人の請求により削除されました）", at: "署名日時",
    proof: "公開台帳の証明",
    parties: { performer: "出演者", studio: "制作会社", agent: "代理人", guardian: "保護者", witness: "立会人", sponsor: "許可保証人" },
    authentication: {
      link_and_code: "専用リンクと確認コードによる署名", desk: "制作会社による入力（署名者本人の認証は行われていません）",
      studio: "制作会社のアカウントによる署名",
    },
    disputed: "署名者がこの署名に異議を申し立てています",
    address: "専用リンクは、登録済みのアドレスではなく、制作会社が指定したアドレスに送られました", name_differs: "入力された氏名は、登録されている氏名のいずれとも一致しません",
    faults: {
      unreadable: "ファイルが破損しており、読み取れません。", not_sealed: "Callboard の電子シールがありません。未署名の草案か、当サービスのものではない可能性があります。",
      foreign_seal: "このシールは Callboard が付したものではありません。", changed: "シールを付した後に改変されています。内容を信用しないでください。",
      appended: "シールを付した後、末尾に内容が追加されています。それより前の部分は改変されていません。",
    },
    problems: {
      "not-a-pdf": "選択されたファイルは PDF ではありません。", "body-too-large": "25 MB を超えるファイルは確認できません。",
      "rate-limited": "アクセスが集中しています。しばらくお待ちください。", busy: "現在混み合っています。しばらくしてからもう一度お試しください。",
      offline: "サーバーに接続できません。通信状況を確認して、もう一度お試しください。",
    },
  },
  ko: {
    title: "계약서 진위 확인", lead: "받으신 계약서 PDF를 선택하세요. Callboard의 전자 봉인이 있는지, 변경되지 않았는지, 누가 언제 서명했는지 확인할 수 있습니다.",
    choose: "PDF 파일 선택", drop: "또는 여기에 끌어다 놓기", privacy: "파일은 확인에만 사용하며 즉시 삭제합니다.", working: "확인하는 중…",
    valid: "진본 파일입니다", valid_why: "전자 봉인이 유효하고, 모든 당사자가 서명한 뒤 변경되지 않았으며, 공개 원장에 기록되어 있습니다.",
    invalid: "확인되지 않은 파일입니다", contract: "계약 번호", sealed_at: "봉인 시각", timestamped_at: "신뢰할 수 있는 타임스탬프",
    no_timestamp: "없음", hash: "파일 SHA-256", signatures: "서명자", forgotten: "(본인 요청으로 이름이 삭제됨)", at: "서명 시각",
    proof: "공개 원장의 증명",
    parties: { performer: "출연자", studio: "제작사", agent: "에이전트", guardian: "보호자", witness: "입회인", sponsor: "허가 보증인" },
    authentication: {
      link_and_code: "개인 링크와 일회용 인증번호로 서명", desk: "제작사가 입력함(서명자 본인 인증 없음)", studio: "제작사 계정으로 서명",
    },
    disputed: "서명자가 이 서명에 이의를 제기했습니다",
    address: "개인 링크가 등록된 주소가 아니라 제작사가 지정한 주소로 발송되었습니다", name_differs: "입력된 이름이 등록된 이름과 일치하지 않습니다",
    faults: {
      unreadable: "파일이 손상되어 읽을 수 없습니다.", not_sealed: "Callboard의 전자 봉인이 없습니다. 서명되지 않은 초안이거나 이곳에서 발급한 파일이 아닐 수 있습니다.",
      foreign_seal: "이 봉인은 Callboard가 만든 것이 아닙니다.", changed: "봉인된 뒤에 변경된 파일입니다. 내용을 신뢰하지 마세요.",
      appended: "봉인된 뒤 파일 끝에 내용이 추가되었습니다. 그 앞부분은 변경되지 않았습니다.",
    },
    problems: {
      "not-a-pdf": "선택한 파일은 PDF가 아닙니다.", "body-too-large": "25MB를 초과하는 파일은 확인할 수 없습니다.",
      "rate-limited": "요청이 너무 많습니다. 잠시 후 다시 시도하세요.", busy: "현재 확인 요청이 많습니다. 잠시 후 다시 시도하세요.",
      offline: "서버에 연결할 수 없습니다. 네트워크를 확인하고 다시 시도하세요.",
    },
  },
};
