import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandContext, Output } from "../../output.js";
import { errorLine } from "../../text.js";
import { EXIT, type ExitCode, UsageError } from "../../usage.js";
import { elapsed } from "../timing.js";
import { type DemoLog, type DemoLogKind, openDemoLog } from "./demo-log.js";
import { Exchanges, type ExchangeFaults } from "./exchanges.js";
import { verifyLog } from "./relay-process.js";
import { Relays } from "./relays.js";
import { outcomeOf } from "./verdict.js";
import { RelayView } from "./view.js";

/** How to run the demo of the relay. */
export interface RelayDemoOptions extends ExchangeFaults {
  /** How long the exchanges trade. */
  readonly seconds: number;
  /** Which log; `undefined`: NATS where a nats-server is found, otherwise SQLite. */
  readonly log: DemoLogKind | undefined;
  /** The file of the program `hpx`. */
  readonly program: string;
}

/** When a relay is killed, and when over SQLite the next one starts, as parts of the run. */
const KILL_AT = 0.4;
const NEXT_AT = 0.5;
/** How long a relay may take to begin, and the last trades to come into the log, in milliseconds. */
const PATIENCE = 60_000;

/** Exchanges, a log, and relays as processes of their own, one of which is killed. Resolves with the exit code. */
export async function runRelays(options: RelayDemoOptions, context: CommandContext): Promise<ExitCode> {
  const output = new Output(context);
  const folder = await mkdtemp(join(tmpdir(), "hpx-demo-"));
  const stop = AbortSignal.any([context.interrupted, output.failed]);
  try {
    return await relay(options, { context, output, folder, stop });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (output.readerIsGone) return EXIT.ended;
    context.stderr.write(`${context.interrupted.aborted ? "interrupted" : errorLine(error)}\n`);
    return EXIT.gaveUp;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a run works with. */
interface Run {
  readonly context: CommandContext;
  readonly output: Output;
  readonly folder: string;
  /** Aborted when the run is to end early. */
  readonly stop: AbortSignal;
}

async function relay(options: RelayDemoOptions, { context, output, folder, stop }: Run): Promise<ExitCode> {
  const { program } = options;
  await using log = await openDemoLog(options.log, folder);
  await using exchanges = await Exchanges.start(options);
  await using relays = new Relays();
  const rows = (): { name: string; issued: number; written: number; owner: string | undefined; state: string }[] =>
    exchanges.names.map((name) => {
      const { lastId, ...rest } = relays.of(name);
      return { name, issued: exchanges.lastIdOf(name), written: lastId, ...rest };
    });
  const written = (): number => rows().reduce((sum, row) => sum + row.written, 0);
  const file = await exchanges.writeConfig(folder, log.config);
  const { environment } = exchanges;
  const view = new RelayView(output, rows, context.env);
  try {
    await view.say(`${exchanges.names.join(", ")}: three exchanges trade, and break their connections`);
    await view.say(log.description);
    const start = async (...ids: readonly string[]): Promise<void> => {
      const started = await Promise.all(ids.map((id) => relays.start({ program, file, id, environment })));
      for (const { id, pid, greeting } of started) await view.say(`${id} (process ${pid}): ${greeting}`);
    };
    const atKill = await trade(options.seconds, { log, exchanges, relays, view, stop, start, written });
    await output.line(`$ hpx relay verify feeds.yaml`);
    const verified = await verifyLog(program, file);
    const { issued } = exchanges;
    const outcome = outcomeOf({ issued, written: written(), afterKill: written() - atKill, verified });
    for (const failure of outcome.failures) context.stderr.write(`${failure}\n`);
    await output.line(verified.line);
    return outcome.exitCode;
  } finally {
    view.close();
  }
}

/** What the trade takes. */
interface Trade {
  readonly log: DemoLog;
  readonly exchanges: Exchanges;
  readonly relays: Relays;
  readonly view: RelayView;
  readonly stop: AbortSignal;
  readonly start: (...ids: readonly string[]) => Promise<void>;
  readonly written: () => number;
}

/** From the first trade in the log until the last one is in the log. Resolves with how many were in the log at the kill. */
async function trade(seconds: number, { log, exchanges, relays, view, stop, start, written }: Trade): Promise<number> {
  const patience = (): AbortSignal => AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]);
  await start(...(log.kind === "nats" ? ["one", "two"] : ["one"]));
  await relays.until(() => exchanges.names.every((name) => relays.of(name).lastId > 0), patience());
  const begun = performance.now();
  const until = async (part: number): Promise<void> => {
    await elapsed(Math.max(0, begun + seconds * 1000 * part - performance.now()), stop);
    stop.throwIfAborted();
  };
  await until(KILL_AT);
  const victim = await relays.busiest();
  await relays.end(victim, "SIGKILL");
  const atKill = written();
  await view.say(`kill -9 ${victim.id}: ${exchanges.issued} trades were issued, ${atKill} are in the log`);
  if (log.kind === "sqlite") {
    await until(NEXT_AT);
    await start("two");
  }
  await until(1);
  exchanges.stop();
  await view.say(`the exchanges close: ${exchanges.issued} trades were issued`);
  await relays.until(() => written() >= exchanges.issued, patience()).catch(() => stop.throwIfAborted());
  view.close();
  await relays.endAll();
  return atKill;
}
