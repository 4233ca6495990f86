// The figures at the top, and the open round: what it is, who has delivered, what is waited for.

import { attribute, byId, each, el, put } from "./dom.js";
import { clock, duration, isNumber, NONE, perplexity, plural, scaled } from "./figures.js";

export function showOverview(state) {
  showFigures(state);
  showRound(state);
}

function showFigures(state) {
  const silos = Object.values(state.silos);
  const live = silos.filter((silo) => silo.presence === "live").length;
  const others = ["silent", "left", "unseen"]
    .map((presence) => [silos.filter((silo) => silo.presence === presence).length, presence])
    .filter(([count]) => count > 0)
    .map(([count, presence]) => `${count} ${presence === "unseen" ? "not seen yet" : presence}`);
  const evaluation = state.evaluation;
  const figures = [
    ["Version", state.version ?? NONE,
      state.version === null ? "none yet" : `published ${clock(state.secondsSinceVersion)} ago`],
    ["Perplexity", perplexity(evaluation?.perplexity),
      evaluation === null ? "not measured yet" : change(state)],
    ["Round", state.openRound?.round ?? lastRound(state)?.round ?? NONE,
      state.openRound !== null ? `open for ${clock(state.openRound.secondsOpen)}`
        : lastRound(state) ? "is done" : "none planned yet"],
    ["Time per version", duration(state.secondsBetweenVersions),
      state.secondsElapsed > 0 ? `running for ${clock(state.secondsElapsed)}` : "not begun"],
    ["Silos", `${live} / ${silos.length}`, others.length === 0 ? "all are live" : others.join(", ")],
    ["Parameters", scaled(state.parameters || null), state.model],
  ];
  each(byId("figures"), figures, (figure) => figure[0],
    (figure) => el("div", {}, el("dt", {}, figure[0]), el("dd", { class: "figure" }),
      el("dd", { class: "sub" })),
    (node, [, value, sub]) => {
      put(node.querySelector(".figure"), value);
      put(node.querySelector(".sub"), sub);
    });
}

function lastRound(state) {
  return state.rounds[state.rounds.length - 1];
}

/** Against the version before, if both have been measured by all. */
function change(state) {
  const whole = state.versions.filter((v) => v.fullyEvaluated && isNumber(v.perplexity));
  const [before, now] = whole.slice(-2);
  const where = `version ${state.evaluation.version}`;
  if (!now || now.version !== state.evaluation.version) {
    return where;
  }
  const ratio = now.perplexity / before.perplexity - 1;
  const sign = ratio > 0 ? "+" : "−";
  return `${sign}${(100 * Math.abs(ratio)).toFixed(1)} %, ${where}`;
}

const PHASES = {
  training: "training",
  late: "overdue",
  closing: "closing",
  publishing: "publishing",
  idle: "idle",
};

function showRound(state) {
  const open = state.openRound;
  put(byId("round-title"), open !== null ? `Round ${open.round}` : state.ended ? "The end" : lastRound(state) ? "Between rounds" : "No round yet");
  const phase = byId("phase");
  phase.hidden = open === null;
  put(phase, PHASES[state.phase] ?? state.phase);
  attribute(phase, "data-phase", state.phase);
  const recipe = open === null ? []
    : [open.rule, open.serverOptimizer, open.codec, `quorum ${open.quorum}`];
  each(byId("recipe"), recipe, (part) => part, (part) => el("li", {}, part), () => {});
  showArrivals(open);
  const lines = open === null ? idle(state) : state.waitingFor.slice(1);
  each(byId("waiting"), lines.map((text, i) => ({ text, i })), (item) => item.i,
    () => el("p"), (node, item) => put(node, item.text));
}

function idle(state) {
  if (state.operators.paused) {
    return ["paused by an operator: no round is planned until it is resumed"];
  }
  if (state.version === null) {
    return ["there is no version to start from yet"];
  }
  const done = lastRound(state);
  return [done ? `round ${done.round} is done` : "the first one waits for silos that join",
    state.ended ? "nothing more will come" : "a round begins when its plan is on the log"];
}

/** A part for each silo of the plan: filled if its update is there. */
function showArrivals(open) {
  const node = byId("arrivals");
  node.hidden = open === null;
  if (open === null) {
    return;
  }
  const missing = new Set(open.missing);
  const planned = Object.keys(open.localSteps);
  const parts = planned.map((silo) => ({ silo, here: open.closed || !missing.has(silo) }));
  parts.sort((a, b) => b.here - a.here);
  each(node, parts, (part) => part.silo, (part) => el("span", { title: part.silo }),
    (part, item) => attribute(part, "data-here", item.here));
  attribute(node, "aria-label", open.closed
    ? "The round has closed."
    : `${plural(open.came, "update", "updates")} of ${open.planned} here, ${open.quorum} needed.`);
}
