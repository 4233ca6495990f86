// The charts. Every line has a colour and a dash of its own, so that none is told by colour alone.

import uPlot from "./uplot.js";
import { attribute, byId, each, el, put } from "./dom.js";
import { duration, isNumber, NONE, norm, perplexity } from "./figures.js";

const COLOURS = 7;
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
const FONT = "12px system-ui, sans-serif";
const LOG_KEY = "tributary-log-scale";
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000];
const ALL = "all texts";

/** How the silo at this place in the order of names is drawn, everywhere on the page. */
function look(index) {
  return { colour: `--series-${index % COLOURS}`, dash: DASHES[index % DASHES.length] };
}

/** A short piece of a silo's line. */
export function swatch(index) {
  const { dash } = look(index);
  return line(`s${index % COLOURS}`, dash, 2.5);
}

function line(name, dash, width) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of [["class", `swatch ${name}`], ["viewBox", "0 0 22 8"], ["width", 22],
    ["height", 8], ["aria-hidden", "true"]]) {
    svg.setAttribute(key, value);
  }
  for (const [key, value] of [["d", "M1 4H21"], ["stroke", "currentColor"],
    ["stroke-width", width], ["stroke-dasharray", dash.join(" ")]]) {
    path.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
}

/** A colour of the theme that the page has now. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** One chart: made anew when its lines, its scale or the theme change, redrawn when data does. */
class Chart {
  #node;
  #height;
  #define;
  #plot = null;
  #lines = "";
  #data = [[]];

  /**
   * @param height in pixels, by the width of the page
   * @param define makes the chart's options for what {@link set} was told the lines are
   */
  constructor(node, height, define) {
    this.#node = node;
    this.#height = height;
    this.#define = define;
    new ResizeObserver(() => this.#resize()).observe(node);
    document.addEventListener("theme", () => this.#build());
  }

  /** @param lines whatever the options are made from: an array of names */
  set(lines, data, description) {
    const same = JSON.stringify(data) === JSON.stringify(this.#data);
    this.#data = data;
    attribute(this.#node, "aria-label", description);
    attribute(this.#node, "data-empty", data[0].length === 0);
    if (data[0].length === 0) {
      this.#plot?.destroy();
      this.#plot = null;
      this.#lines = "";
      return;
    }
    const signature = JSON.stringify(lines);
    if (signature !== this.#lines || !this.#plot) {
      this.#lines = signature;
      this.#build();
    } else if (!same) {
      this.#plot.setData(data);
    }
  }

  /** Draws it with other options for the same lines. */
  again() {
    this.#build();
  }

  show(index, wanted) {
    this.#plot?.setSeries(index, { show: wanted });
  }

  #size() {
    return { width: this.#node.clientWidth, height: this.#height() };
  }

  #build() {
    if (!this.#lines) {
      return;
    }
    this.#plot?.destroy();
    const options = { ...this.#size(), ...this.#define(JSON.parse(this.#lines)) };
    this.#plot = new uPlot(options, this.#data, this.#node);
  }

  #resize() {
    if (this.#plot && this.#node.clientWidth > 0) {
      this.#plot.setSize(this.#size());
    }
  }
}

/** What all charts have in common: versions below, no legend of the library's own. */
function common(y, pointed) {
  const axis = {
    stroke: colour("--muted"),
    font: FONT,
    ticks: { show: false },
    grid: { stroke: colour("--line"), width: 1 },
  };
  return {
    legend: { show: false },
    padding: [8, 10, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7 },
      sync: { key: "versions", setSeries: false, scales: ["x", null] },
    },
    axes: [
      { ...axis, grid: { show: false }, incrs: WHOLE, size: 26, gap: 4,
        values: (u, splits) => splits.map((v) => (Number.isInteger(v) ? v : "")) },
      { ...axis, size: 52, gap: 6, ...y },
    ],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx)] },
  };
}

/** From the first to the last, with some room while there are few. */
function between(u, room) {
  const numbers = u.data?.[0] ?? [];
  const first = numbers[0] ?? 0;
  return [first, Math.max(numbers[numbers.length - 1] ?? 0, first + room)];
}

const versions = { time: false, range: (u) => between(u, 4) };

/** Ticks of a logarithmic axis at 1, 2 and 5 times the powers of ten, or fewer. */
function logSplits(u, axis, min, max) {
  const splits = [];
  const steps = Math.log10(max / min) > 2.2 ? [1] : [1, 2, 5];
  for (let decade = Math.floor(Math.log10(min)); decade <= Math.ceil(Math.log10(max)); decade++) {
    for (const step of steps) {
      const value = step * 10 ** decade;
      if (value >= min && value <= max) {
        splits.push(value);
      }
    }
  }
  if (splits.length >= 2) {
    return splits;
  }
  const between = (max - min) / 4;
  return [1, 2, 3].map((i) => Number((min + i * between).toPrecision(2)));
}

