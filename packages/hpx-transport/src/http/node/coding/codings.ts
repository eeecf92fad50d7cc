import type { Transform } from "node:stream";
import zlib, {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Zlib,
} from "node:zlib";

/** A decoder of node:zlib. */
export type Decoder = Transform & Zlib;

/** A coding that can be taken off. */
export interface Coding {
  /** Its name in errors. */
  readonly name: "gzip" | "deflate" | "br" | "zstd";
  /** Makes a decoder that gives out what it can after each chunk; "deflate" looks at the first one. */
  make(firstChunk: Uint8Array): Decoder;
}

const zlibOptions = { flush: constants.Z_SYNC_FLUSH };

const GZIP: Coding = { name: "gzip", make: () => createGunzip(zlibOptions) };

const DEFLATE: Coding = {
  name: "deflate",
  // The name means zlib's format, but many servers send the bare one. zlib starts with its method (8) and a window size.
  make: (firstChunk) =>
    ((firstChunk[0] ?? 0) & 0x8f) === 0x08 ? createInflate(zlibOptions) : createInflateRaw(zlibOptions),
};

const BROTLI: Coding = {
  name: "br",
  make: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
};

/** Node has it from 22.15 and 23.8 on. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Decoder };

/** The codings that are taken off, by their names in lower case. */
const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ["gzip", GZIP],
  ["x-gzip", GZIP],
  ["deflate", DEFLATE],
  ["br", BROTLI],
  ...(createZstdDecompress === undefined
    ? []
    : ([["zstd", { name: "zstd", make: () => createZstdDecompress() }]] as const)),
]);

/** Their names, for errors. */
export const DECODED: string = [...new Set([...CODINGS.values()].map(({ name }) => name))].join(", ");

/** Compressions that cannot be taken off. A body in one of these is not text, and cannot be read as it is. */
const OTHER_COMPRESSIONS: ReadonlySet<string> = new Set(
  "zstd compress x-compress bzip2 x-bzip2 lzma xz lz4 snappy sdch dcb dcz exi pack200-gzip aes128gcm".split(" "),
);

/** What a `Content-Encoding` names. */
export interface NamedCodings {
  /** In the order in which the server applied them. */
  readonly known: readonly Coding[];
  /** The first compression that cannot be taken off. */
  readonly unreadable: string | undefined;
}

/**
 * Reads a `Content-Encoding`. A name that is no compression ("none", "utf-8", "identity") says nothing about the bytes and
 * is passed over, as browsers and curl do: servers send it to keep a proxy from compressing.
 */
export function codingsOf(contentEncoding: string | null): NamedCodings {
  const names = (contentEncoding ?? "").split(",").map((name) => name.trim().toLowerCase());
  return {
    known: names.flatMap((name) => CODINGS.get(name) ?? []),
    unreadable: names.find((name) => OTHER_COMPRESSIONS.has(name) && !CODINGS.has(name)),
  };
}
