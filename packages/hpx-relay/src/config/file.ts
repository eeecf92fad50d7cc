import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { wrong } from "./checks.js";
import { type ConfigContext, readRelayConfig, type RelayConfig, type RelaySettings } from "./options.js";

/** A configuration from a file, checked. */
export interface ConfigFile {
  /** As it was written. */
  readonly config: RelayConfig;
  /** The same, checked. */
  readonly settings: RelaySettings;
  /** Where its relative paths begin. */
  readonly folder: string;
}

/**
 * Reads a configuration in JSON or YAML. Relative paths in it begin in its folder.
 *
 * @throws {TransportError} `CONFIG`, naming the file, the line where it cannot be parsed, or the option
 */
export async function readConfigFile(path: string, context: ConfigContext = {}): Promise<ConfigFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw wrong(
      "FILE",
      `${JSON.stringify(path)} (${error.code})`,
      "it takes the path of a configuration that may be read",
    );
  });
  // Eight megabytes, which a relay with a configuration in code has no use for.
  const { parseDocument } = await import("yaml");
  // JSON is YAML. Merge keys and anchors stay within the file; `maxAliasCount` bounds what they grow to.
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    // The first line of the message has the place; the lines that follow quote the file, which may hold a secret.
    const [what = ""] = problem.message.split("\n");
    throw wrong("FILE", JSON.stringify(path), `it takes JSON or YAML: ${what.replace(/:$/, "")}`);
  }
  const folder = dirname(resolve(path));
  const config = document.toJS({ maxAliasCount: 100 }) as RelayConfig;
  return { config, settings: readRelayConfig(config, { folder, ...context }), folder };
}
