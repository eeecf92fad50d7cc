import type { Ending, Exchange } from "hpx-transport/testing";
import type { ServerSentEvent } from "sseer";
import type { Rng } from "./rng.js";
import type { Tally } from "./records.js";

const TEXTS = ["tick", "é", "日本語", "🙂", " leading", "a:b", "\u{feff}bom", "two\nlines", ""] as const;

/** The next event of the feed: mostly small, sometimes large, with characters of 1 to 4 bytes for a cut to land in. */
export function nextEvent(rng: Rng): Partial<ServerSentEvent> & { data: string } {
  const word = TEXTS[rng.between(0, TEXTS.length - 1)] as string;
  const times = rng.oneIn(50) ? rng.between(40, 150) : rng.between(1, 12);
  return {
    data: word.repeat(times),
    ...(rng.oneIn(3) && { event: rng.oneIn(2) ? "trade" : "quote" }),
    // ConnectPace allows a wait to be longer, so a reconnection time breaks none of its rules.
    ...(rng.oneIn(200) && { retry: rng.between(0, 40) }),
  };
}

/** The answers to a request, with their weights. A client must retry after each of them. */
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
const EVENTLESS = {
  "server: 503": 1,
  "server: 429, Retry-After 0": 1,
  "server: no event": 3,
  "server: hangs up": 1,
} as const;

/** Every failure of the server. */
export const SERVER_FAULTS: readonly ServerFault[] = (Object.keys(ANSWERS) as Answer[]).filter(
  (answer) => answer !== "follow",
);

/** An unfinished event: a client must deliver neither it nor its id. */
const UNFINISHED = Buffer.from("id: 99999999999\nevent: unfinished\ndata: this must not be delivered: é\n");

/** The longest time before the server ends a stream, in milliseconds. */
const LONGEST = 200;

/** The parts that {@link replyAtRandom} needs. */
export interface AnswerContext {
  readonly rng: Rng;
  /** Counts the failures. */
  readonly tally: Tally<ServerFault>;
  /** Called with every answer; `eventless`: it cannot bring an event. */
  readonly onAnswer: (lane: number, answer: Answer, eventless: boolean) => void;
}

/** Answers at random. The path of a request is the number of its lane. */
export function replyAtRandom({ rng, tally, onAnswer }: AnswerContext): (exchange: Exchange) => Promise<void> {
  /** By lane, the number of requests for which an outage still lasts. */
  const outages = new Map<number, number>();
  return async (exchange) => {
    const lane = Number(exchange.request.url.slice(1));
    const outage = outages.get(lane) ?? (rng.oneIn(20) ? rng.between(2, 4) : 0);
    outages.set(lane, outage - 1);
    if (outage <= 1) outages.delete(lane);
    const answer: Answer = outage > 0 ? rng.weighted(EVENTLESS) : rng.weighted(ANSWERS);
    onAnswer(lane, answer, answer in EVENTLESS);
    const breakOff = async (fault: ServerFault, how: Ending): Promise<void> => {
      const wait = rng.between(0, LONGEST);
      const bytes = rng.between(1, UNFINISHED.length);
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
        return await answerBadly(exchange, answer, rng);
    }
  };
}

type BadAnswer = Exclude<ServerFault, `server: ${"ends" | "cuts" | "resets" | "holds"}`>;

async function answerBadly(exchange: Exchange, answer: BadAnswer, rng: Rng): Promise<void> {
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
      exchange.pace = { bytes: rng.between(20, 200), pause: rng.between(1, 20) };
      return await exchange.follow();
  }
}
