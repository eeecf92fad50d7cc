import { TransportError } from "hpx-transport";
import { errorLine } from "../../text.js";
import { formatMilliseconds } from "../../units.js";
import { type Check, error, type CheckResult } from "./check.js";

/** Whether there was an answer at all. */
export const reachable: Check = {
  name: "Connection",
  judge({ method, uncompressed, first: { head, failure, watched } }) {
    if (head !== undefined || failure === undefined || TransportError.is(failure, "REDIRECT")) return [];
    return [explain(failure, watched, { method, askedTwice: uncompressed !== undefined })];
  },
};

function explain(
  failure: Error,
  watched: number,
  { method, askedTwice }: { readonly method: string; readonly askedTwice: boolean },
): CheckResult {
  const line = errorLine(failure);
  if (!TransportError.is(failure)) {
    const time = formatMilliseconds(watched);
    return method === "GET"
      ? error(
          `No response came within ${time}${askedTwice ? ", with compression or without it" : ""}.`,
          "Answer at once, also where there is no event yet; look longer with --seconds.",
        )
      : error(
          `No response came within ${time}.`,
          "Answer at once; a compressor may hold it back, which -H 'Accept-Encoding: identity' shows.",
        );
  }
  if (failure.code === "CONNECT" && /certificate|self.signed|TLS|SSL/i.test(line)) {
    return error(
      `The secure connection failed: ${line}.`,
      "Repair the certificate, or name its authority with --cacert.",
    );
  }
  if (failure.code === "AUTH") return error(`The request could not be signed: ${line}.`, "Check --hmac and its key.");
  return error(
    `It cannot be reached: ${line}.`,
    "Check the address, the proxy and the firewall, and that it is running.",
  );
}
