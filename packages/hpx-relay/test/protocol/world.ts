import { type LogRecord, type VerifyReport, verify } from "hpx-relay";
import { GroupCommit } from "../../src/commit/group-commit.js";
import { noCounts } from "../../src/source/counts.js";
import { Owner } from "../../src/source/owner.js";
import { SourceRunner } from "../../src/source/runner.js";
import { type FaultRates, type FaultyClient, SharedLog } from "./faulty-log.js";
import { ModelSource, type SourceKind } from "./model-source.js";

/** One process of a group that has the wrong view all the time: it runs every source. */
class Process {
  readonly runners: SourceRunner[] = [];
  readonly #client: FaultyClient;
  readonly #commit: GroupCommit;

  constructor(name: string, log: SharedLog, sources: ReadonlyMap<string, ModelSource>) {
    this.#client = log.client();
    const observer = { stateChanged: () => {}, committed: () => {} };
    this.#commit = new GroupCommit(this.#client, observer, () => Math.random() < 0.5);
    const owner = new Owner(name);
    for (const [source, model] of sources) {
      const runner = new SourceRunner(source, noCounts(), {
        log: this.#client,
        commit: this.#commit,
        owner,
        openFeed: (id) => model.open(id),
        start: "",
        numeric: model.kind === "numeric",
        onState: (state) => {
          if (state.kind === "failed") throw state.error;
        },
      });
      this.runners.push(runner);
      runner.start();
    }
  }

  /** `kill -9`. What it has sent may still arrive. */
  kill(): void {
    this.#client.dead = true;
    this.#commit.stop();
    for (const runner of this.runners) void runner.stop();
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
    this.#commit.stop();
  }
}

/** What a run is made of. */
export interface Plan {
  readonly owners: number;
  readonly kinds: readonly SourceKind[];
  readonly rates: FaultRates;
  /** The chance of a kill of a process in each step of 200 ms. */
  readonly kills: number;
  /** The chance that the log loses its end in each step. */
  readonly rewinds: number;
  readonly steps: number;
}

/** What came out. */
export interface Outcome {
  readonly report: VerifyReport;
  /** The first event of the log that is not the source's event in its place. */
  readonly wrong: string | undefined;
  /** Events that a source has, and the log has not, after a quiet time. */
  readonly missing: number;
  readonly counts: SharedLog["counts"];
}

const STEP = 200;
const QUIET_STEPS = 150;
const NO_FAULTS: FaultRates = {
  lostReply: 0,
  lateCopy: 0,
  lostRequest: 0,
  spurious: 0,
  secondCopy: 0,
  staleTail: 0,
  tailsAway: 0,
};

/** Runs processes that all want every source, with faults, then without; `advance` moves the virtual time. */
export async function runWorld(
  plan: Plan,
  random: () => number,
  advance: (milliseconds: number) => Promise<unknown>,
): Promise<Outcome> {
  const log = new SharedLog(random, plan.rates);
  const sources = new Map(
    plan.kinds.map((kind, index) => [`${kind.replace(" ", "-")}-${index}`, new ModelSource(kind, random)]),
  );
  const grow = (most: number): void => {
    for (const source of sources.values()) source.count += Math.floor(random() * most);
  };
  const begin = (name: number): Process => new Process(`p${name}`, log, sources);
  const processes = Array.from({ length: plan.owners }, (_, index) => begin(index));
  for (let step = 0; step < plan.steps; step += 1) {
    grow(8);
    await advance(STEP);
    if (random() < plan.kills) {
      const victim = Math.floor(random() * processes.length);
      processes[victim]?.kill();
      processes[victim] = begin(victim);
    }
    if (random() < plan.rewinds) log.rewind(1 + Math.floor(random() * 25));
  }
  log.rates = NO_FAULTS;
  for (const source of sources.values()) source.calm = true;
  await advance(QUIET_STEPS * STEP);
  const stopping = Promise.all(processes.map((process) => process.stop()));
  await advance(10_000);
  await stopping;
  const numeric = new Set([...sources].filter(([, { kind }]) => kind === "numeric").map(([name]) => name));
  const client = log.client();
  const reading = verify(client, { numeric });
  await advance(100);
  const report = await reading;
  return { report, counts: log.counts, ...compare(log.records, sources) };
}

function compare(
  records: readonly LogRecord[],
  sources: ReadonlyMap<string, ModelSource>,
): Pick<Outcome, "wrong" | "missing"> {
  let missing = 0;
  for (const [name, source] of sources) {
    const events = records.filter((record) => record.source === name && record.kind === undefined);
    for (const [index, { data, n, id }] of events.entries()) {
      const text = Buffer.from(data).toString();
      const expected = ModelSource.dataOf(index + 1);
      if (text !== expected || n !== index + 1) {
        return { wrong: `${name}: event ${n} (${id}) in place ${index + 1} is ${text}, not ${expected}`, missing };
      }
    }
    missing += source.count - events.length;
  }
  return { wrong: undefined, missing };
}
