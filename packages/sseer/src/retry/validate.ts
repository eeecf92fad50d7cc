/** @throws RangeError or TypeError naming the option, its value and what it takes */
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

/** @throws TypeError naming the option, its value and what it takes */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new TypeError(`${name}: ${shown(value)} cannot be used; it takes a function`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
