import { isIP, type LookupFunction } from "node:net";
import type { NodeClientOptions } from "../options.js";

/** The options about addresses. */
export type AddressChoice = Pick<NodeClientOptions, "socketPath" | "lookup" | "localAddress" | "family">;

/** The same for `net.connect`. */
export interface AddressOptions {
  readonly autoSelectFamily: boolean;
  readonly autoSelectFamilyAttemptTimeout: number;
  readonly path?: string;
  readonly lookup?: LookupFunction;
  readonly localAddress?: string;
  readonly family?: number;
}

/** The options for `net.connect` and `tls.connect`. */
export function addressOptions({ socketPath, lookup, localAddress, family = 0 }: AddressChoice): AddressOptions {
  // A socket that is bound to an address reaches no address of the other family.
  const only = family === 0 && localAddress !== undefined ? isIP(localAddress) : family;
  return {
    autoSelectFamily: true,
    // Node's own 250 ms give up on addresses that are merely far away.
    autoSelectFamilyAttemptTimeout: 1000,
    ...(socketPath !== undefined && { path: socketPath }),
    ...(lookup !== undefined && { lookup: tolerant(lookup) }),
    ...(localAddress !== undefined && { localAddress }),
    ...(only !== 0 && { family: only }),
  };
}

/** Many lookup functions give one address though `all` is asked for, which Node cannot read; one may also throw. */
function tolerant(lookup: NonNullable<AddressChoice["lookup"]>): LookupFunction {
  return (host, { family: wanted, all, hints }, callback) => {
    const only = wanted === "IPv4" ? 4 : wanted === "IPv6" ? 6 : wanted;
    try {
      lookup(host, { family: only, all, hints }, (error, address, family) => {
        const isOne = error === null && all === true && typeof address === "string";
        callback(error, isOne ? [{ address, family: family ?? isIP(address) }] : address, family);
      });
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      process.nextTick(() => callback(cause, "", 0));
    }
  };
}
