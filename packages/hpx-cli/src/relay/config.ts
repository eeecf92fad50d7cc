import { type ConfigFile, readConfigFile } from "hpx-relay";
import { TransportError } from "hpx-transport";
import type { CommandContext } from "../output.js";
import { UsageError } from "../usage.js";

/** Reads a configuration; throws `UsageError` for what cannot be used. */
export async function readConfig(file: string, { env }: CommandContext): Promise<ConfigFile> {
  try {
    return await readConfigFile(file, { environment: env });
  } catch (error) {
    if (TransportError.is(error, "CONFIG")) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
