/**
 * The script of the status page. It gets the relay's events through the platform's EventSource: `relay` is all of it without
 * the sources, `all` are the sources at first, `sources` those that changed since, and `gone` the names of those
 * that are no more. It changes only the cells whose text changed, so a thousand sources cost little.
 */
export const SCRIPT = `
"use strict";
const POINTS = 60;
const byId = (id) => document.getElementById(id);
const rows = new Map();
const body = byId("rows");
let order = { key: "name", factor: 1 };
let relay;

const number = new Intl.NumberFormat("en-US");
const rate = (value) => (value < 10 ? value.toFixed(1) : number.format(Math.round(value)));
const COLUMNS = [
  ["name", "", (s) => s.name],
  ["state", "state", (s) => s.state],
  ["owner", "", (s) => s.owner],
  ["rate", "number", (s) => rate(s.rate) + "/s"],
  ["spark", "", undefined],
  ["lag", "number", (s) => (s.lag < 1 ? "-" : Math.round(s.lag) + " s")],
  ["n", "number", (s) => number.format(s.n)],
  ["lastId", "id", (s) => s.lastId],
  ["gaps", "number", (s) => number.format(s.gaps)],
  ["error", "error", (s) => s.error || (s.differing ? "configured otherwise at " + s.differing.join(", ") : "")],
];

function createRow(source) {
  const element = document.createElement("tr");
  const cells = COLUMNS.map(([key, kind]) => {
    const cell = element.insertCell();
    cell.className = kind;
    if (key === "spark") cell.innerHTML = '<svg viewBox="0 0 90 20" aria-hidden="true"><path></path></svg>';
    return cell;
  });
  element.dataset.source = source.name;
  return { element, cells, source, rates: [] };
}

function setText(cell, text) {
  if (cell.textContent !== text) {
    cell.textContent = text;
    cell.title = text;
  }
}

function paint(row) {
  const { source, cells } = row;
  COLUMNS.forEach(([key, , text], index) => {
    if (text !== undefined) setText(cells[index], text(source));
    if (key === "state") cells[index].className = "state " + source.state;
    if (key === "gaps") cells[index].className = source.gaps > 0 ? "number some" : "number";
  });
}

function sparkline({ rates, cells }) {
  const most = Math.max(1, ...rates);
  const step = 90 / (POINTS - 1);
  const from = POINTS - rates.length;
  const points = rates.map((value, index) => ((from + index) * step).toFixed(1) + " " + (19 - (value / most) * 18).toFixed(1));
  cells[4].firstChild.firstChild.setAttribute("d", points.length > 1 ? "M" + points.join("L") : "");
}

function matches({ name, state, owner, lastId, error }) {
  const words = byId("filter").value.toLowerCase().split(/\\s+/);
  const text = [name, state, owner, lastId, error || ""].join(" ").toLowerCase();
  const chosen = byId("state").value;
  return (chosen === "" || state === chosen) && words.every((word) => text.includes(word));
}

function arrange() {
  const value = (source) => (order.key === "spark" ? source.rate : (source[order.key] ?? ""));
  const compare = (a, b) => (typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
  const sorted = [...rows.values()].sort((a, b) => order.factor * compare(value(a.source), value(b.source)) || compare(a.source.name, b.source.name));
  body.append(...sorted.map((row) => row.element));
}

function filter() {
  let shown = 0;
  for (const row of rows.values()) {
    const isShown = matches(row.source);
    if (row.element.hidden === isShown) row.element.hidden = !isShown;
    if (isShown) shown += 1;
  }
  byId("none").hidden = shown > 0;
  setText(byId("shown"), shown === rows.size ? "" : number.format(shown) + " of " + number.format(rows.size) + " shown");
}

function totals() {
  const all = [...rows.values()].map((row) => row.source);
  const sum = (key) => all.reduce((total, source) => total + source[key], 0);
  const states = new Map();
  for (const { state } of all) states.set(state, (states.get(state) || 0) + 1);
  setText(byId("count"), number.format(all.length));
  setText(byId("states"), [...states].map(([state, count]) => number.format(count) + " " + state).join(", "));
  setText(byId("rate"), rate(sum("rate")) + "/s");
  setText(byId("gaps"), number.format(sum("gaps")));
  setText(byId("duplicates"), number.format(sum("duplicates")));
  setText(byId("lag"), Math.round(Math.max(0, ...all.map((source) => source.lag))) + " s");
}

function paintRelay() {
  const { id, ready, log, group } = relay;
  document.title = (ready ? "" : "! ") + id + " - hpx relay";
  setText(byId("id"), id);
  setText(byId("ready"), ready ? "ready" : "not ready");
  byId("ready").className = ready ? "ready" : "not-ready";
  setText(byId("log"), log.url + (log.state === "writable" ? "" : " is " + log.state + ": " + (log.error || "")));
  setText(byId("members"), group ? "members: " + group.members.join(", ") : "");
}

const events = new EventSource("events");
const live = byId("live");
events.onopen = () => {
  live.className = "";
  setText(live, "live");
};
events.onerror = () => {
  live.className = "away";
  setText(live, "the relay does not answer: trying again");
};
events.addEventListener("relay", (event) => {
  relay = JSON.parse(event.data);
  paintRelay();
});
events.addEventListener("all", (event) => {
  const sources = JSON.parse(event.data);
  const names = new Set(sources.map(({ name }) => name));
  // What it had before may be another relay's.
  remove([...rows.keys()].filter((name) => !names.has(name)));
  apply(sources);
});
events.addEventListener("sources", (event) => apply(JSON.parse(event.data)));
events.addEventListener("gone", (event) => remove(JSON.parse(event.data)));

function remove(names) {
  for (const name of names) {
    rows.get(name)?.element.remove();
    rows.delete(name);
  }
}

function apply(sources) {
  let isNew = false;
  for (const source of sources) {
    let row = rows.get(source.name);
    if (row === undefined) {
      row = createRow(source);
      rows.set(source.name, row);
      isNew = true;
    }
    row.source = source;
    paint(row);
  }
  for (const row of rows.values()) {
    // A source that is quiet for as long as its line has nothing to draw anew.
    const isFlat = row.source.rate === 0 && row.rates.every((value) => value === 0);
    row.rates.push(row.source.rate);
    if (row.rates.length > POINTS) row.rates.shift();
    if (!row.element.hidden && (!isFlat || row.rates.length === 2)) sparkline(row);
  }
  if (isNew || order.key !== "name") arrange();
  totals();
  filter();
  document.body.dataset.updates = Number(document.body.dataset.updates || 0) + 1;
}
byId("filter").addEventListener("input", filter);
byId("state").addEventListener("change", filter);
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const { key } = button.dataset;
    order = { key, factor: order.key === key ? -order.factor : 1 };
    arrange();
  });
}
`;
