import { isLittleEndian } from "./decode-wide.js";
import {
  bufferDecoders,
  type Decoders,
  type DecodeUtf8,
  type NodeBuffer,
  slowUtf8SliceDecoders,
  textDecoderDecoders,
} from "./decoders.js";

/** What a runtime may have. Node's functions come from globals: other runtimes could not resolve an import. */
interface Runtime {
  readonly Buffer?: { readonly prototype: Partial<NodeBuffer> };
  readonly TextDecoder?: unknown;
  readonly process?: { readonly getBuiltinModule?: (name: string) => Partial<NodeBuffer> | undefined };
}

/** A smaller speed-up may be noise of a busy machine. */
const MIN_SPEEDUP = 1.5;

/** Decoders, and their name for the benchmark's report. */
type NamedDecoders = Decoders & { readonly name: string };

let chosen: NamedDecoders | undefined;

/**
 * The decoders of this runtime. The first parser of the process chooses them, not the import: a module that looks for a
 * `TextDecoder` when it is imported breaks every test in an environment without one, also where no parser is used.
 */
export function decoders(): NamedDecoders {
  chosen ??= chooseDecoders(globalThis);
  return chosen;
}

/**
 * Measures the decoders of a runtime and chooses the fastest. The fastest one changes from one version of a runtime to the
 * next. All decoders give the same text, so a wrong choice on a busy machine costs time only.
 *
 * @throws Error where there is no decoder
 */
export function chooseDecoders({ Buffer, TextDecoder, process }: Runtime): NamedDecoders {
  const { utf8Slice, latin1Slice, ucs2Slice } = Buffer?.prototype ?? {};
  if (TextDecoder === undefined) {
    // jsdom under Jest has Node's Buffer and no TextDecoder.
    if (utf8Slice !== undefined) return { name: "Buffer", ...bufferDecoders({ utf8Slice }) };
    throw new Error("sseer needs a TextDecoder, and this runtime has none");
  }
  const standard = { name: "TextDecoder", ...textDecoderDecoders() };
  if (utf8Slice === undefined) return standard;

  const buffer = bufferDecoders({ utf8Slice });
  const short = sample("data: a line of a stream, such as most are\n\n", 1);
  // Some runtimes write Buffer in JavaScript; then it is not faster.
  if (timeOf(standard.decode, short) * MIN_SPEEDUP < timeOf(buffer.decode, short)) return standard;

  const { isAscii, isUtf8, transcode } = builtinBuffer(process);
  if (isLittleEndian && latin1Slice && ucs2Slice && isAscii && isUtf8 && transcode) {
    const mixed = slowUtf8SliceDecoders({ utf8Slice, latin1Slice, ucs2Slice, isAscii, isUtf8, transcode });
    const wide = sample("data: 価格は一万円であり、取引量が増えています。\n\n", 40);
    if (timeOf(mixed.decodeWide, wide) * MIN_SPEEDUP < timeOf(buffer.decode, wide)) {
      return { name: "Buffer, around a slow utf8Slice", ...mixed };
    }
  }
  return { name: "Buffer", ...buffer };
}

/** Node's module. In an edge runtime the function may be there, and throw when it is called. */
function builtinBuffer(process: Runtime["process"]): Partial<NodeBuffer> {
  try {
    return process?.getBuiltinModule?.("node:buffer") ?? {};
  } catch {
    return {};
  }
}

function sample(text: string, times: number): Uint8Array {
  return new TextEncoder().encode(text.repeat(times));
}

/** The time of the fastest of a few runs, in milliseconds. */
function timeOf(decode: DecodeUtf8, bytes: Uint8Array): number {
  let fastest = Infinity;
  for (let round = 0; round < 12; round++) {
    const begun = performance.now();
    for (let time = 0; time < 4; time++) decode(bytes, 0, bytes.length);
    fastest = Math.min(fastest, performance.now() - begun);
  }
  return fastest;
}
