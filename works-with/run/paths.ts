import { fileURLToPath } from "node:url";

/** The folder `works-with`, seen from its `dist/run`. */
export const HOME: string = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the packages that `npm ci` installed in this folder. */
export function installed(path: string): string {
  return `${HOME}node_modules/${path}`;
}
