// Between the lab and its study (charts and self-check), which is a program of its own and comes later.
//
// The lab says which run is on show ("pitr-run"), the study asks for one to be opened ("pitr-open"). Both are events of the window, and
// the run on show is kept beside for a study that comes after it was said.

const IDLE_MS = 3000;

let asked = false;

// Fetches the study once the page has nothing better to do.
export function fetchStudy(build) {
  if (asked) return;
  asked = true;
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 500));
  idle(async () => {
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
      const study = await import(beside("pitr_study.js").href);
      await study.default({ module_or_path: beside("pitr_study_bg.wasm") });
    } catch (error) {
      // The next run that is opened asks again: the network may be back by then.
      asked = false;
      styles.remove();
      console.warn("the charts could not be loaded", error);
    }
  }, { timeout: IDLE_MS });
}

export function openRun(script) {
  window.dispatchEvent(new CustomEvent("pitr-open", { detail: script }));
}

export function onOpen(open) {
  window.addEventListener("pitr-open", ({ detail }) => open(String(detail)));
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
