import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { MockSseServer } from "hpx-transport/testing";
import { Rng } from "./rng.js";
import { nextEvent, replyAtRandom, SERVER_FAULTS } from "./server.js";
import { Lane } from "./lane.js";
import { excess, growth, leftovers, type Sample } from "./levels.js";
import type { Command, Report, ReaderAction } from "./messages.js";
import { SETTINGS } from "./settings.js";
import { Tally } from "./records.js";
import type { Figures } from "./checks.js";
import { DurableLane } from "./durable-lane.js";

/** Options of {@link ChaosRun}. */
export interface ChaosOptions {
  readonly seed: number;
  /** In milliseconds. */
  readonly duration: number;
  /** Called about once a second. */
  readonly onProgress: (line: string) => void;
}

/** A server that sends during the whole run, proxies that break every connection, and a consumer that must lose nothing. */
export class ChaosRun {
  readonly #options: ChaosOptions;
  readonly #server: MockSseServer;
  readonly #lanes: readonly Lane[];
  readonly #durable: DurableLane;
  readonly #consumer: ChildProcess;
  readonly #serverFaults = new Tally(SERVER_FAULTS);
  readonly #actions = new Tally<ReaderAction>(["slow", "pause", "reconnect"]);
  readonly #samples: Sample[] = [];
  readonly #violations: string[] = [];
  /** The lane of the first violation, and the states that the consumer reported. */
  #failedLane: number | undefined;
  readonly #states: string[] = [];
  /** The resources of the consumer's process before all connections, and after. */
  #before: Sample | undefined;
  #after: Sample | undefined;

