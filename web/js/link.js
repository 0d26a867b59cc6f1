// The page's end of the link to the engine: a module worker, or, where none can be had, the page's own thread. Both run
// the module that the page itself is in.
//
// It starts, replaces and falls back by itself, and tells the page of it through one function, heard(kind, id, payload):
//   "connected" (1 if on the page's thread)  "reply" (bytes)  "crashed" (id of the request it was at or -1, message)  "failed" (message)
//   "incomplete" (message): the whole engine could not be had, the one at work goes on
// Whatever is sent before "connected" or while the engine is being replaced is dropped: the page sends it anew.

import { wholeEngine } from "./study.js";

const START_MS = 20000;
const FRESH_STARTS_MAX = 1;

export class EngineLink {
  #module;
  #build;
  #folder;
  #heard;
  #generation = 0;
  #freshStarts = 0;
  #send = null;
  #stop = () => {};

  constructor(module, build, folder, heard) {
    this.#module = module;
    this.#build = build;
    this.#folder = folder;
    this.#heard = heard;
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
      worker = new Worker(this.#url(), { type: "module", name: `pitr-${this.#folder}` });
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

  // Goes over to the program that has the whole engine.
  async startWhole() {
    try {
      this.#module = await wholeEngine(this.#build);
      this.#folder = "study";
      this.start();
    } catch (error) {
      this.#heard("incomplete", 0, String(error));
    }
  }

  send(id, bytes) {
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
    if (data.type === "reply") this.#heard("reply", 0, data.bytes);
    else if (data.type === "crashed") {
      this.stop();
      this.#crashed(data.id, data.message);
    }
  }

  #crashed(id, message) {
    this.#heard("crashed", id, message);
  }
}
