// What an author writes in TypeScript: compiled against embed/embed.d.ts by `cargo xtask test --e2e`, never run.
import { PitrLab, type LabError, type LabState } from "../../embed/embed";

const lab = document.querySelector("pitr-lab") ?? new PitrLab();

export async function follow(): Promise<string> {
  const state: LabState = await lab.load({ scenario: "worked-example" });
  await lab.load("quiz-same-second");
  await lab.execute("restore point 'before'", "app-1");
  const { recovered } = await lab.recover("02:59:59 exclusive");
  const at = await lab.seek(state.steps - 1);
  return `${recovered?.says ?? ""} ${at.time} ${(await lab.state()).link ?? ""} ${await lab.digest()}`;
}

lab.addEventListener("answered", ({ detail }) => console.log(detail.right, detail.question));
lab.addEventListener("error", ({ detail }) => console.log(detail.code, detail.message));
lab.addEventListener("step", function ({ detail }) {
  console.log(detail.lsn.toLowerCase(), this.hidden, PitrLab.alive.toFixed());
});
lab.addEventListener("click", () => void 0);

follow().catch((error: LabError) => console.log(error.code));

// What is wrong is told before it runs.
// @ts-expect-error
lab.seek({});
// @ts-expect-error
lab.load({ scenario: "one", script: 5 });
// @ts-expect-error
PitrLab.alive = 3;
