import { SqliteLog } from "hpx-relay";
import { expect, test } from "vitest";
import { feedServer, reached, shown, startRelay } from "../relay-support.js";
import { recordsOf, temporaryFolder } from "../support.js";

test("a source that begins its numbers anew loses nothing, also where it falls silent then", async () => {
  const feed = await feedServer();
  const body = (from: number, to: number): { event: { id: string; data: string } }[] =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      event: { id: String(from + index), data: `event ${from + index}` },
    }));
  // It was started again, and knows nothing of what was before.
  feed.route("/a", { body: body(101, 103) }, { body: body(1, 4), finish: "hold" });
  const path = `${temporaryFolder()}/relay.db`;
  const relay = await startRelay({
    log: `sqlite:${path}`,
    defaults: { start: { after: "100" } },
    sources: { a: { url: new URL("a", feed.url), continuity: "numeric" } },
  });
  await reached(relay, "a", 7);
  await relay.close();
  const log = await SqliteLog.open(path, { readOnly: true });
  const records = await recordsOf(log);
  await log.close();
  expect(shown(records)).toEqual([
    "101=event 101",
    "102=event 102",
    "103=event 103",
    '<reset {"id":"103","began":"1"}>',
    "1=event 1",
    "2=event 2",
    "3=event 3",
    "4=event 4",
  ]);
});
