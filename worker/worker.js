// The engine's end of the link: starts the engine, passes messages to it and its answers back.
//
// Runs as a module worker, or is imported by the page where no worker can be had; `host` is the same in both. The engine's module is the
// one that the page itself has loaded and compiled, and comes from there.
// To the page: { type: "ready", build }, { type: "reply", bytes }, { type: "crashed", id, message }. From the page: { module } first,
// then { id, bytes }.

// Filled in by `cargo xtask build`: page and worker must be of one build, and share one program.
export const BUILD = "unstamped";
const PROGRAM = "unnamed";

// Starts an engine from the page's module; what it says goes to `post(message, transfer)`. On the page's own thread `apart` gives the
// program's script another address than the page's, and so a memory of its own.
export async function host(module, post, apart = "") {
  const url = new URL(PROGRAM, import.meta.url);
  url.search = apart;
  const engine = await import(url.href);
  await engine.default({ module_or_path: module });

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
  self.onmessage = ({ data }) => {
    const early = [];
    self.onmessage = ({ data }) => early.push(data);
    host(data.module, post).then(
      (engine) => {
        self.onmessage = ({ data }) => engine.receive(data.id, data.bytes);
        post({ type: "ready", build: BUILD }, []);
        early.forEach((data) => engine.receive(data.id, data.bytes));
      },
      // Thrown outside of the promise, it reaches the page as the worker's error event.
      (error) => setTimeout(() => { throw error; }),
    );
  };
}
