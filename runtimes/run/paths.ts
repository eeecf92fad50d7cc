import { fileURLToPath } from "node:url";

/** The folder `runtimes`, seen from its `dist/run`. */
export const HOME: string = fileURLToPath(new URL("../..", import.meta.url));

/** A compiled file of the contract. */
export function contractFile(name: string): string {
  return `${HOME}dist/contract/${name}.js`;
}

/** A file of the packages that `npm ci` installed in this folder. */
export function installed(path: string): string {
  return `${HOME}node_modules/${path}`;
}
