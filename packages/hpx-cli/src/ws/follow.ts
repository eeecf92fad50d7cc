import type { WsConnection, WsMessage, WsSubscription } from "hpx-transport/websocket";
import type { CommandContext, Sink } from "../output.js";
import type { Secrets } from "../request/secrets.js";
import { serverText } from "../server-text.js";
import { errorLine } from "../text.js";
import { EXIT, type ExitCode } from "../usage.js";
import { runUntilStopped, wordsFor } from "../view/ending.js";
import type { Progress } from "../view/progress.js";
import type { View } from "../view/view.js";
import { pump, stopReading } from "./pump.js";

/** What to do with a connection, and until when. */
interface WsFollowOptions {
  readonly topics: readonly string[];
  /** Whether to send the lines of standard input. */
  readonly input: boolean;
  /** Close when they are over. */
  readonly untilEof: boolean;
  /** @defaultValue no limit */
  readonly maxMessages?: number | undefined;
  /** In milliseconds. @defaultValue until it is over */
  readonly time?: number | undefined;
}

/** The parts that {@link followWs} needs. */
interface WsFollowContext {
  readonly view: View<WsMessage>;
  readonly progress: Progress;
  readonly sink: Sink;
  readonly secrets: Secrets;
  readonly command: CommandContext;
}

/** Shows the messages of a connection until it is over, or until there is a reason to stop; resolves with the exit code. */
export async function followWs(
  connection: WsConnection,
  options: WsFollowOptions,
  { view, progress, sink, secrets, command }: WsFollowContext,
): Promise<ExitCode> {
  const { handle } = connection;
  const { interrupted, stdin } = command;
  progress.countWith(() => handle.stats);
  let opened = false;
  connection.opened.then(
    () => (opened = true),
    () => {},
  );
  const explain = (error: unknown): void => {
    view.note(secrets.hide(errorLine(error)));
    const text = serverText(error, secrets);
    if (text !== undefined) view.note(`the server says: ${text}`);
  };
  const enough = new Deferred();
  const { maxMessages = Infinity } = options;
  const show = async (batch: readonly WsMessage[]): Promise<void> => {
    const shown = batch.slice(0, maxMessages - progress.events);
    progress.add(shown.length);
    await view.show(shown);
    if (progress.events >= maxMessages) enough.resolve();
  };
  let refused = 0;
  const follow = async (subscription: WsSubscription): Promise<void> => {
    try {
      for await (const batch of subscription.batches()) await show(batch);
    } catch (error) {
      // The connection's own end is told once, by its stream.
      if (handle.state.status === "closed") return;
      refused += 1;
      explain(error);
      // Nothing else was asked for.
      if (refused === options.topics.length) enough.reject(error);
    }
  };
  const consume = async (): Promise<boolean> => {
    const streams = (async (): Promise<boolean> => {
      for await (const batch of connection.batches()) await show(batch);
      return false;
    })();
    for (const topic of options.topics) void follow(handle.subscribe(topic));
    if (options.input) void send();
    return await Promise.race([streams, enough.promise.then(() => true)]);
  };
  const send = async (): Promise<void> => {
    try {
      const isOver = await pump(handle, { stdin, note: (line) => view.note(secrets.hide(line)) });
      if (isOver && options.untilEof) enough.resolve();
    } catch (error) {
      enough.reject(error);
    }
  };
  const ending = await runUntilStopped(connection, consume, { sink, interrupted, time: options.time });
  await connection.close();
  if (options.input) stopReading(stdin);
  // A reader that has gone, as head does, gets no ending.
  view.close(ending.how === "reader gone" ? undefined : `${wordsFor(ending)}: ${progress.summary()}`);
  if (ending.how === "failed") {
    if (options.topics.length === 0 || refused < options.topics.length) explain(ending.error);
    return EXIT.gaveUp;
  }
  if (ending.how !== "time is up" || opened) return EXIT.ended;
  view.note("no response came in time");
  return EXIT.gaveUp;
}

/** A promise that is settled from outside. */
class Deferred {
  resolve: () => void = () => {};
  reject: (error: unknown) => void = () => {};
  readonly promise: Promise<void>;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // It may be rejected after the end.
    this.promise.catch(() => {});
  }
}
