import { expect, test } from "vitest";
import { startProgram } from "../../support/bundled-program.js";
import { eventually, startServer } from "../support.js";

const STOPPED = 60_000;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A client with the default heartbeat that tells each message, and each loss. */
const client = (url: string): string => `
  const handler = {
    read: () => ({ kind: "update" }),
    onDisconnect: (error) => process.send({ lost: error?.code ?? null }),
  };
  const c = WsConnection.open({ url: ${JSON.stringify(url)}, handler, idleTimeout: 45_000 });
  for await (const { data } of c) process.send({ data, epoch: c.handle.epoch });`;

test("F27: a process that stood still for 60 s: a healthy link lives, a dead one is noticed by one probe", async () => {
  const [healthy, dead] = [await startServer(), await startServer()];
  const programs = [startProgram(client(healthy.url)), startProgram(client(dead.url))] as const;
  const peers = [
    await healthy.connection(1, { deadline: 15_000 }),
    await dead.connection(1, { deadline: 15_000 }),
  ] as const;
  for (const peer of peers) await peer.send("before");
  for (const { messages } of programs) await eventually("the first message", () => messages.length === 1);
  for (const { child } of programs) child.kill("SIGSTOP");
  await wait(STOPPED / 2);
  peers[1].answersPings = false;
  await peers[0].send("while it stood still");
  await wait(STOPPED / 2);
  for (const { child } of programs) child.kill("SIGCONT");
  // The next ping is 20 s later at most, and its pong is awaited for 10 s.
  await eventually("the second connection", () => dead.connectionCount === 2, 40_000);
  const pings = peers[1].frames.filter(({ kind }) => kind === "ping").length;
  expect(pings).toBeLessThanOrEqual(3);
  await (await dead.connection(2)).send("again");
  await peers[0].send("after");
  for (const { messages } of programs) await eventually("the last message", () => messages.length === 3);
  expect(programs[0].messages).toEqual(["before", "while it stood still", "after"].map((data) => ({ data, epoch: 1 })));
  expect(programs[1].messages).toEqual([
    { data: "before", epoch: 1 },
    { lost: expect.stringMatching(/PONG_TIMEOUT|IDLE_TIMEOUT/) },
    { data: "again", epoch: 2 },
  ]);
  expect(healthy.connectionCount).toBe(1);
}, 150_000);
