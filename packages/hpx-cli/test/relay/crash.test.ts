import { SqliteLog } from "hpx-relay";
import { beforeAll, expect, test } from "vitest";
import { bundle, type Program, start } from "../support/program.js";
import { feedServer, RelayFile, verdict } from "./support.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

/** Events of each source until the end. */
const EVENTS = 20_000;
const KILLS = 8;

/** Every event of the log in its order, as it was published. */
async function dataOf(path: string, source: string): Promise<string[]> {
  const log = await SqliteLog.open(path, { readOnly: true });
  const data: string[] = [];
  for await (const records of log.read({ source }, new AbortController().signal)) {
    for (const record of records) if (record.kind === undefined) data.push(Buffer.from(record.data).toString());
  }
  await log.close();
  return data;
}

test.concurrent(
  "a relay that is killed again and again while events flow loses none and doubles none, as the sources themselves say",
  { timeout: 120_000 },
  async () => {
    const numeric = await feedServer();
    const named = await feedServer();
    const sources = {
      numeric: { url: numeric.url, continuity: "numeric" },
      named: { url: named.url },
    };
    const file = new RelayFile({ defaults: { start: { after: "0" } }, sources });
    numeric.publish({ id: "0", data: "the event before the first" });
    named.publish({ id: "0", data: "the event before the first" });
    let published = 0;
    // Events come all the time, also while no relay runs.
    const publishing = (async () => {
      while (published < EVENTS) {
        for (let each = 0; each < 20; each += 1) {
          published += 1;
          numeric.publish({ data: `n ${published}` });
          named.publish({ id: `trade-${published}`, event: "trade", data: `t ${published}` });
        }
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    })();
    let relay: Program | undefined;
    for (let kill = 0; kill < KILLS; kill += 1) {
      relay = start(hpx, ["relay", file.path]);
      await relay.complains(/relaying 2 sources into sqlite:/);
      await new Promise((resolve) => setTimeout(resolve, 50 + kill * 60));
      relay.process.kill("SIGKILL");
      expect(await relay.exitCode).toBe(null);
    }
    await publishing;
    relay = start(hpx, ["relay", file.path]);
    await arrived(file.log);
    relay.process.kill("SIGTERM");
    expect(await relay.exitCode).toBe(0);
    expect(relay.output.stderr).toMatch(/stopped: \d+ events? relayed/);

    const expected = (letter: string): string[] =>
      Array.from({ length: EVENTS }, (_, index) => `${letter} ${index + 1}`);
    expect(await dataOf(file.log, "numeric")).toEqual(expected("n"));
    expect(await dataOf(file.log, "named")).toEqual(expected("t"));
    const { line, code } = await verdict(hpx, file.path);
    expect(line).toBe(`${(EVENTS * 2).toLocaleString("en-US")} events, 2 sources: lost 0, doubled 0, no gap marked`);
    expect(code).toBe(0);
  },
);

/** Waits until both sources are in the log to their end. */
async function arrived(path: string): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const log = await SqliteLog.open(path, { readOnly: true });
    const tails = await log.tails(["numeric", "named"]);
    await log.close();
    if (tails.get("numeric")?.n === EVENTS && tails.get("named")?.n === EVENTS) return;
    if (Date.now() > end) throw new Error(`the log ends with ${JSON.stringify([...tails])}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
