// The dashboard: what the API says (api.js), as a page of elements (elements.js). Text from the cluster only ever becomes text nodes.
"use strict";

// ---- Words

const percent = (value) => (value === undefined || value === null ? "" : `${value.toFixed(2)}%`);

/** How long ago, in the largest unit. */
function ago(time) {
  if (!time) return "";
  const seconds = Math.max(0, (Date.now() + skew - Date.parse(time)) / 1000);
  for (const [unit, length] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  }
  return "just now";
}

const moment = (time) => (time ? make("time", ago(time), { datetime: time, title: time }) : "");

/** How a level of the operator's looks: a sign that is not only a color, and a class. */
const looks = { Failing: ["!", "bad"], Warning: ["!", "warn"], Waiting: ["…", "faint"], Good: ["✓", "good"] };

const amount = (list, resource) => list?.[resource] ?? "–";

// ---- The list

/** How many rows there are at most: the operator sends the first, and counts the others. */
const mostRows = 200;
const kinds = { all: "all", attention: "need attention", apply: "apply", waiting: "in training or waiting" };
let shownKind = "all";
/** The last answer, with its path and its tag. */
let list = {};

async function readList(namespace, signal) {
  const path = `api/v1/overview${namespace ? `/${encodeURIComponent(namespace)}` : ""}`
    + query({ limit: mostRows, show: shownKind, search: element("find").value.trim() });
  const known = { tag: list.path === path ? list.tag : null };
  const answer = await ask(path, "json", signal, known);
  list = { path, tag: known.tag, answer: answer ?? list.answer };
}

function requests(model) {
  const containers = model.status?.recommendation?.containers ?? [];
  return containers.map((container) => make("div", [
    containers.length > 1 ? `${container.name}: ` : "",
    `${amount(container.target?.requests, "cpu")} CPU, ${amount(container.target?.requests, "memory")}`,
  ]));
}

