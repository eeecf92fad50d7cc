import { hashOf } from "../../hash.js";
import type { Message } from "../../log/log.js";
import type { MarkerKind } from "../../marks.js";
import { isNextOf, stepOf } from "./continuity.js";
import type { Arrived } from "../feed.js";
import { type Memory, noMemory } from "./memory.js";
import { OlderEvents } from "./older.js";
import type { AlignOptions, Hashed, Phase } from "./phase.js";
import type { Position } from "../position.js";
import type { Ring, Sighting } from "./ring.js";
import { Trail } from "./trail.js";

/** Events after a connect whose ids are looked for in the log: a source may begin with some that are new. */
const WATCHED = 1000;

/**
 * Turns what a source sends into the messages that the log lacks: joins each connection to the end of the log, drops what
 * comes again, and puts a marker where something is missing. It does no input or output.
 */
export class Aligner {
  readonly #options: AlignOptions;
  #ring: Ring;
  #trail: Trail;
  /** The ring and the trail have all that the log has. */
  #isWhole: boolean;
  #position: Position;
  #phase: Phase;
  /** The last id that the connection sent, also of events that were dropped. */
  #seenId: string;
  /** Events since the connect that are still looked for. */
  #watched = 0;
  readonly #older = new OlderEvents<Hashed>();
  /** Dropped events, so far. */
  duplicates = 0;
  /** Markers of gaps, so far. */
  gaps = 0;

  /** `memory`: of what the log has; `undefined`: it is read when it is needed, see {@link needsMemory}. */
  constructor(position: Position, memory: Memory | undefined, options: AlignOptions) {
    this.#position = position;
    const { ring, trail } = memory ?? noMemory();
    this.#ring = ring;
    this.#trail = new Trail(position, trail);
    this.#isWhole = memory !== undefined || position.n === 0 || position.id === "";
    this.#options = options;
    this.#seenId = position.id;
    this.#phase = "flowing";
  }

  /** After the last message that it returned. */
  get position(): Position {
    return this.#position;
  }