function lines(names) {
  return names.map((name, index) => {
    const { colour: variable, dash } = look(index);
    return { label: name, stroke: colour(variable), width: 1.5, dash, spanGaps: true,
      points: { size: 4, fill: colour(variable), space: 14 } };
  });
}

function bold(label) {
  return { label, stroke: colour("--ink"), width: 3, spanGaps: true,
    points: { size: 6, fill: colour("--ink"), space: 18 } };
}

/** All charts, fed with the state. */
export class Charts {
  #learning;
  #seconds;
  #consensus;
  #norms;
  #state = null;
  #log = stored() !== "off";
  #hidden = new Set();
  #rows = { learning: [[]], norms: [[]], seconds: [[]], consensus: [[]] };
  /** What is pointed at in each chart, as a place in its data; null for nothing. */
  #pointed = { learning: null, norms: null, seconds: null, consensus: null };

  constructor() {
    const narrow = matchMedia("(max-width: 720px)");
    this.#learning = new Chart(byId("learning"), () => (narrow.matches ? 250 : 392),
      (names) => this.#learningOptions(names));
    const small = () => 104;
    this.#seconds = new Chart(byId("seconds"), small, () => this.#secondsOptions());
    this.#consensus = new Chart(byId("consensus"), small, () => this.#consensusOptions());
    this.#norms = new Chart(byId("norms"), small, (names) => this.#normsOptions(names));
    const toggle = byId("log-scale");
    attribute(toggle, "aria-pressed", this.#log);
    toggle.addEventListener("click", () => {
      this.#log = !this.#log;
      store(this.#log ? "on" : "off");
      attribute(toggle, "aria-pressed", this.#log);
      this.#learning.again();
    });
  }

  show(state) {
    this.#state = state;
    const names = Object.keys(state.silos);
    this.#showLearning(names);
    this.#showSeconds();
    this.#showConsensus();
    this.#showNorms(names);
  }

  #showLearning(names) {
    const made = this.#state.versions;
    // Until all have reported, a figure of all texts would be one of other texts.
    const whole = made.some((v) => v.fullyEvaluated);
    const all = made.map((v) => (whole && !v.fullyEvaluated ? null : v.perplexity));
    const data = [made.map((v) => v.version), all.map(known),
      ...names.map((name) => made.map((v) => known(v.perplexities[name])))];
    this.#rows.learning = data;
    const told = all.map(known).filter((v) => v !== null);
    this.#learning.set(names, data, told.length === 0
      ? "Perplexity by version: not measured yet."
      : `Perplexity by version. All texts together: ${perplexity(told[0])} at first, ` +
        `${perplexity(told[told.length - 1])} at last, over ${made.length} versions.`);
    this.#legend(names);
  }

  #learningOptions(names) {
    const y = this.#log
      ? { splits: logSplits, filter: (u, splits) => splits }
      : {};
    const range = (u, min, max) => {
      if (!isNumber(min) || !isNumber(max)) {
        return [1, 100];
      }
      return this.#log ? [min / 1.12, max * 1.12] : [0, max * 1.06];
    };
    const options = common({ ...y, values: (u, splits) => splits.map(tick) },
      (index) => {
        this.#pointed.learning = index;
        this.#legend(names);
      });
    return {
      ...options,
      scales: { x: versions, y: { distr: this.#log ? 3 : 1, range } },
      series: [{}, { ...bold(ALL), show: !this.#hidden.has(ALL) },
        ...lines(names).map((s) => ({ ...s, show: !this.#hidden.has(s.label) }))],
    };
  }

  /** The lines' names, with their figures at the version that is pointed at, or at the last. */
  #legend(names) {
    const data = this.#rows.learning;
    const index = this.#pointed.learning;
    const items = [{ name: ALL, place: 1 }, ...names.map((name, i) => ({ name, place: i + 2, i }))];
    each(byId("legend"), items, (item) => item.name, (item) => {
      const button = el("button", { type: "button", title: "Show or hide this line" },
        item.i === undefined ? line("ink", [], 3.5) : swatch(item.i),
        el("span", { class: "name" }, item.name), el("span", { class: "value" }));
      button.addEventListener("click", () => {
        const hide = !this.#hidden.has(item.name);
        this.#hidden[hide ? "add" : "delete"](item.name);
        this.#learning.show(item.place, !hide);
        attribute(button, "aria-pressed", !hide);
      });
      attribute(button, "aria-pressed", true);
      return el("li", {}, button);
    }, (node, item) => put(node.querySelector(".value"), perplexity(at(data[item.place], index))));
  }

  #showSeconds() {
    const done = this.#state.rounds.filter((round) => isNumber(round.seconds));
    const data = [done.map((r) => r.round), done.map((r) => r.seconds)];
    this.#rows.seconds = data;
    this.#seconds.set(["seconds"], data, data[1].length === 0
      ? "Seconds per round: no round is done yet."
      : `Seconds per round, of ${data[1].length} rounds; the last took ${duration(at(data[1]))}.`);
    this.#read("seconds");
  }

  #secondsOptions() {
    const x = { time: false, range: (u) => {
      const [first, last] = between(u, 7);
      return [first - 0.7, last + 0.7];
    } };
    return {
      ...common({}, this.#pointing("seconds")),
      scales: { x, y: { range: (u, min, max) => [0, Math.max(1, max) * 1.08 || 1] } },
      series: [{}, { stroke: colour("--accent"), fill: colour("--accent-soft"), width: 1,
        paths: uPlot.paths.bars({ size: [0.68, 34], radius: 0.15 }), points: { show: false } }],
    };
  }

  #showConsensus() {
    const told = this.#state.versions.filter((v) => isNumber(v.consensus));
    const data = [told.map((v) => v.version), told.map((v) => v.consensus)];
    this.#rows.consensus = data;
    this.#consensus.set(["consensus"], data, data[1].length === 0
      ? "Consensus: not measured yet."
      : `Consensus of the silos by version, 1 if all agree; at last ${norm(at(data[1]))}.`);
    this.#read("consensus");
  }

  #consensusOptions() {
    return {
      ...common({ incrs: [0.25, 0.5, 1, 2, 5] }, this.#pointing("consensus")),
      scales: { x: versions, y: { range: (u, min, max) => [0, Math.max(1, max || 1)] } },
      series: [{}, { stroke: colour("--accent"), width: 2, fill: colour("--accent-soft"),
        points: { size: 4, fill: colour("--accent"), space: 14 } }],
    };
  }

  #showNorms(names) {
    const told = this.#state.versions.filter((v) => isNumber(v.combinedNorm));
    const data = [told.map((v) => v.version), told.map((v) => v.combinedNorm),
      ...names.map((name) => told.map((v) => known(v.cohort[name]?.norm)))];
    this.#rows.norms = data;
    this.#norms.set(names, data, told.length === 0
      ? "Norms of the updates: none is in a version yet."
      : `Norms of the silos' deltas by version, and of what was made of them, in bold; that is ` +
        `${norm(at(data[1]))} at last.`);
    this.#read("norms");
  }

