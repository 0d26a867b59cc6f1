// Watches a page from before its first script: how long its own scripts run in each frame, how long it is from an input to the paint that
// follows, which tasks are long, what is drawn. Everything is in milliseconds.
(() => {
  if (window.pitrWatch) return;
  const now = () => performance.now();
  const watch = (window.pitrWatch = {
    scripts: [], latencies: [], tasks: [], drawn: [], frames: 0, on: false,
    begin() { Object.assign(watch, { scripts: [], latencies: [], tasks: [], drawn: [], frames: 0, on: true }); },
    end() {
      watch.on = false;
      const { scripts, latencies, tasks, drawn, frames } = watch;
      return { scripts, latencies, tasks, drawn, frames };
    },
  });

  // Own scripts: whatever the browser calls, timed at the outermost call.
  let depth = 0, script = 0, shapes = 0, labels = 0;
  const timed = (work) => function (...given) {
    if (depth > 0) return work.apply(this, given);
    depth += 1;
    const began = now();
    try {
      return work.apply(this, given);
    } finally {
      depth -= 1;
      script += now() - began;
    }
  };
  const known = new WeakMap();
  const wrapped = (heard) => {
    const work = typeof heard === "function" ? heard : heard && heard.handleEvent ? (event) => heard.handleEvent(event) : null;
    if (!work) return heard;
    if (!known.has(heard)) known.set(heard, timed(work));
    return known.get(heard);
  };
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (kind, heard, how) { return addEventListener.call(this, kind, wrapped(heard), how); };
  EventTarget.prototype.removeEventListener = function (kind, heard, how) { return removeEventListener.call(this, kind, wrapped(heard), how); };
  const { requestAnimationFrame: ask, queueMicrotask: queue, setTimeout: later } = window;
  window.requestAnimationFrame = (work) => ask(timed(work));
  window.queueMicrotask = (work) => queue(timed(work));
  window.setTimeout = (work, ...rest) => later(typeof work === "function" ? timed(work) : work, ...rest);
  const then = Promise.prototype.then;
  Promise.prototype.then = function (kept, broken) {
    return then.call(this, typeof kept === "function" ? timed(kept) : kept, typeof broken === "function" ? timed(broken) : broken);
  };
  for (const [of, kind] of [[Worker, "onmessage"], [MessagePort, "onmessage"]]) {
    const property = Object.getOwnPropertyDescriptor(of.prototype, kind);
    Object.defineProperty(of.prototype, kind, { ...property, set(heard) { property.set.call(this, wrapped(heard)); } });
  }

  // What is drawn.
  const canvas = CanvasRenderingContext2D.prototype;
  for (const [kind, isLabel] of [["fillRect", false], ["fill", false], ["stroke", false], ["fillText", true]]) {
    const draw = canvas[kind];
    canvas[kind] = function (...given) {
      if (isLabel) labels += 1; else shapes += 1;
      return draw.apply(this, given);
    };
  }

  // Frames: one begins where the callbacks of this one are called before all others, and the message comes behind the paint that they lead to.
  const painted = new MessageChannel();
  let inputs = [];
  let waiting = [];
  addEventListener.call(painted.port1, "message", () => {
    const at = now();
    if (watch.on) waiting.forEach((input) => watch.latencies.push(at - input));
    waiting = [];
  });
  painted.port1.start();
  const frame = () => {
    ask(frame);
    watch.frames += 1;
    if (watch.on) {
      if (script > 0.05) watch.scripts.push(script);
      if (shapes + labels > 0) watch.drawn.push([shapes, labels]);
    }
    script = shapes = labels = 0;
    // Inputs come before the frame's callbacks: whatever came is in the paint that follows.
    waiting = waiting.concat(inputs.splice(0));
    painted.port2.postMessage(0);
  };
  ask(frame);
  for (const kind of ["input"]) {
    addEventListener.call(window, kind, (event) => inputs.push(event.timeStamp), { capture: true });
  }
  new PerformanceObserver((list) => {
    if (watch.on) for (const entry of list.getEntries()) watch.tasks.push([entry.startTime, entry.duration]);
  }).observe({ type: "longtask" });

  // When the page can first be used: the slider over the run has somewhere to go, and that is painted.
  const usable = () => {
    const slider = document.querySelector(".scrubber-input");
    if (slider && !slider.disabled && Number(slider.max) > 0) {
      const behind = new MessageChannel();
      behind.port1.onmessage = () => { watch.usable = now(); };
      return ask(() => behind.port2.postMessage(0));
    }
    ask(usable);
  };
  ask(usable);
})();
