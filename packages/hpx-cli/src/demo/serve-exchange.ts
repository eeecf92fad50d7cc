import { EXIT, type ExitCode } from "../usage.js";
import { Output, type CommandContext } from "../output.js";
import { elapsed } from "./timing.js";
import { API_KEY, MockExchange } from "./exchange.js";

export interface ServeOptions {
  /** @defaultValue until Ctrl-C */
  readonly seconds?: number | undefined;
  readonly skipId?: boolean;
  readonly repeatId?: boolean;
}

/** How long a connection lasts, in milliseconds, more or less. */
const CONNECTION_LIFETIME = 2000;

/** Runs the mock exchange for other programs to consume; its URL is the one line on standard output. */
export async function serveExchange({ seconds, ...faults }: ServeOptions, context: CommandContext): Promise<ExitCode> {
  const { stderr, interrupted } = context;
  await using exchange = await MockExchange.start({ cutEvery: CONNECTION_LIFETIME, ...faults });
  stderr.write(`try: hpx sse -H "X-Api-Key: ${API_KEY}" ${exchange.url}\n`);
  await new Output(context).line(exchange.url);
  await elapsed(seconds === undefined ? undefined : seconds * 1000, interrupted);
  return EXIT.ended;
}
