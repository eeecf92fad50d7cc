import { setTimeout } from "node:timers/promises";
import { DurableCursor } from "hpx-transport/durable";
import { TransportError } from "hpx-transport";
import { SseConnection, type SseEvent } from "hpx-transport/sse";
import { armKillSwitch, type KillPlan, killPoint, watchFiles, watchStore } from "./kill-switch.js";
import { fileLedger, type OpenedStore, type StorePlan } from "./open-store.js";

export interface ConsumerPlan {
  readonly store: StorePlan;
  readonly name: string;
  readonly url: string;
  /** The file of the ledger; `"database"`: it is in the database; `"saveIn"`: and written in one transaction with the position. */
  readonly ledger: string;
  readonly saveEvery: number;
  /** Hashes in the record: they make it, and the log, long. */
  readonly remember: number;
  readonly kill?: KillPlan | undefined;
  /** Sends the ledger of the database to the parent, and does nothing else. */
  readonly tell?: boolean;
}

const FENCED = 3;
/** Sent to the parent when the first event is there. */
const WORKING = "working";

/** Works on the events of a feed until it ends, or until this process is killed. The parent is test/durable/crash/consumer.ts. */
export async function runConsumer(open: (store: StorePlan) => Promise<OpenedStore>): Promise<void> {
  const plan = JSON.parse(process.argv[2] ?? "") as ConsumerPlan;
  armKillSwitch(plan.kill);
  if (plan.store.kind === "file") await watchFiles();
  const opened = await open(plan.store);
  if (plan.tell === true) {
    const ids = await opened.ledger?.read();
    await new Promise((resolve) => process.send?.(ids, resolve));
  } else {
    await consume(plan, opened);
  }
  await opened.close();
  process.disconnect?.();
}

async function consume(plan: ConsumerPlan, opened: OpenedStore): Promise<void> {
  const { name, url, saveEvery, remember } = plan;
  const store = watchStore(opened.store);
  const cursor = new DurableCursor({ name, store, saveEvery, saveInterval: 20, remember });
  const connection = SseConnection.open({ url, cursor, reconnect: false });
  try {
    let asked = connection.next();
    void asked.then(() => process.send?.(WORKING));
    for (let result = await asked; result.done !== true; result = await asked) {
      killPoint("received");
      // Time enough for a save of this event, which would be too early.
      if (result.value.id.endsWith("5")) await setTimeout(10);
      killPoint("working");
      await work(plan, opened, cursor, result.value);
      killPoint("worked");
      asked = connection.next();
      killPoint("acknowledged");
    }
    await connection.closed;
    await cursor.flush();
  } catch (error) {
    if (!TransportError.is(error, "CURSOR_FENCED")) throw error;
    process.exitCode = FENCED;
  }
}

async function work(
  plan: ConsumerPlan,
  { ledger, transaction }: OpenedStore,
  cursor: DurableCursor,
  event: SseEvent,
): Promise<void> {
  if (plan.ledger === "database") return ledger?.add(event.id);
  if (plan.ledger !== "saveIn") return fileLedger.add(plan.ledger, event.id);
  await transaction?.(async (tx, add) => {
    killPoint("begun");
    await add(event.id);
    killPoint("added");
    await cursor.saveIn(tx, event);
    killPoint("saved in");
  });
  killPoint("committed");
}
