// The state of the federation, kept up to date by a stream of server-sent events: the whole of it
// first, then what has changed. A stream that breaks is begun again.

/** Lists of which only changed elements are told, by what identifies an element. */
const HISTORIES = { rounds: "round", versions: "version" };

/** News comes every other second at the latest. */
const SILENCE_MILLIS = 7000;

const AGAIN_MILLIS = 3000;

export class Feed {
  #model = null;
  #state = null;
  #source = null;
  #again = null;
  #watchdog = null;
  #show;
  #tell;

  /**
   * @param show told the state whenever it has changed
   * @param tell told whether there is news: "connecting", "live", "lost" or "ended"
   */
  constructor(show, tell) {
    this.#show = show;
    this.#tell = tell;
    // A page that nobody sees holds no connection; browsers allow only a few to one server.
    document.addEventListener("visibilitychange", () =>
      document.hidden ? this.#stop() : this.#start());
    window.addEventListener("pagehide", () => this.#stop());
    window.addEventListener("pageshow", (event) => event.persisted && this.#start());
  }

  /** @param model null for whichever there is */
  follow(model) {
    this.#model = model;
    this.#stop();
    this.#tell("connecting");
    this.#start();
  }

  #start() {
    if (this.#source || this.#state?.ended) {
      return;
    }
    clearTimeout(this.#again);
    const query = this.#model ? `?model=${encodeURIComponent(this.#model)}` : "";
    const source = new EventSource(`api/events${query}`);
    source.addEventListener("whole", (event) => this.#accept(JSON.parse(event.data)));
    source.addEventListener("changes", (event) =>
      this.#accept(merged(this.#state, JSON.parse(event.data))));
    source.addEventListener("error", () => this.#failed(source));
    this.#source = source;
  }

  #stop() {
    clearTimeout(this.#again);
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = null;
  }

  #accept(state) {
    this.#state = state;
    clearTimeout(this.#watchdog);
    this.#show(state);
    if (state.ended) {
      this.#stop();
      this.#tell("ended");
      return;
    }
    this.#tell("live");
    this.#watchdog = setTimeout(() => this.#lost(), SILENCE_MILLIS);
  }

  #failed(source) {
    if (source !== this.#source || this.#state?.ended) {
      return;
    }
    this.#lost();
  }

  #lost() {
    this.#stop();
    this.#tell("lost");
    this.#again = setTimeout(() => this.#start(), AGAIN_MILLIS);
  }
}

function merged(state, changes) {
  const next = { ...state, ...changes };
  for (const [list, key] of Object.entries(HISTORIES)) {
    if (changes[list] && state[list]) {
      const byKey = new Map(state[list].map((element) => [element[key], element]));
      changes[list].forEach((element) => byKey.set(element[key], element));
      next[list] = [...byKey.values()].sort((a, b) => a[key] - b[key]);
    }
  }
  return next;
}
