// A performer's own page: open calls, own submissions with offers and auditions, and pay. Everything shown is set as text.
import { $, ask, at, facts, make, openDoor, said, show, step, token, tongue, wait } from "/assets/door.js";
import { words } from "/assets/my-words.js";

const lists = Object.fromEntries(["calls", "auditions", "submissions", "pay", "contracts"].map((name) => [name, { items: [], next: null }]));
const papers = {}; // offers that were read, by submission
let whose = null;
let records = null;
let tab = "calls";

async function load(name, more = false) {
  const list = lists[name];
  const page = await ask(`/${name}?limit=20${more ? `&cursor=${list.next}` : ""}`);
  list.items = more ? [...list.items, ...page.items] : page.items;
  list.next = page.next;
}

async function refresh(...names) {
  await Promise.all(names.map((name) => load(name)));
  render();
}

// How things are written in the reader's language.

const date = (day) => new Intl.DateTimeFormat(tongue(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
const money = (amount, currency) => new Intl.NumberFormat(tongue(), { style: "currency", currency }).format(amount);
const side = () => (tongue() === "zh" ? "zh" : "en"); // what is written for a role or contract is in these two

// Many days as the first and the last, and how many; the offer itself has each of them.
function days(all) {
  if (all.length > 5) return `${date(all[0])} – ${date(all.at(-1))} (${all.length})`;
  return new Intl.ListFormat(tongue(), { type: "conjunction" }).format(all.map(date));
}

// What cards are made of.

function button(text, work, kind = "") {
  const made = make("button", text, { type: "button", className: kind });
  made.addEventListener("click", step(made, work));
  return made;
}

function state(text, mood = "") {
  return make("span", text, { className: `state ${mood}` });
}

function card(title, under, ...parts) {
  const made = make("article", "", { className: "card" });
  made.append(make("h3", title), make("p", under, { className: "note" }), ...parts.filter(Boolean));
  return made;
}

// What is asked once more before it is done.
function second(ask_why, ...parts) {
  const details = make("details");
  details.append(make("summary", ask_why), ...parts);
  return details;
}

// A refusal with its reason; `needed` ones are not sent without.
function refusal(ask_why, send, needed, work) {
  const form = make("form");
  const label = make("label", said().reason);
  const reason = make("textarea", "", { rows: 3, maxLength: 10000, required: needed });
  const button = make("button", send);
  label.append(reason);
  form.append(label, button);
  form.addEventListener("submit", step(button, () => work(reason.value.trim())));
  return second(ask_why, form);
}

// Casting.

function fit(match) {
  const details = make("details");
  const list = make("ul", "", { className: "terms", lang: side() });
  for (const term of match.terms) {
    const sign = { met: "✓", partly: "◐", not: "✗" }[term.verdict];
    list.append(make("li", `${sign} ${term.requirement} — ${side() === "zh" ? term.why_zh : term.why}`));
  }
  details.append(make("summary", `${said().fit}: ${match.score} %`), list);
  return details;
}

function call(one) {
  const says = said();
  const flags = ["nudity", "stunt", "minor"].filter((flag) => one.requirements[flag]).map((flag) => state(says.flags[flag], "bad"));
  const stands = one.submission && state(says.submitted[one.submission.state]);
  return card(
    one.role,
    one.production,
    one.requirements.description && make("p", one.requirements.description),
    facts([says.until, date(one.deadline)]),
    one.invited && state(says.invited, "good"),
    ...flags,
    stands,
    fit(one.match),
    !stands && button(whose.reader === "agent" ? says.put_forward : says.stand, async () => {
      await ask(`/calls/${one.role_id}/submission`, {});
      await refresh("calls", "submissions");
    }, "primary"),
  );
}

function offer(one) {
  const says = said();
  const { terms } = one.offer;
  const path = `/submissions/${one.submission_id}/offer`;
  const parts = [
    facts(
      [says.fee, money(terms.fee.amount, terms.fee.currency)],
      [says.days, days(terms.work_dates)],
      [says.episodes, String(terms.episodes)],
      [says.instalments, terms.instalments.map((part) => `${part.percent} % ${says.triggers[part.trigger]}`).join(", ")],
    ),
  ];
  const paper = papers[one.submission_id];
  if (paper?.offer === one.offer.offer) {
    const clauses = make("ol", "", { className: "paper", lang: side(), tabIndex: 0 });
    clauses.append(...paper.document.clauses.map((clause) => make("li", [clause.title?.[side()], clause[side()]].filter(Boolean).join(" · "))));
    parts.push(make("p", says.two_languages, { className: "note" }), clauses, button(says.accept, async () => {
      await ask(`${path}/acceptance`, { offer: paper.offer });
      await refresh("submissions", "calls");
    }, "primary"));
  } else {
    parts.push(button(says.read_offer, async () => {
      papers[one.submission_id] = await ask(path);
      await refresh("submissions");
    }, "primary"));
  }
  parts.push(refusal(says.decline, says.decline_now, false, async (reason) => {
    await ask(`${path}/refusal`, { reason: reason || null });
    await refresh("submissions", "calls");
  }));
  return parts;
}

function submission(one) {
  const says = said();
  const open = ["submitted", "selected", "held", "offered"].includes(one.state);
  return card(
    one.role,
    one.production,
    state(says.submitted[one.state], { offered: "good", contracted: "good" }[one.state] ?? ""),
    state(says.by[one.by]),
    one.contract_state && make("p", says.contract_state[one.contract_state]),
    ...(one.offer ? offer(one) : []),
    open && second(says.withdraw, button(says.withdraw_now, async () => {
      await ask(`/submissions/${one.submission_id}/withdrawal`, {});
      await refresh("submissions", "calls", "auditions");
    })),
  );
}

function audition(one) {
  const says = said();
  return one.slots.map((slot) => {
    const path = `/auditions/${one.audition_id}/slots/${slot.slot}`;
    const answers = make("div", "", { className: "answers" });
    const answer = (text, how) => button(text, async () => {
      await ask(`${path}/${how}`, {});
      await refresh("auditions");
    });
    if (new Date(slot.starts_at) > new Date()) {
      if (slot.state === "proposed") answers.append(answer(says.come, "confirmation"));
      answers.append(answer(says.not_come, "refusal"));
    }
    return card(
      one.role,
      one.production,
      facts([says.when, at(slot.starts_at, one.time_zone)], [says.where, `${one.place} (${one.time_zone})`]),
      state(says.slots[slot.state], slot.state === "confirmed" ? "good" : ""),
      answers,
    );
  });
}

// Pay.

function payment(one, { payment: paid, reference, reason }) {
  const says = said();
  const path = `/pay/${one.contract_id}/payments/${paid.payment_id}`;
  const made = make("div", "", { className: "payment" });
  made.append(
    facts([says.paid, money(paid.amount, one.currency)], [says.paid_on, date(paid.paid_on)], [says.reference, reference], [says.reason, reason]),
    state(says.payments[paid.state], { confirmed: "good", disputed: "bad" }[paid.state] ?? ""),
  );
  if (paid.answered_by) made.append(state(says.answered[paid.answered_by]));
  if (paid.state === "recorded") {
    made.append(
      button(says.received, async () => {
        await ask(`${path}/confirmation`, {});
        await refresh("pay");
      }, "primary"),
      refusal(says.dispute, says.dispute_now, true, async (why) => {
        await ask(`${path}/dispute`, { reason: why });
        await refresh("pay");
      }),
    );
  }
  return made;
}

function instalment(one) {
  const says = said();
  const due = one.due_on ? date(one.due_on) : says.undated;
  return card(
    money(one.amount, one.currency),
    `${one.production} · ${one.role}`,
    facts(
      [says.due, `${due} (${says.triggers[one.trigger]})`],
      [says.outstanding, Number(one.outstanding) ? money(one.outstanding, one.currency) : ""],
    ),
    state(says.instalment[one.state], { confirmed: "good", overdue: "bad" }[one.state] ?? ""),
    ...one.payments.map((each) => payment(one, each)),
  );
}

// Contracts, days and documents.

function contract(one) {
  const says = said();
  const open = ["sent", "partially_signed"].includes(one.state);
  return card(
    one.role,
    one.production,
    state(says.contract_state[one.state], one.sealed ? "good" : ""),
    open && make("p", says.to_sign),
    one.sealed && make("a", says.download, { href: `${base}/${token}/contracts/${one.contract_id}/download`, download: "" }),
  );
}

function renderRecords() {
  const says = said();
  const span = (one) => (one.starts_on === one.ends_on ? date(one.starts_on) : `${date(one.starts_on)} – ${date(one.ends_on)}`);
  const own = records.days.map((one) => [span(one), [says.day[one.kind], one.production, one.role].filter(Boolean).join(" · ")]);
  const held = records.papers.map((one) => [says.paper[one.kind], one.valid_until ? `${says.valid_until} ${date(one.valid_until)}` : says.no_end]);
  for (const [id, list] of [["days", own], ["papers", held]]) {
    $(id).replaceChildren(...facts(...(list.length ? list : [[says.nothing, "—"]])).children);
  }
  $("data").hidden = whose.reader !== "person";
  $("export").href = `${base}/${token}/export`;
}

// The page.

const base = "/public/portal";
const cards = { calls: call, auditions: audition, submissions: submission, pay: instalment, contracts: contract };

function render() {
  if (!whose) return;
  $("studio").textContent = whose.studio;
  $("performer").textContent = whose.performer;
  $("as-agent").hidden = whose.reader !== "agent";
  for (const each of document.querySelectorAll("[data-tab]")) {
    each.setAttribute("aria-pressed", String(each.dataset.tab === tab));
    $(each.dataset.tab).hidden = each.dataset.tab !== tab;
  }
  $("head-auditions").hidden = !lists.auditions.items.length;
  for (const [name, list] of Object.entries(lists)) {
    const made = list.items.flatMap(cards[name]);
    const nothing = name === "auditions" ? [] : [make("p", said().nothing, { className: "note" })];
    $(`list-${name}`).replaceChildren(...(made.length ? made : nothing));
    document.querySelector(`[data-more=${name}]`).hidden = !list.next;
  }
  renderRecords();
  wait();
}

async function read() {
  [whose, records] = await Promise.all([ask("/page"), ask("/records")]);
  await refresh(...Object.keys(lists));
  show("own");
}

for (const each of document.querySelectorAll("[data-tab]")) {
  each.addEventListener("click", () => {
    tab = each.dataset.tab;
    render();
  });
}
for (const each of document.querySelectorAll("[data-more]")) {
  each.addEventListener("click", step(each, async () => {
    await load(each.dataset.more, true);
    render();
  }));
}
openDoor({
  base,
  words,
  sections: ["own"],
  about: (link) => facts([said().from, link.studio], [said().to, link.address]).children,
  title: (link) => link.studio,
  read,
  render,
});
