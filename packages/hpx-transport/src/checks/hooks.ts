import { TransportError } from "../error.js";
import { showKind } from "./check.js";
import { fn } from "./checkers.js";
import { likelyName } from "./option-names.js";

/**
 * Checks a protocol handler: an object of a user's class, which may have other members, or a plain object of hooks, where a
 * name that is almost a hook's, or looks like one, is a mistake. `checkOthers` checks the members that are no hooks.
 *
 * @throws {TransportError} `CONFIG`, naming the hook
 */
export function checkHooks(
  field: string,
  value: unknown,
  hooks: readonly string[],
  checkOthers: (handler: object) => void,
): asserts value is object {
  if (typeof value !== "object" || value === null) {
    throw TransportError.config(field, showKind(value), "it takes an object of hooks, or one that ships");
  }
  for (const hook of hooks) fn(undefined)(`${field}.${hook}`, Reflect.get(value, hook));
  checkOthers(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return;
  for (const name of Object.keys(value)) {
    if (hooks.includes(name)) continue;
    const likely = likelyName(name, hooks);
    if (likely === undefined && !/^(?:on|judge)[A-Z]/.test(name)) continue;
    const advice = likely === undefined ? `the hooks are ${hooks.join(", ")}` : `did you mean ${likely}?`;
    throw TransportError.config(`${field}.${name}`, "an unknown hook", advice);
  }
}

/** The option `handler`: an object that `check` takes, or a function that makes one for each connection. */
export function handlerOption<H>(
  check: (field: string, value: unknown) => asserts value is H,
): (field: string, value: unknown) => H | (() => H) | undefined {
  return (field, value) => {
    if (value === undefined) return undefined;
    if (typeof value === "function") return value as () => H;
    check(field, value);
    return value;
  };
}
