import type { Config, ConfigValue } from "./config.ts";

/** Deeper files are for the library, which bounds them. */
const MAX_DEPTH = 16;
/** Anything else may mean something: tabs, carriage returns, marks of byte order, what is not printable. */
const UNUSUAL = /[^\n\x20-\x7e]/;
/** Indentation, then a key and what follows it, or a list's item; to the end of the line. */
const LINE = /( *)(?:- ([^\n]+)|([A-Za-z_][\w.-]{0,99}):(?: ([^\n]+))?)(?:\n|$)/y;
/** Words that are no texts as keys, or that objects have of their own. */
const ODD_KEY = /^(?:null|true|false|__proto__)$/i;
/** Texts in quotes without escapes, which stand for themselves. */
const QUOTED = /^(?:'[^']*'|"[^"\\]*")$/;
/** Plain scalars begin with none of YAML's indicators, and neither end with a space nor hold `: ` or ` #`. */
const PLAIN = /^(?:[\w/.+~(]|-[\w.-])(?:[^ :#]|:(?=[^ ])|(?<=[^ ])#| +(?=[^ #]))*$/;
/** What the core schema of YAML 1.2 takes for something else than a text. */
const NULL = /^(?:~|null|Null|NULL)$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const NUMBER =
  /^(?:0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** Of these it is known what they are; others are left to the library. */
const EASY_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,30})?(?:[eE][-+]?\d{1,2})?$/;
const LETTER = /^[A-Za-z_/]/;

/**
 * Reads the YAML that programs write: maps in maps, lists of scalars, a line for each, nothing that
 * needs to be looked at twice. Fifteen times as fast as a parser of all of YAML.
 * @returns undefined for anything else, and for what is wrong: a parser of all of YAML has to say what it is
 */
export function parsePlainYaml(text: string): Config | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const reader = startReading(text);
  const config = readMap(reader, 0, 0);
  return reader.isAtEnd() ? config : undefined;
}

type Line = { readonly indent: number } & (
  | { readonly item: string; readonly key?: undefined }
  | { readonly item?: undefined; readonly key: string; readonly value: string | undefined }
);

type LineReader = {
  /** The line that comes next, undefined at the end or where it is none of those we know. */
  readonly peek: () => Line | undefined;
  readonly skip: () => void;
  readonly isAtEnd: () => boolean;
};

function startReading(text: string): LineReader {
  let at = 0;
  let end = 0;
  let line: Line | undefined;
  const read = () => {
    at = end;
    line = undefined;
    if (at === text.length) return;
    LINE.lastIndex = at;
    const found = LINE.exec(text);
    if (found === null) return;
    end = LINE.lastIndex;
    const [, { length: indent } = "", item, key = "", value] = found;
    line = item === undefined ? { indent, key, value } : { indent, item };
  };
  read();
  return { peek: () => line, skip: read, isAtEnd: () => at === text.length };
}

/** The map whose keys stand at `indent`; undefined if something in it is unusual. */
function readMap(reader: LineReader, indent: number, depth: number): Config | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const map: Record<string, ConfigValue> = {};
  for (;;) {
    const line = reader.peek();
    if (line === undefined || line.indent < indent)
      return reader.isAtEnd() || line ? map : undefined;
    if (line.indent > indent || line.key === undefined || ODD_KEY.test(line.key)) return undefined;
    reader.skip();
    const value =
      line.value === undefined ? readNested(reader, indent, depth) : readScalar(line.value);
    if (value === undefined) return undefined;
    map[line.key] = value;
  }
}

/** What stands below a key at `indent`: a map or a list, or nothing, which is null. */
function readNested(reader: LineReader, indent: number, depth: number): ConfigValue | undefined {
  const next = reader.peek();
  if (next === undefined) return reader.isAtEnd() ? null : undefined;
  if (next.item !== undefined && next.indent >= indent) return readList(reader, next.indent);
  return next.indent > indent ? readMap(reader, next.indent, depth + 1) : null;
}

function readList(reader: LineReader, indent: number): readonly ConfigValue[] | undefined {
  const list: ConfigValue[] = [];
  for (;;) {
    const line = reader.peek();
    if (line?.item === undefined || line.indent !== indent) {
      // Deeper, it would go on with the last item.
      return line !== undefined && line.indent > indent ? undefined : list;
    }
    const value = readScalar(line.item);
    if (value === undefined) return undefined;
    list.push(value);
    reader.skip();
  }
}

function readScalar(text: string): ConfigValue | undefined {
  if (QUOTED.test(text)) return text.slice(1, -1);
  if (text === "[]") return [];
  if (text === "{}") return {};
  if (!PLAIN.test(text)) return undefined;
  if (NULL.test(text)) return null;
  if (BOOLEAN.test(text)) return text.toLowerCase() === "true";
  if (LETTER.test(text) || !NUMBER.test(text)) return text;
  return EASY_NUMBER.test(text) ? Number(text) : undefined;
}
