import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SqliteLog } from "hpx-relay";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { hasNats, NatsServers } from "../../hpx-relay/test/log/support/nats-servers.js";
import { bundle, type Program, start } from "./support/program.js";
import { temporaryFile } from "./support/resources.js";

// Each test has several processes.
vi.setConfig({ testTimeout: 180_000 });

let example = "";
beforeAll(async () => {
  example = await bundle("examples/relay/main.ts");
});

/** The example's configuration with free ports and another log, in a folder of its own. */
async function configWith(log: string): Promise<string> {
  const beside = fileURLToPath(new URL("../../../examples/relay/feeds.yaml", import.meta.url));
  let text = readFileSync(beside, "utf8")
    .replace(/^log: \S+/m, `log: ${log}`)
    .replace(":9100", ":0");
  for (const port of ["8801", "8802", "8803"]) text = text.replace(port, String(await freePort()));
  const path = temporaryFile("feeds.yaml");
  writeFileSync(path, text);
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

/** Waits until the consumer has counted more orders than it has now, after all that was printed. */
async function goesOn({ output, prints }: Program): Promise<void> {
  const counts = [...output.stdout.matchAll(/^consumer \| .*\borders (\d+)/gm)];
  const seen = output.stdout.length;
  const last = Number(counts.at(-1)?.[1] ?? 0);
  for (;;) {
    const next = [...output.stdout.slice(seen).matchAll(/^consumer \| .*\borders (\d+)/gm)].at(-1)?.[1];
    if (Number(next ?? 0) > last) return;
    const printed = output.stdout.length;
    await prints(new RegExp(`^[^]{${printed},}[^]`));
  }
}

/** `kill -9` for a service; resolves when it was started again. */
async function kill({ output, prints }: Program, service: string): Promise<void> {
  const processes = new RegExp(`^${service} +\\| process (\\d+)$`, "gm");
  const found = [...output.stdout.matchAll(processes)];
  process.kill(Number(found.at(-1)?.[1]), "SIGKILL");
  await prints(new RegExp(`(?:^${service} +\\| process \\d+$[^]*){${found.length + 1}}`, "m"));
  expect(output.stdout).toMatch(new RegExp(`^${service} +\\| ended \\(SIGKILL\\); it starts again$`, "m"));
}

/** How many events of each source the log has up to a position. */
async function countedIn(path: string, position: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const log = await SqliteLog.open(path, { readOnly: true });
  for await (const records of log.read({}, new AbortController().signal)) {
    for (const { source, kind, pos } of records) {
      if (kind === undefined && pos <= position) counts[source] = (counts[source] ?? 0) + 1;
    }
  }
  await log.close();
  return counts;
}

test("over SQLite: the relay and the consumer are killed, and the log and the counts go on without a loss", async () => {
  const file = await configWith("sqlite:./relay.db");
  const program = start(example, [file]);
  await goesOn(program);
  await kill(program, "relay-1");
  await goesOn(program);
  await kill(program, "consumer");
  await goesOn(program);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toBe("");
  expect(program.output.stdout).toMatch(/^verify: \d+ events, 3 sources: lost 0, doubled 0, gaps marked \d+$/m);
  const { position, events } = JSON.parse(readFileSync(join(file, "../consumer.json"), "utf8")) as {
    position: number;
    events: Record<string, number>;
  };
  expect(events).toEqual(await countedIn(join(file, "../relay.db"), position));
});

describe.skipIf(!hasNats)("over NATS", () => {
  test("two relays share the sources, and when one is killed, the consumer goes on", async () => {
    const servers = await NatsServers.start();
    const program = start(example, [await configWith(servers.urls.join())]);
    await program.prints(/^relay-2 +\| status page/m);
    await goesOn(program);
    await kill(program, "relay-2");
    await goesOn(program);
    program.process.kill("SIGINT");
    expect(await program.exitCode).toBe(0);
    expect(program.output.stdout).toMatch(/^verify: \d+ events, 3 sources: lost 0, doubled 0, gaps marked \d+$/m);
  });
});

test("an unknown service is wrong usage", async () => {
  const program = start(example, ["feeds.yaml", "database"]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toBe(
    "usage: main [FILE [SERVICE]]; the services are all, sources, consumer, relay-1, relay-2\n",
  );
});
