import { setTimeout as sleep } from "node:timers/promises";
import { audit } from "./audit/auditor.js";
import type { Findings } from "./audit/findings.js";
import { secondOpinion } from "./audit/second-opinion.js";
import { type Span, Takeovers } from "./audit/takeovers.js";
import { writeTraces } from "./audit/traces.js";
import type { LogUnderTest } from "./logs/log-under-test.js";
import { COPY, type Faults, planOf, ROLL_BACK, type Step } from "./plan/plan.js";
import { Fleet, type RELAY_FAULTS } from "./relays/fleet.js";
import { Rng } from "./rng.js";
import { SETTINGS } from "./settings.js";
import { makeSources, Producer, SOURCE_FAULTS } from "./sources/producer.js";
import { ANSWER_FAULTS, SourceServer } from "./sources/server.js";
import type { Source } from "./sources/source.js";
import { Tally } from "./tally.js";

/** Options of {@link ChaosRun}. */
export interface ChaosOptions {
  readonly seed: number;
  /** How long faults happen, in milliseconds; every one happens once at least, however long it takes. */
  readonly duration: number;
  readonly faults: Faults;
  readonly log: LogUnderTest;
  readonly print: (line: string) => void;
}

/** The results of a run. */
export interface Figures {
  readonly findings: Findings;
  readonly sources: readonly Source[];
  readonly faults: Tally;
  readonly takeovers: ReadonlyMap<string, readonly number[]>;
  /** What must not be, beside what the auditor found. */
  readonly violations: readonly string[];
}

/** Pauses between faults, in milliseconds. */
const PAUSES = { relays: [300, 3000], log: [500, 4000] } as const;

/** Sources that break, relays that are killed, a log that goes away: and an auditor that looks at the log afterwards. */
export class ChaosRun {
  readonly #options: ChaosOptions;
  readonly #sources: readonly Source[];
  readonly #tally: Tally;
  readonly #violations: string[] = [];
  /** When the log was not whole. */
  readonly #disturbances: Span[] = [];
  /** How often relays said that the log lost its end. */
  #rewinds = 0;
  /** Holds the other lane while one works on everything. */
  #relaysFree: Promise<void> = Promise.resolve();
  #logFree: Promise<void> = Promise.resolve();

  constructor(options: ChaosOptions) {
    this.#options = options;
    const { relays, log } = options.faults;
    this.#tally = new Tally([...relays, ...log, ...ANSWER_FAULTS, ...SOURCE_FAULTS]);
    this.#sources = makeSources(options.seed, options.log.relays > 1);
  }

  async run(): Promise<Figures> {
    const { seed, log, print } = this.#options;
    const server = await SourceServer.start(this.#sources, seed, this.#tally);
    const producer = new Producer(this.#sources, server, seed, this.#tally);
    const fleet = await Fleet.start(log, this.#sources, server.url, (violation) => this.#violations.push(violation));
    let isGood = false;
    try {
      await this.#until(SETTINGS.warmUp, "every source in the log", async () => {
        const numbers = fleet.isWhole ? await log.lastNumbers(this.#sources.map(({ name }) => name)) : new Map();
        return this.#sources.every(({ name }) => (numbers.get(name) ?? 0) > 0);
      });
      producer.isCalm = false;
      await this.#disturb(fleet);
      print("the faults are over: the last events");
      producer.isCalm = true;
      fleet.startAll();
      await this.#drain(fleet, server, producer);
      await fleet.terminateAll();
      print("the auditor reads the log");
      const takeovers = new Takeovers(this.#sources, fleet.endings, this.#disturbances);
      const findings = await audit(log, this.#sources, this.#tally.get(ROLL_BACK), takeovers);
      this.#countMarks(findings);
      this.#violations.push(...(await secondOpinion(fleet.config)));
      isGood = findings.words.length === 0 && this.#violations.length === 0;
      if (!isGood) {
        print(`the relays' own lines, and what the log has of the sources with faults, are in ${fleet.folder}`);
        const faulty = this.#sources.filter(({ name }) => findings.sources.has(name));
        await writeTraces(log, faulty, fleet.folder);
      }
      return {
        findings,
        sources: this.#sources,
        faults: this.#tally,
        takeovers: takeovers.times,
        violations: this.#violations,
      };
    } finally {
      producer.stop();
      await fleet.close(!isGood);
      await server.close();
    }
  }

  /** Both lanes of faults at the same time: that of the relays, and that of the log. */
  async #disturb(fleet: Fleet): Promise<void> {
    const { seed, faults, duration } = this.#options;
    const end = performance.now() + duration;
    const relays = planOf(faults.relays, PAUSES.relays, new Rng(seed, 3));
    const log = planOf(faults.log, PAUSES.log, new Rng(seed, 4));
    await Promise.all([
      this.#lane(relays, faults.relays, end, 0, async (step) => await this.#disturbRelays(fleet, step)),
      this.#lane(log, faults.log, end, SETTINGS.alone, async (step) => await this.#disturbLog(fleet, step)),
    ]);
    await this.#meetRollBack(fleet);
  }

  /** `rest`: the pause after each round of all faults. */
  async #lane(
    plan: Generator<Step, never>,
    faults: readonly string[],
    end: number,
    rest: number,
    work: (step: Step) => Promise<void>,
  ): Promise<void> {
    for (let count = 0; faults.length > 0 && (count < faults.length || performance.now() < end); count += 1) {
      const step = plan.next().value;
      await sleep(step.pause);
      this.#options.print(`${step.fault}, ${step.length} ms`);
      await work(step);
      this.#tally.add(step.fault);
      if ((count + 1) % faults.length === 0) await sleep(Math.min(rest, Math.max(0, end - performance.now())));
    }
  }

  async #disturbRelays(fleet: Fleet, { fault, length, choice }: Step): Promise<void> {
    await this.#relaysFree;
    const work = fleet.disturb(fault as (typeof RELAY_FAULTS)[number], length, choice);
    this.#logFree = work.catch(() => {});
    await work;
  }

  async #disturbLog(fleet: Fleet, { fault, length, choice }: Step): Promise<void> {
    const { log } = this.#options;
    const from = Date.now();
    if (fault === COPY || fault === ROLL_BACK) {
      const work = this.#replaceLog(fleet, fault, choice);
      this.#relaysFree = work.catch(() => {});
      await work;
    } else {
      await log.disturb(fault, length, choice);
    }
    this.#disturbances.push({ from, to: Date.now() });
  }

