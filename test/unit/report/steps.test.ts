import { execa } from "execa";
import { expect, it } from "vitest";

/** A process whose stderr is a terminal, or is none, and whose stdout is a pipe. */
function steps({ terminal, quiet }: { terminal: boolean; quiet: boolean }) {
  const script = `
    process.stderr.isTTY = ${terminal};
    let written = "";
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text, ...rest) => { written += text; return write(text, ...rest); };
    const { listrNarrator } = await import("./src/report/listr-narrator.ts");
    const { showBoot } = await import("./src/runtime/stack/show/show-boot.ts");
    await listrNarrator({ quiet: ${quiet} }).step("Counting \\u202eorders", async (say) => say("\\u001b[2J7"));
    await showBoot([{ step: "kafka", title: "Kafka" }], { quiet: ${quiet} }, async (say) => {
      const isThere = () => ${quiet} || written.includes("Kafka");
      for (let turn = 0; turn < 500 && !isThere(); turn += 1) await new Promise((next) => setTimeout(next, 10));
      say("kafka", "at \\u001b[2Jhome", true);
    });`;
  return execa(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    env: { NO_COLOR: "1", TERM: "xterm" },
  });
}

it.each([true, false])("shows steps on stderr alone (a terminal: %s)", async (terminal) => {
  const { stdout, stderr } = await steps({ terminal, quiet: false });
  expect(stdout).toBe("");
  expect(stderr).toContain("✔ Counting \\u202eorders · \\x1b[2J7");
  expect(stderr).toContain("✔ Kafka · at \\x1b[2Jhome");
  expect(stderr).not.toContain("\u001b[2J");
});

it("shows none under --quiet", async () => {
  expect(await steps({ terminal: true, quiet: true })).toMatchObject({ stdout: "", stderr: "" });
});
