import { concatenate } from "../bytes.ts";
import type { ConfigValue } from "../config/config.ts";
import { formatPath, type Path } from "../expression/syntax.ts";
import type { FieldColumn } from "./field-table.ts";
import { MAX_SOURCES, type RunTable, STAMP_SIZE } from "./run-table.ts";

/** Raised when the meaning of anything in the file changes: an index of another version is made anew. */
const MAGIC = "hatchery index 1\n";
/** So that numbers of eight bytes stand where the processor wants them. */
const ALIGNMENT = 8;

/** What stands at the front of an index, as JSON; the rest are numbers and texts of known lengths. */
type Header = {
  readonly runs: number;
  readonly sourceLists: readonly (readonly string[])[];
  /** Bytes of the JSON list of paths. */
  readonly paths: number;
  /** Bytes of the JSON list of each column's values. */
  readonly columns: readonly { readonly path: Path; readonly values: number }[];
};

/** A table as the bytes of a file. */
export function formatIndex(table: RunTable): Uint8Array {
  const encoder = new TextEncoder();
  const json = (value: unknown) => encoder.encode(JSON.stringify(value));
  const columns = [...table.fields.columns.values()];
  const values = columns.map((column) => json(column.values()));
  const paths = json(table.paths);
  const header: Header = {
    runs: table.paths.length,
    sourceLists: table.sourceLists,
    paths: paths.length,
    columns: columns.map(({ path }, index) => ({ path, values: values[index]?.length ?? 0 })),
  };
  const head = JSON.stringify(header);
  const size = String(encoder.encode(head).length).padStart(12, "0");
  return concatenate([
    aligned(encoder.encode(`${MAGIC}${size}\n${head}`)),
    bytesOf(table.stamps),
    ...[table.sources, ...columns.map(({ codes }) => codes)].map((one) => aligned(bytesOf(one))),
    paths,
    ...values,
  ]);
}

/** Inverse of {@link formatIndex}; undefined for anything else, whatever it is. */
export function parseIndex(bytes: Uint8Array): RunTable | undefined {
  const front = MAGIC.length + 13;
  const decoder = new TextDecoder();
  const magic = decoder.decode(bytes.subarray(0, front));
  const size = Number(magic.slice(MAGIC.length, -1));
  if (!magic.startsWith(MAGIC) || !Number.isSafeInteger(size)) return undefined;
  const header = headerIn(decoder.decode(bytes.subarray(front, front + size)));
  if (header === undefined) return undefined;
  const reader = startReading(bytes, front + size);
  const stamps = reader.floats(header.runs * MAX_SOURCES * STAMP_SIZE);
  const sources = reader.integers(header.runs);
  const codes = header.columns.map(() => reader.integers(header.runs));
  const paths = listIn(reader.text(header.paths));
  if (stamps === undefined || sources === undefined || paths?.length !== header.runs) {
    return undefined;
  }
  const columns = new Map<string, FieldColumn>();
  for (const [index, { path, values }] of header.columns.entries()) {
    const text = reader.text(values);
    const own = codes[index];
    if (own === undefined || text === undefined) return undefined;
    columns.set(formatPath(path), { path, codes: own, values: once(text) });
  }
  if (!reader.isAtEnd()) return undefined;
  const { runs, sourceLists } = header;
  // What was just taken apart was written by formatIndex, and is whole: its lengths agree.
  return {
    paths: paths as readonly string[],
    sources,
    sourceLists,
    stamps,
    fields: { rows: runs, columns },
  };
}

/** Decoded when somebody asks: most columns of most tables nobody does. */
function once(text: () => string): FieldColumn["values"] {
  let values: readonly ConfigValue[] | undefined;
  return () => (values ??= (listIn(text) ?? []) as readonly ConfigValue[]);
}

function headerIn(text: string): Header | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHeader(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever follows is checked against it, piece by piece. */
function isHeader(value: unknown): value is Header {
  if (typeof value !== "object" || value === null) return false;
  const { runs, sourceLists, paths, columns } = value as Partial<Record<keyof Header, unknown>>;
  return (
    [runs, paths].every(Number.isSafeInteger) &&
    Array.isArray(sourceLists) &&
    sourceLists.every(Array.isArray) &&
    Array.isArray(columns) &&
    columns.every((one: unknown) => {
      if (typeof one !== "object" || one === null) return false;
      const { path, values } = one as Partial<Record<"path" | "values", unknown>>;
      return Array.isArray(path) && path.length > 0 && Number.isSafeInteger(values);
    })
  );
}

function listIn(text: (() => string) | undefined): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text?.() ?? "");
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Takes one piece after the other; undefined where the bytes end too early. */
function startReading(bytes: Uint8Array, start: number) {
  const decoder = new TextDecoder();
  let at = alignedLength(start);
  const take = (length: number) => {
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.length) return undefined;
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    floats: (count: number) => {
      const taken = take(count * Float64Array.BYTES_PER_ELEMENT);
      return taken && new Float64Array(copyOf(taken));
    },
    integers: (count: number) => {
      const taken = take(count * Int32Array.BYTES_PER_ELEMENT);
      at = alignedLength(at);
      return taken && new Int32Array(copyOf(taken));
    },
    text: (length: number) => {
      const taken = take(length);
      return taken && (() => decoder.decode(taken));
    },
    isAtEnd: () => at === bytes.length,
  };
}

const alignedLength = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function aligned(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(alignedLength(bytes.length));
  longer.set(bytes);
  return longer;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Int32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Of its own, so that it begins where numbers can. */
const copyOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  buffer.slice(byteOffset, byteOffset + byteLength);
