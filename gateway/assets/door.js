// The door of every page behind a personal link: its language, the one-time code, a link that was used in another browser.
// Everything shown is set as text.
import { faults } from "/assets/door-faults.js";
import { words as doorWords } from "/assets/door-words.js";

export const $ = (id) => document.getElementById(id);
export const token = location.pathname.split("/").pop();
const busy = new Set(); // buttons whose step is under way
let page = null;
let link = null;
let sent = null; // the code that was sent
let language = "en";

// What the page says in the reader's language.
export function said() {
  return { ...doorWords[language], ...page.words[language] };
}

export function tongue() {
  return language;
}

// Shows some of the sections, and leads whoever reads by ear or keyboard to the first one's heading.
export function show(...names) {
  for (const name of ["door", "elsewhere", "done", ...page.sections]) $(name).hidden = !names.includes(name);
  const heading = document.querySelector("main section:not([hidden]) h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  entitle();
}

export function say(text) {
  $("fault").textContent = text;
  $("fault").hidden = !text;
  if (text) $("fault").scrollIntoView({ block: "center" });
}

// An element with a text and what else it has.
export function make(tag, text = "", given = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, given);
}

// A list of terms and what they are; what is empty is left out.
export function facts(...pairs) {
  const list = make("dl");
  for (const [term, text] of pairs) if (text) list.append(make("dt", term), make("dd", text));
  return list;
}

// A moment as the reader's own clock shows it, or that of a place.
export function at(moment, timeZone) {
  const form = { year: "numeric", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  return new Intl.DateTimeFormat(language, { ...form, timeZone }).format(new Date(moment));
}

function fault(code, detail = null, pointer = null) {
  const text = faults[code]?.[language] ?? (language === "zh" || language === "en" ? detail : null) ?? faults.unreadable[language];
  const field = pointer && document.querySelector(`[data-pointer="${CSS.escape(pointer)}"]`);
  field?.focus();
  const label = field && document.querySelector(`label[for="${field.id}"]`)?.textContent;
  return Object.assign(new Error(label ? `${text} (${label})` : text), { code });
}

// Sends one request; a problem becomes an Error whose `code` names it.
export async function ask(path, body) {
  let answer = null;
  try {
    answer = await fetch(`${page.base}/${token}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Accept-Language": language, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw fault("offline");
  }
  const content = await answer.json().catch(() => {
    throw fault("unreadable");
  });
  if (answer.ok) return content;
  throw fault(content.code, content.detail, content.errors?.[0]?.pointer);
}

// Buttons of a form wait until everything that it needs is there.
export function wait() {
  for (const form of document.forms) {
    const there = [...form.elements].every((e) => !e.willValidate || (e.validity.valid && (!e.required || e.value.trim())));
    for (const button of form.querySelectorAll("button")) button.disabled = !there || busy.has(button);
  }
}

// Runs a step once at a time; what goes wrong is said where everybody sees it.
export function step(button, work) {
  return async (event) => {
    event.preventDefault();
    if (busy.has(button)) return;
    busy.add(button);
    button.disabled = true;
    say("");
    try {
      await work();
    } catch (error) {
      if (error.code === "link-bound") show("elsewhere");
      else if (error.code === "session-over") show("door");
      if (error.code !== "link-bound") say(error.message);
    } finally {
      busy.delete(button);
      button.disabled = false;
      wait();
    }
  };
}

export function finish(outcome) {
  $("done-title").textContent = said()[outcome];
  $("done-text").textContent = said()[`${outcome}_why`];
}

function entitle() {
  document.title = [said().door, link && page.title?.(link), "Callboard"].filter(Boolean).join(" · ");
}

function translate() {
  const says = said();
  document.documentElement.lang = language;
  $("language").value = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = says[element.dataset.text];
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", says[element.dataset.label]);
  if (link) $("about").replaceChildren(...page.about(link));
  if (sent) {
    const clock = (moment) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(moment));
    const minutes = Math.round(sent.seconds / 60);
    $("sent").textContent = says.sent(clock(sent.sent_at), sent.address, minutes, clock(sent.next_at));
  }
  entitle();
  page.render();
  wait();
}

async function begin() {
  language = [...navigator.languages.map((tag) => tag.slice(0, 2)), "en"].find((tag) => tag in doorWords);
  translate();
  link = await ask("");
  language = link.language;
  page.began?.(link);
  translate();
  if (link.session) await page.read();
  else show("door");
}

// What is written in the reader's language comes in the one that was chosen.
async function speak() {
  language = $("language").value;
  say("");
  translate();
  if (!link || !page.spoken) return;
  link = await ask(`?language=${language}`);
  translate();
  await page.spoken();
}

// Opens the door of a page: its words, sections and operations (`base`); `about` is what a link tells of before the code, `title` what
// it adds to the tab; `read` fetches what is behind the door, `spoken` fetches it in another language, `render` shows it again, also
// before there is anything.
export function openDoor(behind) {
  page = behind;
  document.addEventListener("input", wait);
  $("language").addEventListener("change", step(make("button"), speak));
  $("send-code").addEventListener("click", step($("send-code"), async () => {
    $("code-form").hidden = false; // also when it is too early for another code: the last one can be given
    sent = await ask("/code", {});
    translate();
    $("code").focus();
  }));
  $("code-form").addEventListener("submit", step($("code-form").querySelector("button"), async () => {
    await ask("/session", { code: $("code").value });
    await page.read();
  }));
  $("renew").addEventListener("click", step($("renew"), async () => {
    await ask("/renewal", {});
    finish("renewed");
    show("done");
  }));
  step(document.createElement("button"), begin)(new Event("begin"));
}
