// The page: follows a model and shows it.

import { Charts } from "./charts.js";
import { attribute, byId, each, el, put } from "./dom.js";
import { Feed } from "./feed.js";
import { clock, perplexity, time } from "./figures.js";
import { showHistory } from "./history.js";
import { showOverview } from "./overview.js";
import { showSilos } from "./silos.js";

/** From here on an open transaction is not just an upload. */
const BLOCKED_SECONDS = 120;

const CONNECTIONS = {
  connecting: "connecting",
  live: "live",
  lost: "no connection, trying again",
  ended: "ended",
};

const charts = new Charts();
let announced = null;
let chosen = null;
let state = null;
let connection = "connecting";

const feed = new Feed((next) => {
  state = next;
  show();
}, (news) => {
  connection = news;
  showConnection();
});

function show() {
  document.body.dataset.ready = "true";
  put(byId("federation"), state.federation);
  showModels();
  showOverview(state);
  charts.show(state);
  showSilos(state);
  showHistory(state);
  showConnection();
  announce();
  const at = byId("at");
  put(at, time(state.at));
  attribute(at, "datetime", state.at);
  attribute(byId("json"), "href", `api/snapshot?model=${encodeURIComponent(state.model)}`);
  const figures = state.version === null ? "" : `version ${state.version}, `;
  document.title = `${figures}${state.federation} · Tributary`;
}

function showModels() {
  const several = state.models.length > 1;
  byId("model-choice").hidden = !several;
  byId("model-name").hidden = several;
  put(byId("model-name"), state.model);
  each(byId("model"), state.models, (model) => model, (model) => el("option", {}, model), () => {});
  if (state.model !== chosen) {
    chosen = state.model; // not at all news: somebody may be about to choose another
    byId("model").value = chosen;
  }
}

function showConnection() {
  attribute(byId("connection"), "data-state", connection);
  put(byId("connection-text"), CONNECTIONS[connection]);
  const trouble = state === null ? "" : problem();
  byId("banner").hidden = trouble === "";
  attribute(byId("banner"), "data-quiet", connection === "ended");
  put(byId("banner"), trouble);
}

function problem() {
  if (connection === "ended") {
    return "The run has ended; this is what was seen last.";
  }
  if (connection === "live" && !state.up) {
    return "The Kafka cluster does not answer; this is what was seen last.";
  }
  if (state.blockedSeconds > BLOCKED_SECONDS) {
    return `A transaction has been open for ${clock(state.blockedSeconds)}, and readers wait for it: ` +
      "'tributary transactions list' says whose it is.";
  }
  return "";
}

/** For who does not see the page: a version is news, a second gone by is not. */
function announce() {
  const measured = state.versions.findLast((version) => version.fullyEvaluated);
  if (measured && measured.version !== announced) {
    if (announced !== null) {
      put(byId("news"), `Version ${measured.version}, perplexity ${perplexity(measured.perplexity)}`);
    }
    announced = measured.version;
  }
}

const asked = new URLSearchParams(location.search).get("model");
byId("model").addEventListener("change", (event) => {
  const model = event.target.value;
  history.replaceState(null, "", `?model=${encodeURIComponent(model)}`);
  announced = null;
  feed.follow(model);
});

const theme = byId("theme");
const label = (choice) => put(byId("theme-name"), { auto: "Auto", light: "Light", dark: "Dark" }[choice]);
label(window.tributaryTheme.current());
theme.addEventListener("click", () => label(window.tributaryTheme.next()));

feed.follow(asked);
