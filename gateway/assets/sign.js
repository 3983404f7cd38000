// The signer's page: from a personal link and a one-time code to the signed contract. Everything shown is set as text.
import { $, ask, finish, make, openDoor, said, show, step, token } from "/assets/door.js";
import { words } from "/assets/sign-words.js";

const base = "/public/signing";
let side = "en";
let reading = null;

function fact(term, text) {
  $("facts").append(make("dt", term), make("dd", text));
}

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
  const why = entered.reason ?? said().on_paper;
  $("entered-text").textContent = `${entered.name} · ${new Date(entered.signed_at).toLocaleString(document.documentElement.lang)} · ${why}`;
  $("disputed").hidden = !entered.disputed_at;
  $("dispute-form").hidden = Boolean(entered.disputed_at);
}

function render() {
  if (!reading) return;
  renderEntry();
  const says = said();
  const { document: paper } = reading;
  $("production").textContent = paper.production[side === "zh" ? "zh" : "en"];
  $("facts").replaceChildren();
  fact(says.role, paper.terms.role);
  fact(says.parties, paper.parties.map((party) => party.name ?? party.key).join(" · "));
  fact(says.you, `${reading.name} (${says.roles[reading.role]})`);
  if (says.closed[reading.contract_state]) fact(says.state, says.closed[reading.contract_state]);
  const kept = JSON.parse(sessionStorage.getItem(drafts()) ?? "{}");
  $("clauses").replaceChildren(...paper.clauses.map((one) => clause(one, kept)));
  for (const button of document.querySelectorAll("[data-side]")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }
  $("act-form").hidden = !acting();
  $("handover").hidden = !reading.may_delegate;
  $("act").textContent = { approver: says.approve, witness: says.attest }[reading.role] ?? says.sign;
  $("consent-text").textContent = reading.consent.text;
  $("consent-text").lang = reading.consent.language;
  $("download").href = `${base}/${token}/download`;
  $("hash").textContent = reading.document_sha256;
}

async function read() {
  reading = await ask("/document");
  render();
  const executed = reading.contract_state === "executed";
  const signed = reading.turn === "completed" && !reading.entered; // what the studio entered is not what the reader did
  if (executed) finish("executed");
  else if (signed) finish("signed");
  show("contract", ...(executed || signed ? ["done"] : []));
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
  if (reading.role === "approver") await ask("/approval", sheet);
  else await sign({ ...sheet, initials: Object.entries(typed()).map(([clause, initials]) => ({ clause, initials })) });
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
$("forward").addEventListener("click", step($("forward"), () => handOn("forwarding")));
$("delegate").addEventListener("click", step($("delegate"), () => handOn("delegation")));
$("decline").addEventListener("click", step($("decline"), async () => {
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
  read,
  render,
});
