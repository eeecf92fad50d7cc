/** A proxy program of Debian, and what it is given. */
export interface Proxy {
  readonly name: string;
  readonly command: string;
  /** Prints the version. */
  readonly versionArgs: readonly string[];
  /** The configuration, which is written to a folder of its own. */
  config(place: Place): string;
  /** The arguments that start it in the foreground. */
  args(place: Place & { readonly config: string }): readonly string[];
  readonly environment?: (folder: string) => Readonly<Record<string, string>>;
  /** For the table: the settings that a stream needs. */
  readonly notes: string;
}

/** The loopback ports of the proxy and of the server behind it, and a folder that the proxy may write to. */
export interface Place {
  readonly port: number;
  readonly backEnd: number;
  readonly folder: string;
}
