import { MockWsServer, type MockWsConnection, seededRandom } from "../../../src/testing/index.js";
import { WsConnection } from "../../../src/websocket/index.js";
import { eventually } from "../../support/promises.js";
import { QUICK, TestHandler, type Wire } from "../support.js";

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

/** What one schedule showed. */
export interface ScheduleResult {
  /** The topics that are subscribed to in the end, as the consumer, the handle and the server know them. */
  readonly wanted: string;
  readonly handle: string;
  readonly server: string;
  /** The rules that the client broke on any connection. */
  readonly faults: readonly string[];
}

/**
 * F14: subscribes and closes at random moments, while answers take a random time and connections drop. On each connection the
 * server must see every wanted topic subscribed to once, and in the end exactly what is wanted.
 */
export async function runSchedule(seed: number): Promise<ScheduleResult> {
  const random = seededRandom(seed);
  await using server = await MockWsServer.start();
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
  const options = { url: server.url, pingInterval: 0, reconnect: QUICK, closeTimeout: 200 };
  await using connection = WsConnection.open(options, new TestHandler({ limits }));
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
  const wanted = sorted([...live].flatMap(({ topics }) => topics));
  const last = (): [MockWsConnection, Ledger] | undefined => [...ledgers].at(-1);
  await eventually(`the topics of seed ${seed}`, () => {
    const [peer, ledger] = last() ?? [];
    return peer?.isOpen === true && ledger !== undefined && sorted(ledger.subscribed) === wanted;
  });
  await Promise.all([...live].map(({ ready }) => ready));
  const faults = [...ledgers.values()].flatMap((ledger) => ledger.faults);
  return { wanted, handle: sorted(handle.topics), server: sorted(last()?.[1].subscribed ?? []), faults };
}

function sorted(topics: Iterable<string>): string {
  return [...new Set(topics)].toSorted().join();
}
