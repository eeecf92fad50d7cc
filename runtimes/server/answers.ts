import type { MockWsConnection } from "hpx-transport/testing";

/** A message of `GenericJsonHandler`, with the operations of the contract. */
interface Call {
  readonly id?: number | string;
  readonly op?: string;
  readonly args?: readonly string[];
  readonly value?: unknown;
}

/**
 * Answers as a service with subscriptions and requests does:
 *
 * - `subscribe`: an acknowledgement, then an update for each topic, with the number of the connection; topics that begin with
 *   `no` are refused
 * - `echo`: its value; `fail`: an error; `silence`: nothing; `cut`: the connection ends without an answer
 */
export async function answerMessages(connection: MockWsConnection, n: number): Promise<void> {
  for await (const message of connection) {
    const { id, op, args = [], value } = message.json() as Call;
    if (op === "subscribe") await subscribe(connection, n, id, args);
    else if (op === "unsubscribe") await connection.sendJson({ id, ok: true });
    else if (op === "echo") await connection.sendJson({ id, value });
    else if (op === "fail") await connection.sendJson({ id, error: { code: 42, message: "it failed" } });
    else if (op === "cut") return await connection.finish("cut");
  }
}

async function subscribe(
  connection: MockWsConnection,
  n: number,
  id: Call["id"],
  args: readonly string[],
): Promise<void> {
  if (args.some((topic) => topic.startsWith("no"))) {
    return await connection.sendJson({ id, error: { code: "unknown topic" } });
  }
  await connection.sendJson({ id, ok: true });
  for (const topic of args) await connection.sendJson({ topic, n });
}
