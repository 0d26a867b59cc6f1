// The page's end of the link to the engine: a module worker, or, where none can be had, the page's own thread. Both run
// the module that the page itself is in.
//
// It starts, replaces and falls back by itself, and tells the page of it through one function, heard(kind, id, payload):
//   "connected" (1 if on the page's thread)  "reply" (bytes)  "crashed" (id of the request it was at or -1, message)  "failed" (message)
//   "incomplete" (message): the whole engine could not be had, the one at work goes on
// Whatever is sent before "connected" or while the engine is being replaced is dropped: the page sends it anew.

import { WORKBENCH_IDS, passAnswer, passFound, passPart, serve, wholeEngine } from "./study.js";

const START_MS = 20000;
const FRESH_STARTS_MAX = 1;

// Where a message has its request's id, which of the page's runs it is about, and the number of its variant: of replies the head, records,
// steps and end of a run come first (see protocol/src/message.rs, which a test holds to this).
const ID_AT = 2;
const EPOCH_AT = 6;
const VARIANT_AT = 10;
const LAST_OF_RUN = 3;
const REFUSED = 13;
// What was found of the target: its boundary, and the stops of its kind.
const FOUND = [5, 6];

const numberAt = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

export class EngineLink {
  #module;
  #build;
  #folder;
  #heard;
  #generation = 0;
  #freshStarts = 0;
  #send = null;
  #stop = () => {};
  // Whether a workbench stands beside, the questions that wait for the whole engine, and those that wait for their answers.
  #serves;
  #early = [];
  #asked = new Set();
  // Of the page's latest request.
  #epoch = 0;

  constructor(module, build, folder, heard) {
    this.#module = module;
    this.#build = build;
    this.#folder = folder;
    this.#heard = heard;
    this.#serves = folder === "worker";
    if (this.#serves) serve((id, bytes) => this.#ask(id, bytes));
  }

  // Starts the engine, in place of one that may be running.
  start() {
    this.stop();
    const generation = ++this.#generation;
    const current = () => generation === this.#generation;
    let worker;
    let timer;
    let ready = false;
    // Until the engine is ready every failure means that no worker can be had here.
    const failed = (message) => {
      if (!current()) return;
      this.stop();
      if (ready) this.#crashed(-1, message);
      else this.#startHere(message);
    };
    try {
      // The first has come up with the page (start.js).
      worker = window.pitrWorker ?? new Worker(this.#url(), { type: "module", name: `pitr-${this.#folder}` });
      delete window.pitrWorker;
    } catch (error) {
      queueMicrotask(() => failed(String(error)));
      return;
    }
    worker.postMessage({ module: this.#module });
    timer = setTimeout(() => failed("the worker did not answer"), START_MS);
    this.#stop = () => {
      clearTimeout(timer);
      worker.terminate();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      failed(event.message || "the worker could not be loaded");
    };
    worker.onmessageerror = () => failed("a message could not be read");
    worker.onmessage = ({ data }) => {
      if (!current()) return;
      if (data.type !== "ready" || ready) return this.#take(data);
      if (data.build !== this.#build) return this.#otherBuild(data.build);
      ready = true;
      clearTimeout(timer);
      this.#send = (id, bytes) => worker.postMessage({ id, bytes }, [bytes.buffer]);
      this.#heard("connected", 0, undefined);
    };
  }

  // A question of the workbench; only the whole engine has its answer.
  #ask(id, bytes) {
    this.#asked.add(id);
    if (this.#folder === "study" && this.#send) return this.send(id, bytes);
    this.#early.push([id, bytes]);
    if (this.#folder !== "study" && this.#early.length === 1) this.startWhole();
  }

  #unanswered() {
    this.#early = [];
    this.#asked.forEach((id) => passAnswer(id, null));
    this.#asked.clear();
  }

  // Goes over to the program that has the whole engine.
  async startWhole() {
    try {
      this.#module = await wholeEngine(this.#build);
      this.#folder = "study";
      this.start();
    } catch (error) {
      this.#unanswered();
      this.#heard("incomplete", 0, String(error));
    }
  }

  send(id, bytes) {
    if (id < WORKBENCH_IDS) this.#epoch = numberAt(bytes, EPOCH_AT);
    this.#send?.(id, bytes);
  }

  stop() {
    this.#send = null;
    this.#stop();
    this.#stop = () => {};
  }

  #url() {
    const url = new URL(`${this.#folder}/worker.js`, document.baseURI);
    url.searchParams.set("v", this.#build);
    // A module that has failed, or that some cache keeps too long, is not asked for again under its old name.
    if (this.#freshStarts > 0) url.searchParams.set("fresh", `${Date.now()}`);
    return url;
  }

  #otherBuild(build) {
    this.stop();
    if (this.#freshStarts < FRESH_STARTS_MAX) {
      this.#freshStarts += 1;
      this.start();
    } else {
      this.#heard("outdated", 0, build);
    }
  }

  // The same module on this thread, a slice at a time.
  async #startHere(reason) {
    const generation = ++this.#generation;
    try {
      const url = this.#url();
      url.searchParams.set("here", `${generation}`);
      const { host, BUILD } = await import(url.href);
      if (BUILD !== this.#build) return this.#otherBuild(BUILD);
      let stopped = false;
      const take = (data) => {
        if (!stopped) this.#take(data);
      };
      const engine = await host(this.#module, take, `?here=${generation}`);
      if (generation !== this.#generation) return;
      this.#stop = () => {
        stopped = true;
        engine.stop();
      };
      this.#send = (id, bytes) => engine.receive(id, bytes);
      this.#heard("connected", 1, undefined);
    } catch (error) {
      if (generation === this.#generation) this.#heard("failed", 0, `${reason}; ${error}`);
    }
  }

  #take(data) {
    if (data.type === "reply") this.#pass(data.bytes);
    else if (data.type === "crashed") {
      this.stop();
      this.#crashed(data.id, data.message);
    }
  }

  #pass(bytes) {
    if (this.#serves) {
      const id = numberAt(bytes, ID_AT);
      if (id >= WORKBENCH_IDS) {
        this.#asked.delete(id);
        return passAnswer(id, bytes);
      }
      // What the page has asked something else for meanwhile it drops, and so must everybody else: they would show a run that is not on show.
      const kind = bytes[VARIANT_AT];
      if (numberAt(bytes, EPOCH_AT) === this.#epoch) {
        if (FOUND.includes(kind)) passFound(kind, bytes);
        if (kind <= LAST_OF_RUN || kind === REFUSED) passPart(kind === 0, bytes);
        // Now there is a run that questions can be about.
        if (kind === LAST_OF_RUN && this.#folder === "study") this.#early.splice(0).forEach(([id, asked]) => this.send(id, asked));
      }
    }
    this.#heard("reply", 0, bytes);
  }

  #crashed(id, message) {
    this.#unanswered();
    this.#heard("crashed", id, message);
  }
}
