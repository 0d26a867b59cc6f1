// Between the lab and its study (charts and self-check), which is a program of its own and comes later.
//
// The lab says which run is on show ("pitr-run"), the study what it wants done ("pitr-act"). Both are events of the window, and
// the run on show is kept beside for a study that comes after it was said. The study's program has the whole engine, so the lab takes
// it from there when a script needs more than its own.

const IDLE_MS = 3000;

let coming = null;

// Fetches the study and starts it, once; gives its compiled module.
function study(build) {
  coming ??= load(build).catch((error) => {
    // Whoever asks next asks anew: the network may be back by then.
    coming = null;
    throw error;
  });
  return coming;
}

async function load(build) {
  const beside = (file) => {
    const url = new URL(`study/${file}`, document.baseURI);
    url.searchParams.set("v", build);
    return url;
  };
  const styles = document.createElement("link");
  styles.rel = "stylesheet";
  styles.href = beside("study.css").href;
  document.head.append(styles);
  try {
    const response = await fetch(beside("pitr_study_bg.wasm"));
    const module = await WebAssembly.compile(await response.arrayBuffer());
    const program = await import(beside("pitr_study.js").href);
    await program.default({ module_or_path: module });
    return module;
  } catch (error) {
    styles.remove();
    throw error;
  }
}

// Fetches the study once the page has nothing better to do.
export function fetchStudy(build) {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 500));
  idle(() => study(build).catch((error) => console.warn("the charts could not be loaded", error)), { timeout: IDLE_MS });
}

// The module that has the whole engine.
export function wholeEngine(build) {
  return study(build);
}

// The workbench, a part of the study, stands on the run that the lab shows. What the worker says of the run is passed on as it came
// ("pitr-part"), kept for a workbench that comes later ("pitr-want"); so is the place in the run ("pitr-place"). The workbench's questions
// go through the lab's link ("pitr-ask", "pitr-answer"), under ids that the lab never uses.

export const WORKBENCH_IDS = 0x80000000;

let parts = [];
let attended = false;
let place = null;
let target = null;
let found = [];

export function serve(send) {
  window.addEventListener("pitr-ask", ({ detail: { id, bytes } }) => send(id, bytes));
  window.addEventListener("pitr-want", () => {
    parts.forEach((bytes) => tell("pitr-part", bytes));
    // From here on it hears all parts as they come: nothing need be kept.
    attended = true;
    parts = [];
    if (place) tell("pitr-place", place);
    if (target) tell("pitr-target", target);
    found.forEach((bytes) => tell("pitr-part", bytes));
  });
}

function tell(kind, detail) {
  window.dispatchEvent(new CustomEvent(kind, { detail }));
}

// A part of a run: its head, its records, its steps, its end.
export function passPart(isFirst, bytes) {
  if (isFirst) parts = [];
  if (!attended) parts.push(bytes);
  tell("pitr-part", bytes);
}

// What the lab has found of its target, which the workbench need not ask for again.
export function passFound(what, bytes) {
  found[what] = bytes;
  tell("pitr-part", bytes);
}

// An answer; null if it will not come.
export function passAnswer(id, bytes) {
  tell("pitr-answer", { id, bytes });
}

export function tellPlace(step, playing) {
  place = { step, playing };
  tell("pitr-place", place);
}

// The recovery target, as bytes of the protocol, and whether somebody has chosen it.
export function tellTarget(bytes, touched) {
  target = { bytes, touched };
  tell("pitr-target", target);
}

export function onAct(heard) {
  window.addEventListener("pitr-act", ({ detail: { kind, text, bytes } }) => heard(kind, text, bytes));
}

export function act(kind, text, bytes = new Uint8Array()) {
  tell("pitr-act", { kind, text, bytes });
}

export function ask(id, bytes) {
  tell("pitr-ask", { id, bytes });
}

// The workbench's ears; whoever asks "why" of a row is heard wherever the row stands.
export function attend(part, placed, targeted, answer, why) {
  window.addEventListener("pitr-part", ({ detail }) => part(detail));
  window.addEventListener("pitr-place", ({ detail }) => placed(detail.step, detail.playing));
  window.addEventListener("pitr-target", ({ detail }) => targeted(detail.bytes, detail.touched));
  window.addEventListener("pitr-answer", ({ detail }) => answer(detail.id, detail.bytes ?? new Uint8Array()));
  document.addEventListener("click", ({ target }) => {
    const asked = target.closest?.("[data-why]");
    if (asked) why(asked.dataset.table, asked.dataset.why, asked.dataset.recovered !== undefined);
  });
  document.documentElement.dataset.bench = "";
  tell("pitr-want");
}

// The study has all of the language, the lab only what it says at first.
export function offerWords(text) {
  window.dispatchEvent(new CustomEvent("pitr-words", { detail: text }));
}

export function onWords(heard) {
  window.addEventListener("pitr-words", ({ detail }) => heard(String(detail)));
}

export function tellRun(archiveTimeoutUs) {
  document.documentElement.dataset.archiveTimeoutUs = archiveTimeoutUs;
  window.dispatchEvent(new CustomEvent("pitr-run"));
}

export function onRun(heard) {
  const tell = () => heard(Number(document.documentElement.dataset.archiveTimeoutUs ?? 0));
  window.addEventListener("pitr-run", tell);
  tell();
}
