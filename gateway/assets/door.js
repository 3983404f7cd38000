// The door of every page behind a personal link: its language, the one-time code, a link that was used in another browser.
// Everything shown is set as text.
import { words as doorWords } from "/assets/door-words.js";

export const $ = (id) => document.getElementById(id);
export const token = location.pathname.split("/").pop();
let page = null;
let language = "en";

// What the page says in the reader's language.
export function said() {
  return { ...doorWords[language], ...page.words[language] };
}

export function tongue() {
  return language;
}

export function show(...names) {
  for (const name of ["door", "elsewhere", "done", ...page.sections]) $(name).hidden = !names.includes(name);
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

// Sends one request; a problem becomes an Error whose `code` names it.
export async function ask(path, body) {
  const answer = await fetch(`${page.base}/${token}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Accept-Language": language, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: "same-origin",
    cache: "no-store",
  });
  const content = await answer.json();
  if (answer.ok) return content;
  const faults = { ...doorWords[language].faults, ...page.words[language].faults };
  const error = new Error(faults[content.code] ?? content.detail);
  error.code = content.code;
  throw error;
}

// Runs a step once at a time; what goes wrong is said where everybody sees it.
export function step(button, work) {
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

export function finish(outcome) {
  $("done-title").textContent = said()[outcome];
  $("done-text").textContent = said()[`${outcome}_why`];
}

function translate() {
  document.documentElement.lang = language;
  $("language").value = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = said()[element.dataset.text];
  page.render();
}

async function begin() {
  language = [...navigator.languages.map((tag) => tag.slice(0, 2)), "en"].find((tag) => tag in doorWords);
  translate();
  const link = await ask("");
  language = link.language;
  $("address").textContent = link.address;
  page.began?.(link);
  translate();
  if (link.session) await page.read();
  else show("door");
}

// Opens the door of a page: its words, sections and operations (`base`); `read` fetches what is behind the door, `render` shows it
// again in another language, also before there is anything.
export function openDoor(behind) {
  page = behind;
  $("language").addEventListener("change", () => {
    language = $("language").value;
    translate();
  });
  $("send-code").addEventListener("click", step($("send-code"), async () => {
    $("code-form").hidden = false; // also when it is too early for another code: the last one can be given
    await ask("/code", {});
    $("code").focus();
  }));
  $("code-form").addEventListener("submit", step($("code-form").querySelector("button"), async () => {
    await ask("/session", { code: $("code").value.trim() });
    await page.read();
  }));
  $("renew").addEventListener("click", step($("renew"), async () => {
    await ask("/renewal", {});
    finish("renewed");
    show("done");
  }));
  step(document.createElement("button"), begin)(new Event("begin"));
}