  private constructor(options: ChaosOptions, server: MockSseServer, lanes: readonly Lane[], durable: DurableLane) {
    this.#options = options;
    this.#server = server;
    this.#lanes = lanes;
    this.#durable = durable;
    this.#consumer = fork(new URL("consumer-process.js", import.meta.url), { execArgv: ["--expose-gc"] });
    this.#consumer.on("message", (report: Report) => this.#take(report));
    this.#consumer.once("exit", (code) => {
      if (this.#after === undefined) this.#violations.push(`the consumer's process exited with ${code}`);
    });
    server.otherwise(
      replyAtRandom({
        rng: new Rng(options.seed, -1),
        tally: this.#serverFaults,
        onAnswer: (lane, answer, eventless) => this.#lanes[lane]?.answered(answer, eventless),
      }),
    );
  }

  /** Runs to the end, or to the first violation. */
  static async run(options: ChaosOptions): Promise<Figures> {
    await using server = await MockSseServer.start({ retention: SETTINGS.retention });
    const starting = Array.from(
      { length: SETTINGS.lanes },
      async (_, lane) => await Lane.start(server.url, options.seed + lane, new Rng(options.seed, -2, lane)),
    );
    const lanes = await Promise.all(starting);
    // Its path is a number after those of the lanes.
    const path = String(SETTINGS.lanes);
    const durable = await DurableLane.start(server.url, path, options.seed - 1, new Rng(options.seed, -4));
    const run = new ChaosRun(options, server, lanes, durable);
    try {
      return await run.#run();
    } finally {
      run.#consumer.kill();
      await durable.close();
      await Promise.all(lanes.map(async (lane) => await lane.close()));
    }
  }

  async #run(): Promise<Figures> {
    const { seed, duration } = this.#options;
    this.#command({ type: "start", seed, urls: this.#lanes.map(({ proxy }, lane) => `${proxy.url}${lane}`) });
    await this.#publishFor(duration);
    if (this.#failed) await this.#explain();
    for (const lane of [...this.#lanes, this.#durable]) lane.calmDown();
    this.#server.otherwise(async (exchange) => await exchange.follow());
    await this.#until(() => this.#missing === 0 || this.#failed, SETTINGS.tailDeadline);
    // After a failure the rest of the events was not waited for.
    const missing = this.#failed ? 0 : this.#missing;
    await sleep(SETTINGS.aftermath);
    await this.#stopConsumer();
    await this.#durable.stop();
    this.#checkDurable();
    return this.#figures(missing);
  }

  get #missing(): number {
    this.#checkDurable();
    return this.#lanes.reduce((sum, { ledger }) => sum + ledger.counts.pending, this.#durable.work.pending);
  }

  #checkDurable(): void {
    this.#violations.push(...this.#durable.violations().map((message) => `durable consumer: ${message}`));
  }

  get #failed(): boolean {
    return this.#violations.length > 0;
  }

  /** Asks the consumer for the states of its connections, for the report of a failure. */
  async #explain(): Promise<void> {
    this.#command({ type: "describe" });
    await this.#until(() => this.#states.length === this.#lanes.length, SETTINGS.sampleEvery);
  }

  async #publishFor(duration: number): Promise<void> {
    const rng = new Rng(this.#options.seed, -3);
    const end = performance.now() + duration;
    while (performance.now() < end && !this.#failed) {
      const count = rng.oneIn(200) ? rng.between(50, 300) : rng.between(1, 3);
      if (this.#missing < SETTINGS.mostUnread) for (let n = 0; n < count; n += 1) this.#publish(rng);
      await sleep(rng.between(5, 15));
    }
  }

  #publish(rng: Rng): void {
    const event = nextEvent(rng);
    const id = this.#server.publish(event);
    for (const { ledger } of this.#lanes) ledger.sent(id, event.data);
    this.#durable.work.sent(id, event.data);
  }

  async #stopConsumer(): Promise<void> {
    if (!this.#consumer.connected) return;
    const exited = once(this.#consumer, "exit");
    this.#command({ type: "stop" });
    await Promise.race([exited, sleep(SETTINGS.tailDeadline, undefined, { ref: false })]);
    if (this.#before === undefined || this.#after === undefined) {
      this.#violations.push("the consumer's process did not stop");
    } else {
      this.#violations.push(...leftovers(this.#after, this.#before));
    }
    for (const { proxy } of this.#lanes) await this.#nothingLeft(proxy);
    await this.#nothingLeft(this.#server);
  }

  async #nothingLeft(peer: { idle(): Promise<void> }): Promise<void> {
    try {
      await peer.idle();
    } catch (error) {
      this.#violations.push(String(error));
    }
  }

  async #until(condition: () => boolean, deadline: number): Promise<void> {
    const end = performance.now() + deadline;
    while (!condition() && performance.now() < end) await sleep(10);
  }

  #command(command: Command): void {
    // A process that has exited is a violation of its own.
    if (this.#consumer.connected) this.#consumer.send(command);
  }

  #take(report: Report): void {
    switch (report.type) {
      case "received":
        return this.#received(report);
      case "action":
        this.#actions.add(report.action);
        if (report.action === "reconnect") this.#lanes[report.lane]?.reconnectRequested(report.at);
        this.#lanes[report.lane]?.trail.add(`consumer: ${report.action}`);
        return;
      case "sample":
        return this.#sampled(report.sample);
      case "violation":
        return this.#violation(report.message, report.lane);
      case "described":
        this.#states[report.lane] = report.state;
        return;
      case "started":
        this.#before = report.before;
        return;
      case "stopped":
        this.#after = report.after;
    }
  }

  #received({ lane, events }: Extract<Report, { type: "received" }>): void {
    for (const [id, data] of events) {
      const wrong = this.#lanes[lane]?.received(id, data);
      if (wrong !== undefined) this.#violation(wrong, lane);
    }
  }

  #sampled(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#before !== undefined) this.#violations.push(...excess(sample, this.#before, this.#lanes.length));
    for (const [index, lane] of this.#lanes.entries()) {
      for (const message of lane.violations()) this.#violation(message, index);
    }
    const received = this.#lanes.reduce((sum, { ledger }) => sum + ledger.counts.received, 0);
    const memory = `heap ${(sample.heap / 1e6).toFixed(1)} MB, rss ${(sample.rss / 1e6).toFixed(0)} MB`;
    const held = `${sample.sockets} sockets, ${sample.timers} timers, ${sample.abortListeners} abort listeners`;
    this.#options.onProgress(`received ${received}, unread ${this.#missing}, ${memory}, ${held}`);
  }

  #violation(message: string, lane: number): void {
    this.#failedLane ??= lane;
    this.#violations.push(`lane ${lane}: ${message}`);
  }

  #figures(missing: number): Figures {
    const fired: Record<string, number> = {};
    const add = (name: string, times: number): void => void (fired[name] = (fired[name] ?? 0) + times);
    for (const { proxy, breaks } of this.#lanes) {
      for (const [kind, times] of Object.entries(proxy.stats)) add(`proxy: ${kind}`, times);
      for (const [how, times] of Object.entries(breaks)) add(`proxy: all ${how}`, times);
    }
    for (const [name, times] of Object.entries(this.#serverFaults.counts)) add(name, times);
    for (const [action, times] of Object.entries(this.#actions.counts)) add(`consumer: ${action}`, times);
    const { kills, work } = this.#durable;
    add("durable consumer: SIGKILL", kills);
    return {
      seed: this.#options.seed,
      durable: { kills, events: work.done, lost: this.#failed ? 0 : work.pending, repeated: work.repeated },
      ledgers: this.#lanes.map(({ ledger }) => ledger.counts),
      missing,
      connects: this.#lanes.reduce((sum, { proxy }) => sum + proxy.connections, 0),
      fired,
      busiestSecond: Math.max(...this.#lanes.map(({ busiestSecond }) => busiestSecond)),
      samples: this.#samples,
      context: this.#failedLane === undefined ? [] : this.#contextOf(this.#failedLane),
      violations: [...this.#violations, ...growth(this.#samples)],
    };
  }

  #contextOf(lane: number): string[] {
    return [...(this.#lanes[lane]?.trail.lines ?? []), `state of lane ${lane}: ${this.#states[lane] ?? "unknown"}`];
  }
}
