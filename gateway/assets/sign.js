// The signer's page: from a personal link and a one-time code to the signed contract. Everything shown is set as text.
import { $, ask, at, facts, finish, make, openDoor, said, show, step, token, tongue, wait } from "/assets/door.js";
import { words } from "/assets/sign-words.js";

const base = "/public/signing";
let side = "en";
let reading = null;

function drafts() {
  return `initials ${reading.document_sha256} ${reading.recipient}`;
}

function typed() {
  return Object.fromEntries([...document.querySelectorAll("[data-clause]")].map((i) => [i.dataset.clause, i.value.trim()]));
}

function clause(one, kept) {
  const item = document.createElement("li");
  for (const tongue of side === "both" ? ["zh", "en"] : [side]) {
    if (one.title) item.append(make("p", one.title[tongue], { lang: tongue, className: "clause-title" }));
    item.append(make("p", one[tongue], { lang: tongue }));
  }
  if (reading.initials.includes(one.id) && acting()) {
    item.className = "sensitive";
    const label = make("label", said().initials, { htmlFor: `initials-${one.id}` });
    const input = document.createElement("input");
    Object.assign(input, { id: label.htmlFor, required: true, maxLength: 20, value: kept[one.id] ?? "" });
    input.setAttribute("form", "act-form");
    input.dataset.clause = one.id;
    input.addEventListener("input", () => sessionStorage.setItem(drafts(), JSON.stringify(typed())));
    item.append(label, input);
  }
  return item;
}

function acting() {
  const open = ["sent", "partially_signed"].includes(reading.contract_state) && reading.turn === "invited";
  return open && ["signer", "witness", "approver"].includes(reading.role);
}

// What the studio entered for the reader, and how they say that it is not theirs.
function renderEntry() {
  const { entered } = reading;
  $("entered").hidden = !entered;
  if (!entered) return;
  $("entered-text").textContent = [entered.name, at(entered.signed_at), entered.reason ?? said().on_paper].join(" · ");
  $("disputed").hidden = !entered.disputed_at;
  $("dispute-form").hidden = Boolean(entered.disputed_at);
}

function deadline(moment) {
  return moment ? at(moment) : said().no_deadline;
}

function party(one) {
  return said().party[one.party] ?? one.party ?? said().roles[one.role];
}

function consent() {
  const { text, language } = reading.consent;
  if ($("consent-text").textContent !== text) $("consent").checked = false; // another text was agreed to
  Object.assign($("consent-text"), { textContent: text, lang: language });
}

function render() {
  if (!reading) return;
  renderEntry();
  const says = said();
  const { document: paper, summary } = reading;
  $("production").textContent = paper.production[side === "zh" ? "zh" : "en"];
  $("facts").replaceChildren(...facts(
    [says.role, paper.terms.role],
    [says.parties, paper.parties.map((one) => one.name ?? says.party[one.key] ?? one.key).join(" · ")],
    [says.you, `${reading.name} (${says.roles[reading.role]})`],
    [says.until, acting() && deadline(reading.deadline)],
    [says.state, says.closed[reading.contract_state]],
  ).children);
  $("summary").lang = summary.language;
  $("summary-note").textContent = summary.note;
  $("points").replaceChildren(...facts(...summary.points.map((point) => [point.title, point.text])).children);
  $("others").hidden = !reading.others.length;
  $("progress").replaceChildren(...facts(...reading.others.map((one) => [party(one), says.progress[one.state]])).children);
  const kept = JSON.parse(sessionStorage.getItem(drafts()) ?? "{}");
  $("clauses").replaceChildren(...paper.clauses.map((one) => clause(one, kept)));
  for (const button of document.querySelectorAll("[data-side]")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }
  $("ask").hidden = !["sent", "partially_signed"].includes(reading.contract_state);
  for (const name of ["act-form", "decline"]) $(name).hidden = !acting();
  $("handover").hidden = !acting() || !reading.may_delegate;
  $("act").textContent = { approver: says.approve, witness: says.attest }[reading.role] ?? says.sign;
  consent();
  $("download").href = `${base}/${token}/download`;
  $("hash").textContent = reading.document_sha256;
  wait();
}

async function fetched() {
  reading = await ask(`/document?language=${tongue()}`);
  render();
}

async function read() {
  await fetched();
  const signed = reading.turn === "completed" && !reading.entered; // what the studio entered is not what the reader did
  const outcome = reading.contract_state === "executed" ? "executed" : signed ? "signed" : null;
  if (outcome) finish(outcome);
  show("contract", ...(outcome ? ["done"] : []));
}

// A name that is none of those on file is asked about once.
async function sign(sheet) {
  try {
    await ask("/signature", { ...sheet, name_confirmed: $("name-confirmed").checked });
  } catch (error) {
    if (error.code === "name-unexpected") $("name-differs").hidden = false;
    throw error;
  }
}

async function act() {
  const sheet = {
    name: $("name").value.trim(),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    document_sha256: reading.document_sha256,
    consent: reading.consent.version,
    consent_language: reading.consent.language,
  };
  const initials = Object.entries(typed()).map(([clause, initials]) => ({ clause, initials }));
  if (reading.role === "approver") await ask("/approval", sheet);
  else await sign({ ...sheet, initials });
  sessionStorage.removeItem(drafts());
  await read();
  window.scrollTo(0, 0);
}

async function handOn(why) {
  await ask("/handover", { why, name: $("other-name").value.trim(), email: $("other-email").value.trim() });
  finish("handed");
  show("done");
}

for (const button of document.querySelectorAll("[data-side]")) {
  button.addEventListener("click", () => {
    side = button.dataset.side;
    render();
  });
}
$("act-form").addEventListener("submit", step($("act"), act));
$("handover-form").addEventListener("submit", (event) => event.preventDefault());
$("forward").addEventListener("click", step($("forward"), () => handOn("forwarding")));
$("delegate").addEventListener("click", step($("delegate"), () => handOn("delegation")));
$("ask-text").addEventListener("input", () => {
  $("asked").textContent = "";
});
$("ask-form").addEventListener("submit", step($("ask-send"), async () => {
  await ask("/question", { wish: $("wish").value, text: $("ask-text").value.trim() });
  $("ask-text").value = "";
  $("asked").textContent = said().asked;
}));
$("decline-form").addEventListener("submit", step($("decline-now"), async () => {
  await ask("/refusal", { reason: $("reason").value.trim() });
  finish("declined");
  show("done");
}));
$("dispute-form").addEventListener("submit", step($("dispute-now"), async () => {
  await ask("/dispute", { reason: $("dispute").value.trim() });
  await read();
}));
openDoor({
  base,
  words,
  sections: ["contract"],
  began: (link) => {
    side = link.language === "zh" ? "zh" : "en";
  },
  about: (link) => facts(
    [said().from, link.sender],
    [said().title, link.production],
    [said().role, link.part],
    [said().to, link.address],
    [said().until, deadline(link.deadline)],
  ).children,
  title: (link) => link.production,
  read,
  spoken: async () => {
    if (reading) await fetched();
  },
  render,
});
