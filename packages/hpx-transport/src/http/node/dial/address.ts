import { isIP, type LookupFunction } from "node:net";

/** How the addresses of a socket are chosen, as the client's options say. */
export interface AddressChoice {
  readonly socketPath?: string | undefined;
  readonly lookup?: LookupFunction | undefined;
  readonly localAddress?: string | undefined;
  readonly family?: 0 | 4 | 6 | undefined;
}

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
function tolerant(lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    try {
      lookup(host, options, (error, address, family) => {
        const isOne = error === null && options.all === true && typeof address === "string";
        callback(error, isOne ? [{ address, family: family ?? isIP(address) }] : address, family);
      });
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      process.nextTick(() => callback(cause, "", 0));
    }
  };
}