  #normsOptions(names) {
    return {
      ...common({}, this.#pointing("norms")),
      scales: { x: versions, y: { range: (u, min, max) => [0, (max || 1) * 1.08] } },
      series: [{}, bold("combined"), ...lines(names)],
    };
  }

  #pointing(chart) {
    return (index) => {
      this.#pointed[chart] = index;
      this.#read(chart);
    };
  }

  /** Writes the figure that is pointed at, or the last, and which it is. */
  #read(chart) {
    const data = this.#rows[chart];
    const place = this.#pointed[chart] ?? data[0].length - 1;
    const value = data[1]?.[place];
    const { what, format } = READOUTS[chart];
    put(byId(`${chart}-now`), isNumber(value) ? `${format(value)}, ${what} ${data[0][place]}` : NONE);
  }
}

const READOUTS = {
  seconds: { what: "round", format: duration },
  consensus: { what: "version", format: (value) => value.toFixed(2) },
  norms: { what: "version", format: norm },
};

function known(value) {
  return isNumber(value) ? value : null;
}

/** The value at a place, or the last that is known. */
function at(values, index) {
  if (index !== null && index !== undefined) {
    return values?.[index];
  }
  return values?.findLast((value) => isNumber(value));
}

function tick(value) {
  return value >= 10 ? perplexity(value).replace(/\.0+$/, "") : String(Number(value.toPrecision(3)));
}

function stored() {
  try {
    return localStorage.getItem(LOG_KEY);
  } catch {
    return null;
  }
}

function store(value) {
  try {
    localStorage.setItem(LOG_KEY, value);
  } catch {
    // it holds until the page is loaded again
  }
}
