// What has been: versions, updates that were not used, what operators have changed.

import { attribute, byId, each, el, put } from "./dom.js";
import { clock, cosine, isNumber, norm, NONE, perplexity, plural, time, whole } from "./figures.js";

const NEWEST = 10;
const REFUSALS = 20;

let all = false;
byId("all-versions").addEventListener("click", () => {
  all = !all;
  if (last) {
    showVersions(last);
  }
});
let last = null;

export function showHistory(state) {
  last = state;
  showVersions(state);
  showRefusals(state);
  showOperators(state);
}

function showVersions(state) {
  const newestFirst = [...state.versions].reverse();
  const shown = all ? newestFirst : newestFirst.slice(0, NEWEST);
  byId("versions").hidden = shown.length === 0;
  byId("no-versions").hidden = shown.length > 0;
  const more = byId("all-versions");
  more.hidden = newestFirst.length <= NEWEST;
  put(more, all ? "Show the newest only" : `Show all ${whole(newestFirst.length)} versions`);
  each(byId("versions").tBodies[0], shown, (version) => version.version, createVersion,
    (row, version) => updateVersion(row, version, state));
}

function createVersion(version) {
  const cell = (label, type, ...content) =>
    el("td", { role: "cell", class: type, "data-label": label }, ...content);
  return el("tr", { role: "row" },
    el("th", { role: "rowheader", scope: "row" }, String(version.version)),
    cell("Published", "when"),
    cell("Cohort", "cohort", el("span", { class: "value" }), el("span", { class: "badge" })),
    cell("Norm", "n norm"),
    cell("Consensus", "n consensus"),
    cell("Perplexity", "n perplexity"),
    cell("Digest", "digest", el("code", { title: version.digest }, version.digest.slice(0, 10))),
    cell("", "download", el("a", { class: "download" }, "download")));
}

function updateVersion(row, version, state) {
  const cell = (name) => row.querySelector(`.${name}`);
  const seconds = (Date.parse(state.at) - Date.parse(version.time)) / 1000;
  put(cell("when"), state.ended ? time(version.time) : `${clock(seconds)} ago`);
  attribute(cell("when"), "title", time(version.time));
  const cohort = Object.keys(version.cohort);
  put(cell("cohort").querySelector(".value"), cohort.length === 0
    ? given(version) : plural(cohort.length, "silo", "silos"));
  attribute(cell("cohort"), "title", cohort.join(", "));
  const late = Object.keys(version.folded).length;
  const badge = cell("cohort").querySelector(".badge");
  badge.hidden = late === 0;
  put(badge, `${late} late`);
  put(cell("norm"), norm(version.combinedNorm));
  put(cell("consensus"), isNumber(version.consensus) ? cosine(version.consensus) : NONE);
  put(cell("perplexity"), perplexity(version.perplexity));
  attribute(cell("perplexity"), "title", version.fullyEvaluated ? null
    : `measured by ${plural(Object.keys(version.perplexities).length, "silo", "silos")} so far`);
  const link = row.querySelector("a.download");
  link.hidden = state.ended;
  attribute(link, "href",
    `api/versions/${version.version}/model.zip?model=${encodeURIComponent(state.model)}`);
  attribute(link, "aria-label", `download version ${version.version}`);
}

function given(version) {
  return version.rollBack ? `version ${version.baseVersion} again` : "given";
}

function showRefusals(state) {
  const newestFirst = [...state.refusals].reverse().slice(0, REFUSALS);
  byId("no-refusals").hidden = newestFirst.length > 0;
  put(byId("refusals-sub"), state.refusalCount === 0
    ? "updates that were late or rejected"
    : `${plural(state.refusalCount, "update", "updates")}, newest first`);
  const numbered = newestFirst.map((refusal, i) => ({ ...refusal, key: state.refusalCount - i }));
  each(byId("refusals"), numbered, (refusal) => refusal.key, createRefusal, () => {});
}

function createRefusal(refusal) {
  const late = refusal.reason === "LATE" || refusal.reason === "STALE";
  const reason = refusal.reason.toLowerCase().replaceAll("_", " ");
  const by = refusal.secondsLate === null ? "" : ` by ${clock(refusal.secondsLate)}`;
  const where = refusal.round === null ? "" : `round ${refusal.round}`;
  return el("li", {},
    el("p", { class: "line" },
      el("span", { class: `badge ${late ? "warn" : "bad"}` }, reason + by),
      el("b", {}, refusal.silo),
      el("span", { class: "sub" }, where),
      refusal.time === null ? null
        : el("time", { class: "sub", datetime: refusal.time }, time(refusal.time))),
    el("p", { class: "detail" }, refusal.detail));
}

function showOperators(state) {
  const lines = state.operators.text.map((text, i) => ({ text, i }));
  byId("no-operators").hidden = lines.length > 0;
  each(byId("operators"), lines, (line) => line.i, () => el("li"),
    (node, line) => put(node, line.text));
}
