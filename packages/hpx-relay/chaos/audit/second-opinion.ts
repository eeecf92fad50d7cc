import { openLog, readConfigFile, verify } from "hpx-relay";

/** What `hpx relay verify` says of the same log. It knows nothing of the sources, and must not accuse a log that is right. */
export async function secondOpinion(config: string): Promise<readonly string[]> {
  const { settings } = await readConfigFile(config);
  const log = await openLog(settings.log, { readOnly: true });
  try {
    const numeric = new Set([...settings.sources.values()].filter((source) => source.numeric).map(({ name }) => name));
    const { lost, doubled, damaged, faults } = await verify(log, { numeric });
    if (lost + doubled + damaged === 0) return [];
    return [`verify says: lost ${lost}, doubled ${doubled}, damaged ${damaged}`, ...faults.slice(0, 5)];
  } finally {
    await log.close();
  }
}
