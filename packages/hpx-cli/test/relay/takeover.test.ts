import { openLog, type RelayStatus, verify } from "hpx-relay";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { hasNats, NatsServers } from "../../../hpx-relay/test/log/support/nats-servers.js";
import { bundle, type Program, start } from "../support/program.js";
import { feedServer, RelayFile, until } from "./support.js";

vi.setConfig({ testTimeout: 120_000 });

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const names = Array.from({ length: 6 }, (_, index) => `s${index}`);

/** A relay as a process, with the address of its status server. */
async function startRelay(
  file: RelayFile,
  id: string,
): Promise<{ program: Program; status: () => Promise<RelayStatus> }> {
  const program = start(hpx, ["relay", "--id", id, "--status", "127.0.0.1:0", file.path]);
  await program.complains(/status at /);
  const [url = ""] = /http:\/\/127[\d.:]+/.exec(program.output.stderr) ?? [];
  return { program, status: async () => (await fetch(`${url}/status`)).json() as Promise<RelayStatus> };
}

describe.skipIf(!hasNats)("relays over NATS as processes", () => {
  test("one is killed, one is stopped for a while and wakes up, one ends: the others take over, and nothing is lost or doubled", async () => {
    const servers = await NatsServers.start();
    const feed = await feedServer();
    feed.publish({ id: "0", data: "before" });
    const sources = Object.fromEntries(names.map((name) => [name, { url: feed.url, continuity: "numeric" }]));
    const log = servers.urls.join();
    const file = new RelayFile({
      log,
      group: { ttl: "2s" },
      stream: { maxAge: 0 },
      defaults: { start: { after: "0" } },
      sources,
    });
    let published = 0;
    const timer = setInterval(() => {
      published += 1;
      feed.publish({ data: `event ${published}` });
    }, 5);
    const [one, two, three] = [
      await startRelay(file, "one"),
      await startRelay(file, "two"),
      await startRelay(file, "three"),
    ];
    const owners = async (...relays: readonly (typeof one)[]): Promise<string[]> => {
      const all = await Promise.all(relays.map((relay) => relay.status()));
      return all.flatMap(({ sources: each }) =>
        each.filter(({ state }) => state === "flowing").map(({ name }) => name),
      );
    };
    const sharedBy = async (...relays: readonly (typeof one)[]): Promise<void> =>
      await until(
        `each source at one of ${relays.length} relays`,
        async () => (await owners(...relays)).toSorted().join() === names.join(),
      );

    await sharedBy(one, two, three);
    one.program.process.kill("SIGKILL");
    await sharedBy(two, three);
    two.program.process.kill("SIGSTOP");
    await sharedBy(three);
    two.program.process.kill("SIGCONT");
    await sharedBy(two, three);
    three.program.process.kill("SIGTERM");
    await sharedBy(two);
    expect(await three.program.exitCode).toBe(0);

    clearInterval(timer);
    await until("the last event of each source", async () =>
      (await two.status()).sources.every(({ n }) => n === published),
    );
    const reader = await openLog(
      { kind: "nats", servers: servers.urls, name: "RELAY", subject: "feed.{source}", replicas: 1, maxAge: 0 },
      { readOnly: true },
    );
    const report = await verify(reader, { numeric: new Set(names) });
    await reader.close();
    expect(report).toMatchObject({
      events: names.length * published,
      lost: 0,
      doubled: 0,
      damaged: 0,
      gaps: 0,
      rewinds: 0,
    });
    const check = start(hpx, ["relay", "verify", file.path]);
    expect(await check.exitCode).toBe(0);
    expect(check.output.stdout).toMatch(/ events, 6 sources: lost 0, doubled 0, no gap marked\n$/);
    two.program.process.kill("SIGTERM");
    expect(await two.program.exitCode).toBe(0);
  });
});
