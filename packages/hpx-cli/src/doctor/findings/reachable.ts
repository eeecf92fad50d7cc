import { TransportError } from "hpx-transport";
import { errorLine } from "../../text.js";
import { formatMilliseconds } from "../../units.js";
import { type Check, error, type CheckResult } from "./check.js";

/** Whether there was an answer at all. */
export const reachable: Check = {
  name: "Connection",
  judge({ first: { head, failure, watched } }) {
    if (head !== undefined || failure === undefined || TransportError.is(failure, "REDIRECT")) return [];
    return [explain(failure, watched)];
  },
};

function explain(failure: Error, watched: number): CheckResult {
  const line = errorLine(failure);
  if (!TransportError.is(failure)) {
    return error(
      `No response came within ${formatMilliseconds(watched)}.`,
      "The server may hold its headers back until there is an event: send and flush them at once.",
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
