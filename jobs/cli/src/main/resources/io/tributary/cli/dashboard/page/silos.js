// The table of silos; on a phone each is a card.

import { swatch } from "./charts.js";
import { attribute, byId, each, el, put } from "./dom.js";
import { clock, cosine, isNumber, norm, NONE, percent, perplexity, plural, whole } from "./figures.js";

export function showSilos(state) {
  const names = Object.keys(state.silos);
  const declared = Object.values(state.silos).reduce((sum, s) => sum + (s.declaredTokens ?? 0), 0);
  put(byId("silos-sub"), names.length === 0
    ? "nobody has joined yet"
    : `${plural(names.length, "silo", "silos")}, ${whole(declared)} tokens of text that stay where they are`);
  const rows = names.map((name, index) => ({ name, index, silo: state.silos[name] }));
  each(byId("silos").tBodies[0], rows, (row) => `${row.index} ${row.name}`, create, update);
}

function create(row) {
  const cell = (label, ...content) => el("td", { role: "cell", class: "n", "data-label": label }, ...content);
  return el("tr", { role: "row" },
    el("th", { role: "rowheader", scope: "row", class: "silo" }, swatch(row.index), el("span", {}, row.name),
      el("span", { class: "badge bad", hidden: true }, "evicted")),
    el("td", { role: "cell", class: "state", "data-label": "State" },
      el("span", { class: "pill" }, el("span", { class: "dot" }), el("span", { class: "word" })),
      el("progress", { max: 1, value: 0, hidden: true }),
      el("span", { class: "steps" })),
    cell("Lag"),
    cell("Contribution", el("span", { class: "value" }), el("progress", { class: "share", max: 1, "aria-hidden": "true" })),
    cell("Alignment"),
    cell("Norm"),
    cell("Tokens/s"),
    cell("Perplexity"),
    cell("Accepted"),
    cell("Late"),
    cell("Rejected"));
}

function update(row, { name, silo }) {
  const cells = Object.fromEntries(
    [...row.querySelectorAll("td.n")].map((cell) => [cell.dataset.label, cell]));
  row.querySelector(".badge").hidden = !silo.evicted;
  showState(row.querySelector(".state"), name, silo);
  put(cells.Lag, isNumber(silo.lag) ? whole(silo.lag) : NONE);
  attribute(cells.Lag, "title", isNumber(silo.lag) ? null : "the job has not committed, or hides it");
  const share = silo.update?.contribution;
  put(cells.Contribution.querySelector(".value"), percent(share));
  const bar = cells.Contribution.querySelector("progress");
  bar.hidden = !isNumber(share);
  bar.value = share ?? 0;
  put(cells.Alignment, cosine(silo.alignment));
  attribute(cells.Alignment, "title", isNumber(silo.alignment) ? `version ${silo.alignedVersion}` : null);
  put(cells.Norm, norm(silo.update?.norm));
  put(cells["Tokens/s"], isNumber(silo.tokensPerSecond) ? whole(silo.tokensPerSecond) : NONE);
  put(cells.Perplexity, perplexity(silo.evaluation?.perplexity));
  put(cells.Accepted, silo.accepted);
  put(cells.Late, silo.late);
  put(cells.Rejected, silo.rejected);
  attribute(cells.Late, "data-some", silo.late > 0);
  attribute(cells.Rejected, "data-some", silo.rejected > 0);
}

/** "training 37/100" with a bar, "uploading", "silent 0:42". */
function showState(cell, name, silo) {
  const { kind, word, step, steps } = silo.activity;
  attribute(cell.querySelector(".pill"), "data-kind", kind);
  put(cell.querySelector(".word"), word);
  attribute(cell, "title", silo.secondsSinceSeen === null
    ? "no sign of life" : `last sign of life ${clock(silo.secondsSinceSeen)} ago`);
  const bar = cell.querySelector("progress");
  bar.hidden = steps === 0 || kind === "gone";
  put(cell.querySelector(".steps"), bar.hidden ? "" : `${step}/${steps}`);
  if (!bar.hidden) {
    bar.max = steps;
    bar.value = step;
    attribute(bar, "aria-label", `local steps of ${name}`);
  }
}
