/** @throws RangeError or TypeError that names the option, its value and the valid values */
export function checkNumber(
  name: string,
  value: number,
  lowest: number,
  highest: number,
  takes: string,
  kind: "any" | "whole" = "any",
): void {
  if (typeof value !== "number") throw new TypeError(`${name}: ${shown(value)} cannot be used; it takes ${takes}`);
  const whole = kind === "any" || value === Infinity || Number.isInteger(value);
  if (!(value >= lowest && value <= highest && whole)) {
    throw new RangeError(`${name}: ${value} cannot be used; it takes ${takes}`);
  }
}

/** @throws RangeError or TypeError that names the option, its value and the valid values */
export function checkRate({ burst, perSecond }: { burst: number; perSecond: number }): void {
  checkNumber("burst", burst, 1, Infinity, "a number from 1, or Infinity");
  checkNumber("perSecond", perSecond, Number.MIN_VALUE, Number.MAX_VALUE, "a finite number greater than 0");
}

/** @throws TypeError that names an unknown option and the known options; an option that is `undefined` is ignored */
export function checkNames(options: object, names: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    throw new TypeError(`${name}: an unknown option cannot be used; the options are ${names.join(", ")}`);
  }
}

/** @throws TypeError that names the option, its value and the valid values */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new TypeError(`${name}: ${shown(value)} cannot be used; it takes a function`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