  /** The relays of a shared log live on, and meet a log that lost its end. */
  async #replaceLog(fleet: Fleet, fault: string, choice: number): Promise<void> {
    const { log } = this.#options;
    await this.#logFree;
    const isAlone = log.relays === 1;
    // The first time they meet it surely.
    const dies = fault === ROLL_BACK && choice < 0.2 && this.#tally.get(ROLL_BACK) > 0;
    if (isAlone || dies) await fleet.killAll();
    await (fault === COPY ? log.copy() : log.rollBack());
    fleet.startAll();
    if (fault !== ROLL_BACK) return;
    await sleep(SETTINGS.ttl);
    if (!isAlone) this.#rewinds += await fleet.rewinds();
  }

  /** A busy machine may have kept every relay from its sources when the log lost its end: then that is done once more. */
  async #meetRollBack(fleet: Fleet): Promise<void> {
    const { log, faults } = this.#options;
    if (log.relays === 1 || !faults.log.includes(ROLL_BACK)) return;
    for (let tries = 0; tries < SETTINGS.rollBacks && this.#rewinds === 0; tries += 1) {
      for (const fault of [COPY, ROLL_BACK]) {
        await this.#until(SETTINGS.settle, "every relay runs", () => fleet.isWhole);
        await sleep(SETTINGS.lastEvents);
        this.#options.print(`${fault}, once more`);
        await this.#disturbLog(fleet, { fault, pause: 0, length: 0, choice: 1 });
        this.#tally.add(fault);
      }
    }
  }

  /** Waits until all are heard, then for the last events of all. */
  async #drain(fleet: Fleet, server: SourceServer, producer: Producer): Promise<void> {
    const { log } = this.#options;
    server.calmDown();
    await this.#until(SETTINGS.settle, "every relay runs, and every source is heard", () => {
      const { heard } = server;
      return fleet.isWhole && this.#sources.every(({ name }) => heard.has(name));
    });
    await sleep(SETTINGS.quiet);
    for (const source of this.#sources) source.publish();
    await sleep(SETTINGS.lastEvents);
    producer.stop();
    let before = "";
    let looks = 0;
    await this.#until(SETTINGS.drain, "the last events are in the log", async () => {
      const numbers = await log.lastNumbers(this.#sources.map(({ name }) => name));
      const now = JSON.stringify([...numbers]);
      looks = now === before ? looks + 1 : 0;
      before = now;
      await sleep(1000);
      return looks >= SETTINGS.stillLooks;
    });
    this.#violations.push(...(await fleet.troubles()));
  }

  #countMarks({ counts }: Findings): void {
    this.#tally.add("marker: gap", counts.gaps);
    this.#tally.add("marker: reset", counts.resets);
    // A relay that was down when the log lost its end knows nothing of it.
    if (this.#options.log.relays > 1) this.#tally.add("marker: rewind", counts.rewinds);
    for (const { connects } of this.#sources) {
      this.#tally.add("source: connects", connects.length);
    }
  }

  async #until(longest: number, what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + longest;
    while (!(await condition())) {
      if (performance.now() > end) {
        this.#violations.push(`not within ${longest} ms: ${what}`);
        return;
      }
      await sleep(50);
    }
  }
}