/** The place of a model on this page. */
const addressOf = (namespace, name) => `#/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;

/** What a model sizes, or a template makes models for. */
function aim(model) {
  const { targetRef, targetSelector, scaling } = model.spec ?? {};
  if (!targetRef && !targetSelector) return make("span", "none", { class: "faint" });
  const count = model.status?.template?.models ?? 0;
  return [
    targetRef ? `${targetRef.kind} ${targetRef.name}` : `template of ${count} ${count === 1 ? "model" : "models"}`,
    make("div", scaling.mode, { class: "faint" }),
  ];
}

function row(model) {
  const [sign, kind] = looks[model.health.level] ?? looks.Waiting;
  const production = model.status?.production;
  return make("tr", [
    cell(`${sign} ${model.health.reason}`, `state ${kind}`),
    make("th", make("a", `${model.namespace}/${model.name}`, {
      href: addressOf(model.namespace, model.name),
    }), { scope: "row" }),
    cell(aim(model)),
    cell(model.error ? make("span", model.error.message, { class: "faint" }) : production ? [`version ${production.version}`, make("div", production.algorithm ?? "", { class: "faint" })] : ""),
    cell(percent(production?.smape), "number"),
    cell([...requests(model), model.status?.recommendation ? make("div", `next ${(model.spec?.horizon ?? "").toLowerCase()}`, { class: "faint" }) : ""]),
    cell(moment(production?.trainedAt), "short"),
  ]);
}

function drawTally() {
  fill(element("tally"), ...Object.entries(kinds).map(([kind, name]) =>
    toggle(`${list.answer?.counts[kind] ?? 0} ${name}`, kind === shownKind, () => {
      shownKind = kind;
      drawTally();
      refresh();
    })));
}

function drawList() {
  const { counts, found, items } = list.answer;
  drawTally();
  fill(element("rows"), ...items.map(row));
  say("more", found > items.length
    ? `The first ${items.length} of ${found}; find others by their names.`
    : counts.all === 0 ? "There is no ForecastModel here yet." : found === 0 ? "No model is like that." : "");
}

// ---- One model

const windows = ["next_day", "next_week", "next_month", "next_weekend"];
/** The window of a model's own horizon, until a person chooses another. */
const ownWindow = { Day: "next_day", Week: "next_week", Month: "next_month" };
let chosenWindow = null;
const spoken = (window_) => window_.replace("_", " ");
const ownHorizon = (model) => spoken(ownWindow[model.spec?.horizon] ?? "next_day");

function drawConditions(model) {
  const conditions = model.status?.conditions ?? [];
  const levels = Object.keys(looks);
  fill(element("conditions"), ...conditions.map((condition) => [condition, model.health.conditions?.[condition.type]])
    .filter(([, level]) => level in looks).sort(([, a], [, b]) => levels.indexOf(a) - levels.indexOf(b))
    .map(([condition, level]) => {
      const [sign, kind] = looks[level];
      return make("li", [
        make("span", `${sign} ${condition.type}: ${condition.reason}`, { class: `state ${kind}` }),
        ...(condition.message ? [" — ", make("bdi", condition.message)] : []), " ",
        make("span", moment(condition.lastTransitionTime), { class: "faint" }),
      ]);
    }));
}

function drawSizes(model) {
  const containers = model.status?.recommendation?.containers ?? [];
  element("sizes").hidden = containers.length === 0;
  const rows = [];
  for (const container of containers) {
    const has = model.target?.containers?.find((other) => other.name === container.name)?.resources;
    for (const [list, resource, name, why] of [
      ["requests", "cpu", "CPU request", "cpuRequest"], ["limits", "cpu", "CPU limit", "cpuLimit"],
      ["requests", "memory", "memory request", "memoryRequest"], ["limits", "memory", "memory limit", "memoryLimit"],
    ]) {
      const target = container.target?.[list]?.[resource];
      const now = has?.[list]?.[resource];
      if (target === undefined && now === undefined) continue;
      rows.push(make("tr", [
        cell(container.name), cell(name, "short"), cell(now ?? "–", "number"),
        cell(target === undefined ? "–" : target, `number${target !== undefined && target !== now ? " serving" : ""}`),
        cell(container.explanation?.[why] ?? "", "faint message"),
      ]));
    }
  }
  say("sizes-title", `Requests and limits for the ${ownHorizon(model)}`);
  fill(element("size-rows"), ...rows);
}

function drawVersions(model) {
  const versions = model.versions ?? [];
  element("versions").hidden = versions.length === 0;
  fill(element("version-rows"), ...versions.map((version) => make("tr", [
    cell(`${version.version}${version.revision ? `.${version.revision}` : ""}${version.serves ? " serves" : ""}`, version.serves ? "short serving" : "short"),
    cell(version.decision), cell(version.algorithm), cell(percent(version.smape), "number"),
    cell(percent(version.rivalSmape), "number"), cell(percent(version.baselineSmape), "number"),
    cell(moment(version.trainedAt), "short"), cell(version.reason, "faint message"),
  ])));
}

function drawPast(model) {
  const past = [...(model.status?.history ?? [])].reverse();
  element("past").hidden = past.length === 0;
  fill(element("past-rows"), ...past.map((entry) => make("tr", [
    cell(moment(entry.time), "short"), cell(entry.type), cell(entry.version ? `version ${entry.version}` : "", "short"), cell(entry.message, "message"),
  ])));
}

/** The picture is asked for with the token, so it cannot be a plain address; it becomes one of this page's own. */
let shown = {};
function showPicture(address, words, path, tag) {
  const picture = element("picture");
  picture.hidden = !address;
  picture.alt = words;
  if (address) picture.src = address; else picture.removeAttribute("src");
  if (shown.address) URL.revokeObjectURL(shown.address);
  shown = { address, path, tag };
}

async function drawPicture(model, path, signal) {
  const window_ = chosenWindow ?? ownWindow[model.spec?.horizon] ?? "next_day";
  fill(element("windows"), ...windows.map((name) => toggle(spoken(name), name === window_, () => {
    chosenWindow = name;
    refresh();
  })));
  const count = model.status?.forecast?.series ?? 0;
  element("series-form").hidden = count <= 12;
  const series = element("series").value.trim();
  const address = `${path}/${window_}.svg` + query({
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    width: Math.min(1600, Math.max(360, Math.round(element("model").clientWidth / 40) * 40)),
    series: count > 12 ? series : "",
  });
  try {
    const known = { tag: shown.path === address ? shown.tag : null };
    const svg = await ask(address, "text", signal, known);
    const words_ = `What ${model.namespace}/${model.name} used, and the forecast for the ${spoken(window_)} with its interval`;
    if (svg !== null) showPicture(URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })), words_, address, known.tag);
    const isOther = model.spec?.targetRef && spoken(window_) !== ownHorizon(model);
    say("picture-why", isOther ? `Its requests and limits are those that the ${spoken(window_)} would take; the model sizes by the ${ownHorizon(model)}.` : "");
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 401 || error.status === 0) throw error;
    // What is there of the same is still worth seeing.
    if (error.wait === null || shown.path !== address) showPicture(null, "");
    say("picture-why", error.message);
    pause = error.wait ?? pause;
  }
}

/** A template forecasts nothing itself: its models do. */
function aboutTemplate(model) {
  const links = model.models.map((name) => make("a", name, { href: addressOf(model.namespace, name) }));
  return [
    "A template: each Deployment that it matches has a model of its own. ",
    links.length ? "Its models: " : "It has none yet.", ...links.flatMap((link, index) => (index ? [", ", link] : [link])),
  ];
}

function aboutModel(model) {
  const production = model.status?.production;
  const target = model.spec?.targetRef;
  return [
    target
      ? `Sizes ${target.kind} ${target.name}${model.target?.replicas === undefined ? ", which is not there" : ` (${model.target.replicas} ${model.target.replicas === 1 ? "replica" : "replicas"})`}, ${{ Off: "switched off", Recommend: "recommending only", Apply: "applying" }[model.spec.scaling.mode] ?? model.spec.scaling.mode}. `
      : "Forecasts without sizing anything. ",
    production ? `Version ${production.version} (${production.algorithm ?? "?"}) serves` : "No version serves yet",
    production?.smape === undefined ? "" : `, with an error (SMAPE) of ${percent(production.smape)} on what it had not seen`,
    production?.live ? `, ${percent(production.live.smape)} on what came after` : "", ".",
    model.status?.nextScheduleTime ? ` The next training is due ${new Date(model.status.nextScheduleTime).toLocaleString()}.` : "",
    model.template ? " Made from the template " : "",
    model.template ? make("a", model.template, { href: addressOf(model.namespace, model.template) }) : "",
    model.template ? "." : "",
  ].filter((part) => part);
}

async function drawModel(namespace, name, signal) {
  const path = `api/v1/models/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
  const model = await ask(path, "json", signal);
  element("model-title").textContent = `${namespace}/${name}`;
  fill(element("model-about"), ...(model.models ? aboutTemplate(model) : aboutModel(model)));
  drawConditions(model);
  drawSizes(model);
  drawVersions(model);
  drawPast(model);
  element("list").hidden = true;
  element("model").hidden = false;
  element("forecast").hidden = Boolean(model.models);
  if (!model.models) await drawPicture(model, path, signal);
}

