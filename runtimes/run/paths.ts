import { fileURLToPath } from "node:url";

/** The folder `runtimes`, seen from its `dist/run`. */
export const HOME: string = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the contract, compiled. */
export function contractFile(name: string): string {
  return `${HOME}dist/contract/${name}.js`;
}

/** A file of what `npm ci` installed here. */
export function installed(path: string): string {
  return `${HOME}node_modules/${path}`;
}
