import { expect, test } from "vitest";
import type { MockWsConnection } from "../../src/testing/index.js";
import { seededRandom } from "../../src/testing/fault-proxy-random.js";
import { eventually, open, startServer, TestHandler, type Wire } from "./support.js";

/** What the server believes after the messages of one connection, and every rule that the client broke. */
class Ledger {
  readonly subscribed = new Set<string>();
  readonly faults: string[] = [];

  take({ op, topics = [] }: Wire): void {
    for (const topic of topics) {
      const has = this.subscribed.has(topic);
      if (op === "subscribe" && has) this.faults.push(`${topic} subscribed twice`);
      if (op === "unsubscribe" && !has) this.faults.push(`${topic} left without a subscription`);
      if (op === "subscribe") this.subscribed.add(topic);
      else this.subscribed.delete(topic);
    }
  }
}

// F14: subscribe and close at random moments, answers in random time, connections that drop: on each connection the server
// sees every wanted topic subscribed to once, and in the end exactly what is wanted.
test("random schedules of subscribing, leaving, acknowledging and dropping: exactly once on the wire", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = seededRandom(seed);
    const server = await startServer();
    const ledgers = new Map<MockWsConnection, Ledger>();
    server.otherwise(async (connection) => {
      const ledger = new Ledger();
      ledgers.set(connection, ledger);
      for await (const message of connection) {
        const wire = message.json() as Wire;
        ledger.take(wire);
        const answer = async (): Promise<void> => {
          if (connection.isOpen) await connection.sendJson({ id: wire.id, ok: true });
        };
        if (random() < 0.5) await answer();
        else setTimeout(() => void answer().catch(() => {}), random() * 6);
      }
    });
    const limits = random() < 0.5 ? { topicsPerMessage: 3 } : undefined;
    const connection = open({ url: server.url, pingInterval: 0, handler: new TestHandler({ limits }) });
    const { handle } = connection;
    const live = new Set<ReturnType<typeof handle.subscribe>>();
    for (let step = 0; step < 40; step += 1) {
      const dice = random();
      const topic = `t${Math.floor(random() * 6)}`;
      if (dice < 0.45) live.add(handle.subscribe(random() < 0.3 ? [topic, "t0"] : topic));
      else if (dice < 0.85) {
        const [some] = [...live].slice(Math.floor(random() * live.size));
        if (some !== undefined) {
          live.delete(some);
          await some.close();
        }
      } else if (dice < 0.93) await server.disconnectAll(random() < 0.5 ? "reset" : "cut");
      else await new Promise((resolve) => setTimeout(resolve, random() * 8));
    }
    const wanted = [...new Set([...live].flatMap(({ topics }) => topics))].toSorted();
    expect([...handle.topics].toSorted(), `seed ${seed}`).toEqual(wanted);
    await eventually(`the topics of seed ${seed}`, () => {
      const last = [...ledgers].at(-1);
      return last !== undefined && last[0].isOpen && [...last[1].subscribed].toSorted().join() === wanted.join();
    });
    await Promise.all([...live].map(({ ready }) => ready));
    expect(
      [...ledgers.values()].flatMap(({ faults }) => faults),
      `seed ${seed}`,
    ).toEqual([]);
    await connection.close();
    await server.close();
  }
});
