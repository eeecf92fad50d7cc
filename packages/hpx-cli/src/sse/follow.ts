import {
  type SseConfig,
  SseConnection,
  type SseConnectionState,
  type SseEvent,
  type SseHandlerName,
  sseHandlers,
  type SseLoss,
} from "hpx-transport/sse";
import { asUsage } from "../request/config-error.js";
import type { Secrets } from "../request/secrets.js";
import { serverText } from "../server-text.js";
import { EXIT, type ExitCode, UsageError } from "../usage.js";
import { errorLine } from "../text.js";
import { count } from "../units.js";
import { type Ending, runUntilStopped, wordsFor } from "../view/ending.js";
import type { View } from "../view/view.js";
import type { Sink } from "../output.js";
import type { Progress } from "../view/progress.js";
import type { Resumption } from "./resume.js";

/** Shows a stream of events. */
export type SseView = View<SseEvent>;

/** What to follow, and until when. */
export interface FollowOptions {
  readonly config: SseConfig;
  /** @defaultValue none of a service: the standard's */
  readonly handler?: SseHandlerName | undefined;
  /** @defaultValue all of them */
  readonly events?: readonly string[] | undefined;
  /** @defaultValue no limit */
  readonly maxEvents?: number | undefined;
  /** In milliseconds. @defaultValue until the stream is over */
  readonly time?: number | undefined;
  /** The position that outlives this run; its cursor is in `config`. @defaultValue none */
  readonly resumption?: Resumption | undefined;
}

/** The parts that {@link follow} needs. */
export interface FollowContext {
  readonly view: SseView;
  readonly progress: Progress;
  readonly sink: Sink;
  /** Hides the secrets of the request in what the server says. */
  readonly secrets: Secrets;
  readonly interrupted: AbortSignal;
}

const SERVER_SAYS = "the server says: ";
const GAVE_UP = "It gave up because no stream was opened in all this time; --wait waits without a limit.";

/** Follows a stream until it is over, or until there is a reason to stop; resolves with the exit code. */
export async function follow(options: FollowOptions, context: FollowContext): Promise<ExitCode> {
  const { view, progress, secrets } = context;
  let lastError: unknown;
  let lastText: string | undefined;
  const onStateChange = (state: SseConnectionState): void => {
    progress.changeState(state);
    view.stateChanged(state);
    if (state.status !== "reconnecting") return;
    lastError = state.error;
    const text = serverText(state.error, secrets);
    // The same words at every attempt are said once.
    if (text !== undefined && text !== lastText) view.remark(`${SERVER_SAYS}${text}`);
    lastText = text;
  };
  const onLoss = (lost: SseLoss): void => view.note(lossInWords(lost));
  const handler = Object.assign(sseHandlers[options.handler ?? "generic"](), { onStateChange, onLoss });
  const connection = SseConnection.open(options.config, handler);
  progress.countWith(() => connection.handle.stats);
  let opened = false;
  connection.opened.then(
    () => (opened = true),
    () => {},
  );
  const run = await runUntilStopped(connection, () => consume(connection, options, context), {
    ...context,
    time: options.time,
  });
  const ending = withSave(run, await lastSave(connection, options));
  if (ending.how === "failed") {
    // Such as a name of another stream, which is known only when the store was read.
    const usage = asUsage(ending.error);
    if (usage instanceof UsageError) {
      view.close(undefined);
      throw usage;
    }
  }
  // A reader that has gone, as head does, gets no ending.
  view.close(ending.how === "reader gone" ? undefined : `${wordsFor(ending)}: ${progress.summary()}`);
  const explain = (error: unknown): void => {
    view.note(secrets.hide(errorLine(error)));
    const text = serverText(error, secrets);
    if (text !== undefined) view.note(`${SERVER_SAYS}${text}`);
    if (!opened && hasWaited(options.config, progress)) view.note(GAVE_UP);
  };
  switch (ending.how) {
    case "failed":
      explain(ending.error);
      return EXIT.gaveUp;
    case "time is up":
      // A server that never answered as a stream must not look like a quiet one.
      if (opened) return EXIT.ended;
      if (lastError === undefined) view.note("no response came in time");
      else explain(lastError);
      return EXIT.gaveUp;
    case "ended":
    case "interrupted":
    case "enough":
    case "reader gone":
      return EXIT.ended;
  }
}

/** Closes the connection. Resolves with why the last position could not be saved. */
async function lastSave(connection: SseConnection, { resumption }: FollowOptions): Promise<unknown> {
  await connection.close();
  try {
    await resumption?.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An end that is well is none where the position is not saved. */
function withSave(ending: Ending, saveError: unknown): Ending {
  return ending.how === "failed" || saveError === undefined ? ending : { how: "failed", error: saveError };
}

/** Shows the events; resolves with whether `maxEvents` came before the end of the stream. */
async function consume(
  connection: SseConnection,
  { events: names, maxEvents = Infinity, resumption }: FollowOptions,
  { view, progress, sink }: FollowContext,
): Promise<boolean> {
  for await (const batch of connection.stream.batches()) {
    const wanted = names === undefined ? batch : batch.filter(({ event }) => names.includes(event));
    const shown = wanted.slice(0, maxEvents - progress.events);
    progress.add(shown.length, shown.at(-1)?.id);
    await view.show(shown);
    if (resumption !== undefined && (await sink.taken?.()) !== false) {
      const isCut = shown.length < wanted.length;
      resumption.acknowledge(isCut ? batch.slice(0, batch.indexOf(shown.at(-1) as SseEvent) + 1) : batch);
    }
    if (progress.events >= maxEvents) return true;
  }
  return false;
}

/** Whether the time for the first answer is over. */
function hasWaited({ openTimeout }: SseConfig, progress: Progress): boolean {
  return openTimeout > 0 && progress.age >= openTimeout;
}

function lossInWords(lost: SseLoss): string {
  return lost === "unknown" ? "the server has lost events" : `the server has lost ${count(lost, "event")}`;
}
