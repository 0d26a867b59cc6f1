// Begins the page: how its address wants it to look, before anything of it is seen, and then its program.
//
// A file and no inline script, so that a host's Content-Security-Policy may be strict. `cargo xtask build` fills in the program's name and
// loads this in place of the script that Trunk writes.

const PROGRAM = "unnamed";

const root = document.documentElement;
const wishes = new URLSearchParams(location.search);
const [view, theme] = [wishes.get("view"), wishes.get("theme")];
const embedded = wishes.has("embedded");

const build = document.querySelector("meta[name=pitr-build]").content;

// The engine's worker comes up while the program is on its way, and the link takes it over. Where none can be had the link sees so itself.
try {
  window.pitrWorker = new Worker(`worker/worker.js?v=${build}`, { type: "module", name: "pitr-worker" });
  window.pitrWorker.onerror = (event) => {
    event.preventDefault();
    delete window.pitrWorker;
  };
} catch {}

if (theme || view || embedded) {
  // What an address asks for is for this visit: nothing of it is remembered.
  root.dataset.asked = "";
  if (["light", "dark", "contrast"].includes(theme)) root.dataset.theme = theme;
}
if (view || embedded) {
  root.dataset.view = view ?? "lab";
  if (embedded) root.dataset.embedded = "";
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = `study/embedded.css?v=${build}`;
  const come = new Promise((done) => (sheet.onload = sheet.onerror = done));
  document.head.append(sheet);
  await come;
}

const program = await import(`${PROGRAM}.js`);
await program.default({ module_or_path: new URL(`${PROGRAM}_bg.wasm`, import.meta.url) });