// ---- Where the page is, and how it stays fresh

/** `#/`, `#/<namespace>` or `#/<namespace>/<name>`. */
function place() {
  try {
    return location.hash.replace(/^#\/?/, "").split("/").filter((part) => part).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function drawPlace(parts) {
  const links = parts.map((part, index) => make("a", part, { href: `#/${parts.slice(0, index + 1).map(encodeURIComponent).join("/")}` }));
  fill(element("place"), ...links.flatMap((link) => [" / ", link]));
  document.title = parts.length ? `${parts.join("/")} – Presage` : "Presage";
}

/** Takes away what was shown: the next who looks may be another. */
function forget() {
  list = {};
  for (const id of ["tally", "rows", "conditions", "size-rows", "version-rows", "past-rows"]) element(id).replaceChildren();
  for (const id of ["more", "model-title", "model-about", "picture-why"]) element(id).textContent = "";
  showPicture(null, "");
}

function askForToken(refusal) {
  forget();
  element("login-why").textContent = session.token ? refusal.message : "This operator shows its models to who may read them in the cluster.";
  for (const id of ["list", "model", "trouble"]) element(id).hidden = true;
  element("login").hidden = false;
  element("fresh").textContent = "";
  element("token").focus();
}

/** The tags of the scripts that run here. An operator of another version may answer differently: then the page is loaded again. */
let program = null;

async function checkProgram(signal) {
  const answers = await Promise.all(["api.js", "elements.js", "dashboard.js"].map((name) =>
    fetch(name, { method: "HEAD", signal, cache: "no-store" }).catch(() => null)));
  if (!answers.every((answer) => answer?.ok)) return;
  const tags = answers.map((answer) => answer.headers.get("ETag")).join();
  if (program && tags !== program) location.reload();
  program = tags;
}

/** Whether a person has gone elsewhere on the page, and has not been led to what is there. */
let hasMoved = false;
let pending = null;
let timer = null;
/** After how many seconds the page looks again. */
let pause = 10;

async function refresh() {
  pending?.abort();
  clearTimeout(timer);
  pause = 10;
  const turn = (pending = new AbortController());
  const parts = place();
  drawPlace(parts);
  try {
    if (parts.length > 1) {
      await drawModel(parts[0], parts[1], turn.signal);
    } else {
      await readList(parts[0], turn.signal);
      element("model").hidden = true;
      element("list").hidden = false;
      drawList();
    }
    element("login").hidden = true;
    element("trouble").hidden = true;
    // What was reached before may be hidden by now, and stays so for a moment.
    const isLost = document.activeElement === document.body || !document.activeElement.checkVisibility();
    if (hasMoved && isLost) element(parts.length > 1 ? "model-title" : "list-title").focus();
    hasMoved = false;
    await checkProgram(turn.signal);
    element("fresh").textContent = `as of ${new Date(Date.now() + skew).toLocaleTimeString()}`;
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) {
      askForToken(error);
    } else {
      say("trouble", error.message);
      pause = error.wait ?? pause;
      element("trouble").hidden = false;
      // What is from before stays where nothing was said; what may not be seen, or is gone, does not.
      if (error.status === 403 || error.status === 404) for (const id of ["list", "model"]) element(id).hidden = true;
    }
  } finally {
    element("logout").hidden = !session.token;
    if (turn === pending && element("login").hidden) timer = setTimeout(() => document.hidden || refresh(), pause * 1_000);
  }
}

addEventListener("hashchange", () => {
  hasMoved = true;
  chosenWindow = null;
  element("series").value = "";
  showPicture(null, "");
  for (const id of ["list", "model", "trouble"]) element(id).hidden = true;
  refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
addEventListener("pageshow", (event) => event.persisted && refresh());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh);
element("find").addEventListener("input", () => {
  clearTimeout(timer);
  // Asked for when a person stops typing.
  timer = setTimeout(refresh, 200);
});
element("series-form").addEventListener("submit", (event) => {
  event.preventDefault();
  refresh();
});
element("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = element("token").value.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    element("login-why").textContent = "A token is one word of letters, digits and signs; this is none.";
    return;
  }
  session.token = token;
  element("token").value = "";
  const namespace = element("login-namespace").value.trim();
  element("login").hidden = true;
  if (namespace && place().length === 0) location.hash = `#/${encodeURIComponent(namespace)}`; else refresh();
});
element("logout").addEventListener("click", () => {
  session.token = "";
  forget();
  location.hash = "#/";
  refresh();
});
refresh();