  /**
   * Whether nothing can be said of what has arrived without a memory of what the log has. After a connect, numeric ids that just
   * go on need none: to read ten thousand messages of each source would be most of the time of a takeover.
   */
  needsMemory(arrived: readonly Arrived[]): boolean {
    if (this.#isWhole) return false;
    const isWatching = this.#phase !== "flowing" || this.#watched > 0;
    if (!isWatching && !arrived.some(({ before }) => before?.connected)) return false;
    let last = this.#position.id;
    for (const { id } of arrived) {
      if (!this.#options.numeric || !isNextOf(last, id)) return true;
      last = id;
    }
    return false;
  }

  /** Gives it the memory: all that it returned so far is in the log. */
  remember({ ring, trail }: Memory): void {
    this.#ring = ring;
    this.#trail = new Trail(this.#position, trail);
    this.#isWhole = true;
  }

  /** Adds to `messages` what `arrived` adds to the log, and returns them. */
  accept(arrived: Arrived, at: number, messages: Message[] = []): Message[] {
    const { before } = arrived;
    const event = { arrived, hash: hashOf(arrived.event, arrived.data) };
    if (before === undefined && this.#phase === "flowing" && this.#watched === 0) {
      this.#seenId = arrived.id;
      this.#write(messages, event, at);
      return messages;
    }
    if (before?.lost !== undefined) this.#mark(messages, "gap", { lost: before.lost, found: "server" }, at);
    if (before?.connected === true) this.#connected(messages, at);
    const isSame = arrived.id === this.#seenId;
    const isOwn = before?.hasOwnId ?? !isSame;
    this.#seenId = arrived.id;
    const startsId = isOwn && !(isSame && this.#sharesId(event));
    for (const each of this.#pass(event, startsId, messages, at)) this.#write(messages, each, at);
    return messages;
  }

  /** Events are held, and what follows on the connection tells whether they are new. */
  get isInDoubt(): boolean {
    return this.#older.size > 0;
  }

  /** Nothing that follows told whether the held events are new: they are. */
  decide(at: number): Message[] {
    const messages: Message[] = [];
    for (const each of this.#flow(messages, at)) this.#write(messages, each, at);
    return messages;
  }

  /** A marker after the last message. */
  marker(kind: MarkerKind, facts: Readonly<Record<string, unknown>>, at: number): Message {
    const { n, id, after, hash } = this.#position;
    return { event: "message", id, after, n, at, hash, kind, facts: JSON.stringify(facts), data: "" };
  }

  #connected(messages: Message[], at: number): void {
    // Nothing is in the log: nothing can come again, and nothing is missing.
    if (this.#position.n === 0) return;
    if (this.#position.id === "") {
      this.#mark(messages, "gap", { lost: "unknown", found: "no ids" }, at);
      return;
    }
    this.#phase = "connected";
    this.#watched = WATCHED;
    this.#trail.restart();
  }

  /**
   * Several events may have one id: those after the first are told apart by their content, as events without an id are. Numbers
   * that count are never the same twice: then the source began anew.
   */
  #sharesId({ arrived: { id }, hash }: Hashed): boolean {
    if (this.#options.numeric) return false;
    return this.#phase === "flowing" || this.#ring.look(id, hash) === "changed";
  }

  /** The events that are new, with those that were held until it was clear that they are. */
  #pass(event: Hashed, isOwn: boolean, messages: Message[], at: number): readonly Hashed[] {
    const hasId = isOwn && event.arrived.id !== "";
    if (this.#phase === "flowing") {
      if (!hasId || this.#watched === 0) return [event];
      this.#watched -= 1;
      if (this.#watched === 0) this.#ring.rest();
    }
    if (hasId) return this.#passOwn(event, messages, at);
    if (this.#isReplayed(event)) {
      if (this.#phase === "replaying" && this.isInDoubt) return this.#hold(event);
      this.#phase = "replaying";
      return this.#drop(1 + this.#older.clear());
    }
    this.#phase = "trailing";
    return this.#passTrailing(event, messages, at);
  }

  /** Whether an event without an id of its own follows an id before the last one: the log has it. */
  #isReplayed({ arrived: { id }, hash }: Hashed): boolean {
    if (this.#phase === "trailing" || id === this.#position.id) return false;
    // The connection may have broken among the events that came again, and gone on after one of their ids.
    return this.#phase === "replaying" || (id !== "" && this.#ring.look(id, hash) !== "new");
  }

  /** An event with an id of its own, not long after a connect. */
  #passOwn(event: Hashed, messages: Message[], at: number): readonly Hashed[] {
    const held = this.#trail.give() as readonly Hashed[];
    const sighting = held.length > 0 ? "new" : this.#look(event);
    if (sighting === "seen" || sighting === "older") {
      this.#trail.restart();
      if (sighting === "older") return this.#hold(event);
      this.#phase = "replaying";
      return this.#drop(1 + this.#older.clear());
    }
    const older = this.#flow(messages, at);
    if (sighting === "changed" && older.length === 0) this.#reset(event, messages, at);
    return [...older, ...held, event];
  }

  /** Holds an older event. */
  #hold(event: Hashed): readonly Hashed[] {
    const isFirst = this.#phase === "connected";
    this.#phase = "replaying";
    return this.#drop(this.#older.add(event, isFirst));
  }

  #look({ arrived: { id }, hash }: Hashed): Sighting | "older" {
    if (this.#options.numeric && isNextOf(this.#position.id, id)) return "new";
    const sighting = this.#ring.look(id, hash);
    if (sighting !== "new" || !this.#options.numeric || this.#phase === "flowing") return sighting;
    // The source begins far back: events that are in the log follow.
    const step = stepOf(this.#position.id, id);
    return step !== undefined && step <= 0n ? "older" : "new";
  }

  #passTrailing(event: Hashed, messages: Message[], at: number): readonly Hashed[] {
    const answer = this.#trail.meet(event, event.hash);
    if (answer.kind === "wait") return [];
    if (answer.kind === "same") {
      this.#drop(answer.count + this.#older.clear());
      return this.#flow(messages, at);
    }
    return [...this.#flow(messages, at), ...(answer.held as Hashed[])];
  }

  /** What follows is new, and so is what was held: none of the log came after it, so the source began its ids anew. */
  #flow(messages: Message[], at: number): readonly Hashed[] {
    this.#phase = "flowing";
    const { dropped } = this.#older;
    if (dropped > 0) this.#mark(messages, "gap", { lost: dropped, found: "reset" }, at);
    const older = this.#older.give();
    this.#older.clear();
    if (older[0] !== undefined) this.#reset(older[0], messages, at);
    return older;
  }

  #reset({ arrived }: Hashed, messages: Message[], at: number): void {
    this.#mark(messages, "reset", { id: this.#position.id, began: arrived.id }, at);
    this.#ring.clear();
  }

  #drop(count: number): readonly Hashed[] {
    this.duplicates += count;
    return [];
  }

  #write(messages: Message[], written: Hashed, at: number): void {
    const { arrived, hash } = written;
    const { id, event, data } = arrived;
    const before = this.#position;
    const isNext = id !== before.id || before.n === 0 || messages.at(-1)?.kind === "reset";
    if (isNext && this.#options.numeric) this.#checkStep(messages, written, at);
    const after = isNext || id === "" ? 0 : before.after + 1;
    this.#position = { n: before.n + 1, id, after, hash };
    messages.push({ event, id, after, n: this.#position.n, at, hash, data });
    this.#trail.add(after, hash);
    if (isNext && id !== "") this.#ring.add(id, hash);
  }

  /** The distance of the ids tells how many events are missing. */
  #checkStep(messages: Message[], written: Hashed, at: number): void {
    const { id } = written.arrived;
    if (isNextOf(this.#position.id, id)) return;
    const step = stepOf(this.#position.id, id);
    if (step === undefined || step === 1n) return;
    if (step > 1n) this.#mark(messages, "gap", { lost: Number(step - 1n), found: "ids" }, at);
    else if (messages.at(-1)?.kind !== "reset") this.#reset(written, messages, at);
  }

  #mark(messages: Message[], kind: MarkerKind, facts: Readonly<Record<string, unknown>>, at: number): void {
    if (kind === "gap") this.gaps += 1;
    messages.push(this.marker(kind, facts, at));
  }
}
