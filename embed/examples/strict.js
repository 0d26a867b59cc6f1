// The buttons of strict.html: what a page can ask of a lab in it.
const lab = document.querySelector("pitr-lab");
const said = document.querySelector("output");

const asks = {
  seek: () => lab.seek("02:55").then((state) => `At ${state.time}, step ${state.step} of ${state.steps}.`),
  execute: () => lab.execute("restore point 'by-button'").then((state) => `Done at ${state.time}.`),
  recover: () => lab.recover("02:59:59").then((state) => state.recovered.says),
  digest: () => lab.digest().then((digest) => `The state's digest is ${digest}.`),
};

for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => {
    asks[button.dataset.ask]().then(
      (text) => (said.value = text),
      (problem) => (said.value = problem.message),
    );
  });
}
lab.addEventListener("ready", ({ detail }) => (said.value = `${detail.title}: ready.`));
lab.addEventListener("error", ({ detail }) => (said.value = detail.message));
