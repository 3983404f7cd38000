// The signer's page: from a personal link and a one-time code to the signed contract. Everything shown is set as text.
import { words } from "/assets/sign-words.js";

const token = location.pathname.split("/").pop();
const base = `/public/signing/${token}`;
const $ = (id) => document.getElementById(id);
const sections = ["door", "elsewhere", "contract", "done"];
let language = "en";
let side = "en";
let reading = null;

function show(...names) {
  for (const name of sections) $(name).hidden = !names.includes(name);
}

function say(text) {
  $("fault").textContent = text;
  $("fault").hidden = !text;
  if (text) $("fault").scrollIntoView({ block: "center" });
}

// Sends one request; a problem becomes an Error whose `code` names it.
async function ask(path, body) {
  const answer = await fetch(base + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Accept-Language": language, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: "same-origin",
    cache: "no-store",
  });
  const content = await answer.json();
  if (answer.ok) return content;
  const error = new Error(words[language].faults[content.code] ?? content.detail);
  error.code = content.code;
  throw error;
}

// Runs a step once at a time; what goes wrong is said where everybody sees it.
function step(button, work) {
  return async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("");
    try {
      await work();
    } catch (error) {
      if (error.code === "link-bound") show("elsewhere");
      else if (error.code === "session-over") show("door");
      if (error.code !== "link-bound") say(error.message);
    } finally {
      button.disabled = false;
    }
  };
}

function translate() {
  document.documentElement.lang = language;
  $("language").value = language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = words[language][element.dataset.text];
  }
  if (reading) render();
}

function finish(outcome) {
  $("done-title").textContent = words[language][outcome];
  $("done-text").textContent = words[language][`${outcome}_why`];
}

function fact(term, text) {
  const name = document.createElement("dt");
  name.textContent = term;
  const value = document.createElement("dd");
  value.textContent = text;
  $("facts").append(name, value);
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
    const text = document.createElement("p");
    text.lang = tongue;
    text.textContent = one[tongue];
    item.append(text);
  }
  if (reading.initials.includes(one.id) && acting()) {
    item.className = "sensitive";
    const label = document.createElement("label");
    label.htmlFor = `initials-${one.id}`;
    label.textContent = words[language].initials;
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

function render() {
  const said = words[language];
  const { document: paper } = reading;
  $("production").textContent = paper.production;
  $("facts").replaceChildren();
  fact(said.role, paper.terms.role);
  fact(said.parties, paper.parties.map((party) => party.name ?? party.key).join(" · "));
  fact(said.you, `${reading.name} (${said.roles[reading.role]})`);
  if (said.closed[reading.contract_state]) fact(said.state, said.closed[reading.contract_state]);
  const kept = JSON.parse(sessionStorage.getItem(drafts()) ?? "{}");
  $("clauses").replaceChildren(...paper.clauses.map((one) => clause(one, kept)));
  for (const button of document.querySelectorAll("[data-side]")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }
  $("act-form").hidden = !acting();
  $("handover").hidden = !reading.may_delegate;
  $("act").textContent = { approver: said.approve, witness: said.attest }[reading.role] ?? said.sign;
  $("consent-text").textContent = reading.consent.text;
  $("consent-text").lang = reading.language;
  $("download").href = `${base}/download`;
  $("hash").textContent = reading.document_sha256;
}

async function read() {
  reading = await ask("/document");
  render();
  if (reading.contract_state === "executed") finish("executed");
  else if (reading.turn === "completed") finish("signed");
  show("contract", ...(reading.contract_state === "executed" || reading.turn === "completed" ? ["done"] : []));
}

async function act() {
  const sheet = {
    name: $("name").value.trim(),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    document_sha256: reading.document_sha256,
    consent: reading.consent.version,
  };
  if (reading.role === "approver") await ask("/approval", sheet);
  else await ask("/signature", { ...sheet, initials: Object.entries(typed()).map(([clause, initials]) => ({ clause, initials })) });
  sessionStorage.removeItem(drafts());
  await read();
  window.scrollTo(0, 0);
}

async function handOn(why) {
  await ask("/handover", { why, name: $("other-name").value.trim(), email: $("other-email").value.trim() });
  finish("handed");
  show("done");
}

async function begin() {
  language = [...navigator.languages.map((tag) => tag.slice(0, 2)), "en"].find((tag) => tag in words);
  translate();
  const link = await ask("");
  language = link.language;
  side = language === "zh" ? "zh" : "en";
  $("address").textContent = link.address;
  translate();
  if (link.session) await read();
  else show("door");
}

$("language").addEventListener("change", () => {
  language = $("language").value;
  translate();
});
for (const button of document.querySelectorAll("[data-side]")) {
  button.addEventListener("click", () => {
    side = button.dataset.side;
    render();
  });
}
$("send-code").addEventListener("click", step($("send-code"), async () => {
  $("code-form").hidden = false; // also when it is too early for another code: the last one can be given
  await ask("/code", {});
  $("code").focus();
}));
$("code-form").addEventListener("submit", step($("code-form").querySelector("button"), async () => {
  await ask("/session", { code: $("code").value.trim() });
  await read();
}));
$("renew").addEventListener("click", step($("renew"), async () => {
  await ask("/renewal", {});
  finish("renewed");
  show("done");
}));
$("act-form").addEventListener("submit", step($("act"), act));
$("forward").addEventListener("click", step($("forward"), () => handOn("forwarding")));
$("delegate").addEventListener("click", step($("delegate"), () => handOn("delegation")));
$("decline").addEventListener("click", step($("decline"), async () => {
  await ask("/refusal", { reason: $("reason").value.trim() });
  finish("declined");
  show("done");
}));
step(document.createElement("button"), begin)(new Event("begin"));
