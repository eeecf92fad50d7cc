import { formatMilliseconds } from "../../units.js";
import { type Check, error, type Finding, ok, withWords } from "./check.js";

/** Whether it answers as a stream: with 200. */
export const status: Check = {
  name: "Status",
  judge({ first: { head, serverSays } }) {
    if (head === undefined) return [];
    if (head.status === 200) return ok(`200 after ${formatMilliseconds(head.at)}`);
    return [withWords(refusal(head.status, head.headers.get("retry-after")), serverSays)];
  },
};

function refusal(code: number, retryAfter: string | null): Finding {
  switch (code) {
    case 204:
      return error("It answers 204: clients stop, and do not come again.", "Answer 200.");
    case 401:
    case 403:
      return error(`It refuses these credentials, or none (${code}).`, "Give them with -H, -u or --hmac.");
    case 404:
    case 410:
      return error(`There is nothing at this address (${code}).`, "Check the path.");
    case 405:
      return error("It does not take this method (405).", "Try another one with -X, and a body with -d.");
    case 406:
    case 415:
      return error(`It cannot send what was asked for (${code}).`, "It must take `Accept: text/event-stream`.");
    case 429:
    case 503: {
      const why = code === 429 ? "It says that there are too many requests (429)" : "It is not available (503)";
      if (retryAfter !== null) return error(`${why}; come again in ${retryAfter}.`, "Wait, and try again.");
      return error(`${why}, and not when to come again.`, "Send Retry-After, so that clients know how long to wait.");
    }
    default:
      if (code >= 500) return error(`It fails (${code}).`, "Look into the server's log, and the proxy's before it.");
      return error(`It answers ${code}; only 200 opens a stream.`, "Answer 200.");
  }
}
