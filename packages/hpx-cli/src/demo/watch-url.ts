import type { CommandContext } from "../output.js";
import { errorLine } from "../text.js";
import { consume, consumeFor, openInView } from "./consume.js";
import { present } from "./present.js";
import type { Report, View } from "./view.js";

export interface WatchOptions {
  readonly url: string;
  /** @defaultValue until the stream is over */
  readonly seconds?: number | undefined;
}

/** Shows any stream, with a line for each event name; resolves with the exit code. */
export async function watchUrl(options: WatchOptions, context: CommandContext): Promise<number> {
  return present(context, (view, stop) => watch(options, view, stop));
}

async function watch({ url, seconds }: WatchOptions, view: View, stop: AbortSignal): Promise<Report> {
  const start = performance.now();
  await using connection = openInView({ url }, view);
  let opened = false;
  connection.opened.then(
    () => (opened = true),
    () => {},
  );
  const consuming = consume(connection, view, (event) => ({ event, row: event.event, value: event.data }));
  await consumeFor(seconds === undefined ? undefined : seconds * 1000, consuming, stop);
  const { state } = connection.handle;
  await connection.close();
  await consuming;

  const { events, reconnects } = connection.handle.stats;
  const took = ((performance.now() - start) / 1000).toFixed(1);
  const line = `received ${events} in ${took} s, reconnects ${reconnects}`;
  // A server that never answered as a stream must not look like a quiet one.
  if (opened) return { line, failures: [], exitCode: 0 };
  const why = state.status === "reconnecting" && state.error !== undefined ? [errorLine(state.error)] : [];
  return { line, failures: why, exitCode: 1 };
}
