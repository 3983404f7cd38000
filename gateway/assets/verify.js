// The page at which anybody checks a sealed contract: the file is sent to the public operation, and the answer is said in the
// reader's language. Everything shown is set as text.
import { words } from "/assets/verify-words.js";

const LARGEST = 25 * 2 ** 20; // bytes: what the operation takes
const $ = (id) => document.getElementById(id);
let language = [...navigator.languages.map((tag) => tag.slice(0, 2)), "en"].find((tag) => tag in words);
let outcome = null; // what there is to show: { checking }, { answer } or { problem }
let asked = 0;

function make(tag, text, given = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, given);
}

function time(moment) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long" }).format(new Date(moment));
}

function fact(term, detail) {
  $("facts").append(make("dt", term), detail instanceof Node ? wrapped("dd", detail) : make("dd", detail));
}

function wrapped(tag, ...inside) {
  const made = document.createElement(tag);
  made.append(...inside);
  return made;
}

function signer(one) {
  const says = words[language];
  const item = wrapped("li",
    make("div", `${one.name ?? says.forgotten} · ${says.parties[one.party] ?? one.party}`, { className: "name" }),
    make("div", `${says.at} ${time(one.signed_at)} (${one.time_zone})`));
  const how = one.party === "studio" && one.authentication === "desk" ? "studio" : one.authentication;
  if (how) item.append(make("div", says.authentication[how] ?? how, { className: how === "desk" ? "warning" : "" }));
  if (one.authentication === "link_and_code" && one.party !== "studio" && one.name !== null && !one.email_on_file) {
    item.append(make("div", says.address, { className: "warning" }));
  }
  if (one.name_differs) item.append(make("div", says.name_differs, { className: "warning" }));
  if (one.disputed_at) item.append(make("div", `${says.disputed} · ${time(one.disputed_at)}`, { className: "warning" }));
  return item;
}

function render() {
  const says = words[language];
  document.documentElement.lang = language;
  document.title = `${says.title} · Callboard`;
  $("language").value = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = says[element.dataset.text];
  $("progress").textContent = outcome?.checking ? says.working : "";
  const { answer, problem } = outcome ?? {};
  $("result").hidden = !answer && !problem;
  $("facts").replaceChildren();
  $("signers").replaceChildren();
  $("proof").replaceChildren();
  $("signers-title").hidden = !answer?.signatures.length;
  $("result").className = answer?.valid ? "good" : "bad";
  if (problem) {
    $("verdict").textContent = says.invalid;
    $("meaning").textContent = says.problems[problem] ?? says.problems.busy;
  }
  if (!answer) return;
  $("verdict").textContent = answer.valid ? says.valid : says.invalid;
  $("meaning").textContent = answer.valid ? says.valid_why : says.faults[answer.fault];
  if (answer.contract_id) fact(says.contract, answer.contract_id);
  if (answer.sealed_at) fact(says.sealed_at, time(answer.sealed_at));
  if (answer.valid) fact(says.timestamped_at, answer.timestamped_at ? time(answer.timestamped_at) : says.no_timestamp);
  fact(says.hash, make("code", answer.file_sha256));
  $("signers").append(...answer.signatures.map(signer));
  if (answer.proof) $("proof").append(make("a", says.proof, { href: answer.proof }));
}

async function verdict(file) {
  if (file.size > LARGEST) return { problem: "body-too-large" };
  try {
    const response = await fetch("/public/documents/verify", {
      method: "POST", headers: { "Content-Type": "application/pdf", "Accept-Language": language }, body: file, credentials: "omit",
    });
    const answer = await response.json();
    return response.ok ? { answer } : { problem: answer.code };
  } catch {
    return { problem: "offline" };
  }
}

async function check(file) {
  if (!file) return;
  const turn = ++asked;
  outcome = { checking: true };
  render();
  const found = await verdict(file);
  if (turn !== asked) return; // another file was chosen meanwhile
  outcome = found;
  render();
  $("result").focus();
}

$("language").addEventListener("change", () => {
  language = $("language").value;
  render();
});
$("file").addEventListener("change", () => {
  check($("file").files[0]);
  $("file").value = ""; // the same file may be chosen again
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") check(event.dataTransfer.files[0]);
  });
}
$("page").hidden = false;
render();
