import type { Ending, Exchange } from "hpx-transport/testing";
import type { Chance } from "./chance.js";
import type { Tally } from "./tally.js";

/** How a request may be answered, and how often. All of it is to be retried. */
const ANSWERS = {
  follow: 30,
  "server: 503": 4,
  "server: 429, Retry-After 0": 4,
  "server: ends": 8,
  "server: cuts": 8,
  "server: resets": 8,
  "server: holds": 10,
  "server: no event": 4,
  "server: hangs up": 4,
  "server: no answer": 4,
  "server: slow": 4,
} as const;

type Answer = keyof typeof ANSWERS;
export type ServerFault = Exclude<Answer, "follow">;

/** The answers that bring no event. */
const BARREN = {
  "server: 503": 1,
  "server: 429, Retry-After 0": 1,
  "server: no event": 3,
  "server: hangs up": 1,
} as const;

/** Every way in which the server lets a client down. */
export const SERVER_FAULTS: readonly ServerFault[] = (Object.keys(ANSWERS) as Answer[]).filter(
  (answer) => answer !== "follow",
);

/** An event that never ends: neither it nor its id may ever be seen. */
const UNFINISHED = Buffer.from("id: 99999999999\nevent: unfinished\ndata: this must not be delivered: é\n");

/** The longest time before a stream is broken off, in milliseconds. */
const LONGEST = 200;

/** What a server that answers by chance works with. */
export interface AnswerContext {
  readonly chance: Chance;
  /** Counts what was done to the clients. */
  readonly tally: Tally<ServerFault>;
  /** Called with every answer, and whether it cannot bring an event. */
  readonly onAnswer: (lane: number, answer: Answer, barren: boolean) => void;
}

/** Answers by chance. The path of a request is the number of its lane. */
export function replyByChance({ chance, tally, onAnswer }: AnswerContext): (exchange: Exchange) => Promise<void> {
  /** Requests of a lane that an outage will still take. */
  const outages = new Map<number, number>();
  return async (exchange) => {
    const lane = Number(exchange.request.url.slice(1));
    const outage = outages.get(lane) ?? (chance.oneIn(20) ? chance.between(2, 4) : 0);
    outages.set(lane, outage - 1);
    if (outage <= 1) outages.delete(lane);
    const answer: Answer = outage > 0 ? chance.weighted(BARREN) : chance.weighted(ANSWERS);
    onAnswer(lane, answer, answer in BARREN);
    const breakOff = async (fault: ServerFault, how: Ending): Promise<void> => {
      const wait = chance.between(0, LONGEST);
      const bytes = chance.between(1, UNFINISHED.length);
      const later = async (): Promise<void> => {
        await exchange.delay(wait);
        tally.add(fault);
        exchange.finishAfter(bytes, how);
        await exchange.write(UNFINISHED);
      };
      await Promise.race([exchange.follow(), later()]);
    };
    switch (answer) {
      case "follow":
        return await exchange.follow();
      case "server: ends":
        return await breakOff(answer, "end");
      case "server: cuts":
        return await breakOff(answer, "cut");
      case "server: resets":
        return await breakOff(answer, "reset");
      case "server: holds":
        return await breakOff(answer, "hold");
      default:
        tally.add(answer);
        return await answerBadly(exchange, answer, chance);
    }
  };
}

type BadAnswer = Exclude<ServerFault, `server: ${"ends" | "cuts" | "resets" | "holds"}`>;

async function answerBadly(exchange: Exchange, answer: BadAnswer, chance: Chance): Promise<void> {
  switch (answer) {
    case "server: 503":
      return await exchange.play({ status: 503, body: "busy" });
    case "server: 429, Retry-After 0":
      return await exchange.play({ status: 429, headers: { "retry-after": "0" } });
    case "server: no event":
      return await exchange.play({ body: ": nothing to see here\n\n" });
    case "server: hangs up":
      return await exchange.play({ head: false, finish: "cut" });
    case "server: no answer":
      return await exchange.play({ head: false, finish: "hold" });
    case "server: slow":
      exchange.pace = { bytes: chance.between(20, 200), pause: chance.between(1, 20) };
      return await exchange.follow();
  }
}
