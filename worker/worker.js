// The engine's end of the link: loads the engine, passes messages to it and its answers back.
//
// Runs as a module worker, or is imported by the page where no worker can be had; `host` is the same in both.
// To the page: { type: "ready", build }, { type: "reply", bytes }, { type: "crashed", id, message }. From the page: { id, bytes }.

// Filled in by `cargo xtask build`: page and worker must be of one build.
export const BUILD = "unstamped";

// Starts an engine; what it says goes to `post(message, transfer)`.
export async function host(post) {
  // The query names the build, and a fresh start: the engine's files are asked for under the same.
  const beside = (file) => {
    const url = new URL(file, import.meta.url);
    url.search = new URL(import.meta.url).search;
    return url;
  };
  const engine = await import(beside("pitr_worker.js").href);
  await engine.default({ module_or_path: beside("pitr_worker_bg.wasm") });

  let alive = true;
  let pumping = false;
  const lab = new engine.Lab();
  const answer = () => {
    for (let bytes = lab.take(); bytes !== undefined; bytes = lab.take()) post({ type: "reply", bytes }, [bytes.buffer]);
  };
  // A task without delay, after whatever message waits: timers would be held back to 4 ms each.
  const turn = new MessageChannel();
  turn.port1.onmessage = () => attempt(-1, () => {
    pumping = lab.pump();
    answer();
    if (pumping) turn.port2.postMessage(0);
  });
  // A panic leaves the engine in no state to go on: say so once, and be silent.
  const attempt = (id, work) => {
    if (!alive) return;
    try {
      work();
    } catch (error) {
      alive = false;
      post({ type: "crashed", id, message: String(error?.message ?? error) }, []);
    }
  };
  return {
    receive(id, bytes) {
      attempt(id, () => {
        lab.receive(bytes);
        answer();
        if (!pumping) {
          pumping = true;
          turn.port2.postMessage(0);
        }
      });
    },
    stop() {
      alive = false;
      turn.port1.close();
    },
  };
}

if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  const post = (message, transfer) => self.postMessage(message, transfer);
  const early = [];
  self.onmessage = ({ data }) => early.push(data);
  host(post).then(
    (engine) => {
      self.onmessage = ({ data }) => engine.receive(data.id, data.bytes);
      post({ type: "ready", build: BUILD }, []);
      early.forEach((data) => engine.receive(data.id, data.bytes));
    },
    // Thrown outside of the promise, it reaches the page as the worker's error event.
    (error) => setTimeout(() => { throw error; }),
  );
}
