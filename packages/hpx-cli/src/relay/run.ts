import { once } from "node:events";
import { Relay, type RelayConfig, type RelayStatus } from "hpx-relay";
import type { CommandContext } from "../output.js";
import { createLogger, readLogLevel } from "../view/log.js";
import { errorLine } from "../text.js";
import { count } from "../units.js";
import { EXIT, type ExitCode } from "../usage.js";
import { readConfig } from "./config.js";

/** The options of the command line. */
export interface RunFlags {
  readonly id?: string;
  readonly status?: string;
  readonly check?: boolean;
  readonly quiet?: boolean;
}

/** Runs a relay until it is asked to stop, or no source is left. */
export async function run(file: string, flags: RunFlags, context: CommandContext): Promise<ExitCode> {
  const hangUps = new HangUps();
  try {
    const { config, folder, settings } = await readConfig(file, context);
    const write = (line: string): void => void context.stderr.write(`${line}\n`);
    if (flags.check === true) {
      write(`${file}: ${count(settings.sources.size, "source")}, nothing is wrong`);
      return EXIT.ended;
    }
    const level = readLogLevel(context.env["HPX_LOG"] ?? (flags.quiet === true ? "error" : "warn"));
    const logger = level === undefined ? undefined : createLogger(level, write);
    const relay = await Relay.start(withFlags(config, flags), { folder, environment: context.env, logger });
    if (flags.quiet !== true) write(begun(relay, settings.sources.size));
    hangUps.serve(async () => {
      const next = await readConfig(file, context);
      await relay.reload(withFlags(next.config, flags));
    }, write);
    const error = await Promise.race([relay.over, stopped(context.interrupted)]);
    const { status } = relay;
    await relay.close();
    if (flags.quiet !== true) write(ending(status));
    if (error === undefined) return EXIT.ended;
    write(`error: no source is left: ${errorLine(error)}`);
    return EXIT.gaveUp;
  } catch (error) {
    if (error instanceof Error && error.name === "UsageError") throw error;
    context.stderr.write(`error: ${errorLine(error)}\n`);
    return EXIT.gaveUp;
  } finally {
    hangUps.ignore();
  }
}

/** The options of the command line win over the file. */
function withFlags(config: RelayConfig, { id, status }: RunFlags): RelayConfig {
  return { ...config, ...(id !== undefined && { id }), ...(status !== undefined && { status }) };
}

function begun({ status, statusUrl }: Relay, sources: number): string {
  const page = statusUrl === undefined ? "" : `, status at ${statusUrl}/`;
  return `relaying ${count(sources, "source")} into ${status.log.url}${page}`;
}

async function stopped(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, "abort");
  return undefined;
}

function ending({ sources }: RelayStatus): string {
  const total = (key: "events" | "gaps" | "duplicates"): number => sources.reduce((sum, each) => sum + each[key], 0);
  const gaps = total("gaps") === 0 ? "" : `, ${count(total("gaps"), "gap")} marked`;
  const again = total("duplicates") === 0 ? "" : `, ${total("duplicates")} that came again dropped`;
  return `stopped: ${count(total("events"), "event")} relayed${gaps}${again}`;
}

/**
 * SIGHUP asks for a reload. It would end the process before somebody listens, so it is noted from the beginning and served
 * when there is something to reload.
 */
class HangUps {
  #isAsked = false;
  #onAsked: () => void = () => {};
  readonly #listener = (): void => {
    this.#isAsked = true;
    this.#onAsked();
  };

  constructor() {
    process.on("SIGHUP", this.#listener);
  }

  /** Calls `reload` for each signal, one at a time; a failure is a line, and what runs goes on. */
  serve(reload: () => Promise<void>, write: (line: string) => void): void {
    let running: Promise<void> | undefined;
    this.#onAsked = () => {
      running ??= this.#reload(reload, write).finally(() => {
        running = undefined;
      });
    };
    if (this.#isAsked) this.#onAsked();
  }

  async #reload(reload: () => Promise<void>, write: (line: string) => void): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      await reload().catch((error: unknown) => write(`error: not reloaded: ${errorLine(error)}`));
    }
  }

  ignore(): void {
    process.off("SIGHUP", this.#listener);
  }
}
