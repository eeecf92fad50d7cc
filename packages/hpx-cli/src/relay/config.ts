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

/** The same for commands that send nothing to a source: the variables of its headers need not be set. */
export async function readConfigWithoutSecrets(file: string, context: CommandContext): Promise<ConfigFile> {
  const env = new Proxy(context.env, { get: (variables, name: string) => variables[name] ?? "unset" });
  return await readConfig(file, { ...context, env });
}
