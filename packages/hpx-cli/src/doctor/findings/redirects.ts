import { TransportError } from "hpx-transport";
import { errorLine } from "../../text.js";
import { publicUrl } from "../../request/url.js";
import { count } from "../../units.js";
import { type Check, error, note, ok, warning } from "./check.js";

/** Whether the way to the stream is straight. */
export const redirects: Check = {
  name: "Redirects",
  judge({ method, first: { hops, url, failure } }) {
    if (TransportError.is(failure, "REDIRECT")) {
      return [
        error(`It redirects to nowhere: ${errorLine(failure)}.`, "Give clients the address of the stream itself."),
      ];
    }
    const first = hops[0];
    if (first === undefined) return ok("none");
    const final = publicUrl(url);
    const results = [];
    if (hops.some(({ from, to }) => from.origin !== to.origin)) {
      results.push(
        warning(
          `It redirects to another origin (${publicUrl(url)}), where careful clients send no credentials.`,
          `Give clients ${final}.`,
        ),
      );
    }
    if (method === "POST" && hops.some(({ status }) => status <= 303)) {
      results.push(
        error(`It redirects a POST with ${first.status}, which makes it a GET without a body.`, "Use 307 or 308."),
      );
    }
    if (results.length > 0) return results;
    const steps = count(hops.length, "redirect");
    return [note(`Every connect and reconnect takes ${steps} first (${first.status}).`, `Give clients ${final}.`)];
  },
};
