import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RelayConfig } from "hpx-relay";
import type { LogUnderTest } from "../logs/log-under-test.js";
import { SETTINGS } from "../settings.js";
import type { Source } from "../sources/source.js";
import { RelayChild } from "./relay-child.js";

/** Every fault of relays, for the plan. */
export const RELAY_FAULTS = [
  "relay: SIGKILL",
  "relay: SIGTERM",
  "relay: SIGSTOP, shortly",
  "relay: SIGSTOP, until others took over",
  "relays: all SIGKILL",
] as const;

/** A relay was killed, stopped, or asked to end. */
export interface Ending {
  readonly how: (typeof RELAY_FAULTS)[number];
  readonly id: string;
  /** By `Date.now()`. */
  readonly at: number;
}

/** The relays of the run. */
export class Fleet {
  readonly endings: Ending[] = [];
  readonly #folder: string;
  readonly #relays: readonly RelayChild[];

  private constructor(folder: string, relays: readonly RelayChild[]) {
    this.#folder = folder;
    this.#relays = relays;
  }

  static async start(
    log: LogUnderTest,
    sources: readonly Source[],
    sourcesUrl: string,
    onViolation: (message: string) => void,
  ): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), "hpx-chaos-relays-"));
    const file = configIn(folder);
    await writeFile(file, JSON.stringify(configFor(log, sources, sourcesUrl), undefined, 2));
    const relays = Array.from(
      { length: log.relays },
      (_, index) => new RelayChild(`r${index}`, file, join(folder, `r${index}.log`), onViolation),
    );
    for (const relay of relays) relay.start();
    return new Fleet(folder, relays);
  }

  /** The file with the relays' configuration. */
  get config(): string {
    return configIn(this.#folder);
  }

  /** Where the relays write their lines. */
  get folder(): string {
    return this.#folder;
  }

  /** All of them run. */
  get isWhole(): boolean {
    return this.#relays.every((relay) => relay.isRunning);
  }

  async disturb(how: (typeof RELAY_FAULTS)[number], length: number, choice: number): Promise<void> {
    const relay = this.#relays[Math.floor(choice * this.#relays.length)] as RelayChild;
    const at = Date.now();
    const all = how === "relays: all SIGKILL";
    for (const { id } of all ? this.#relays : [relay]) this.endings.push({ how, id, at });
    switch (how) {
      case "relay: SIGSTOP, shortly":
      case "relay: SIGSTOP, until others took over":
        return await relay.pause(length);
      case "relay: SIGTERM":
        await relay.terminate();
        break;
      case "relay: SIGKILL":
        await relay.kill();
        break;
      case "relays: all SIGKILL":
        await this.killAll();
    }
    await sleep(length);
    this.startAll();
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.kill()));
  }

  startAll(): void {
    for (const relay of this.#relays) relay.start();
  }

  /** Sources that are in doubt at the end, with what the relays say of them. */
  async troubles(): Promise<string[]> {
    const all = await Promise.all(this.#relays.map(async (relay) => [relay.id, await relay.status()] as const));
    return all.flatMap(([id, status]) =>
      status === undefined
        ? [`${id} tells no status`]
        : status.sources
            .filter(({ state }) => state !== "flowing" && state !== "standby")
            .map(({ name, state, error = "", n }) => `${id} says of ${name}: ${state} at ${n} ${error}`),
    );
  }

  /** How often the relays that run now met a log that lost its end. */
  async rewinds(): Promise<number> {
    const all = await Promise.all(this.#relays.map((relay) => relay.status()));
    return all.flatMap((status) => status?.sources ?? []).reduce((sum, { rewinds }) => sum + rewinds, 0);
  }

  async terminateAll(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.terminate()));
  }

  /** `keep`: the relays' lines are left for a reader. */
  async close(keep: boolean): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.close()));
    if (!keep) await rm(this.#folder, { recursive: true, force: true });
  }
}

function configIn(folder: string): string {
  return join(folder, "relay.json");
}

function configFor(log: LogUnderTest, sources: readonly Source[], url: string): RelayConfig {
  const isShared = log.relays > 1;
  return {
    log: log.url,
    ...(isShared && { group: { ttl: SETTINGS.ttl } }),
    defaults: { idleTimeout: SETTINGS.idleTimeout },
    sources: Object.fromEntries(
      sources.map(({ name, kind: { options, first } }) => [
        name,
        { url: url + name, ...options, ...(first !== "" && { start: { after: first } }) },
      ]),
    ),
  };
}
