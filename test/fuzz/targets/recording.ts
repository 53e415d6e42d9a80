import { linesOf } from "../../../src/core/recording/lines.ts";
import { createOutputReader, namesIn } from "../../../src/core/recording/output-patterns.ts";
import { formatRow, parseRecordLine } from "../../../src/core/recording/record-line.ts";
import { listKeys, readSeries } from "../../../src/tree/recording.ts";
import { runPath } from "../../../src/tree/paths.ts";
import { bytesOf, hold, type Target } from "../target.ts";
import { onlyFiles } from "./support.ts";

const RUN = runPath("/root/storage", 1, 1);
const KEYS = ["loss", "epoch", "__proto__", "constructor"];
/** Between the files of two attempts. */
const NEXT_FILE = "\f";

export const recording: Target = {
  name: "recording",
  seeds: [
    '{"epoch":1,"loss":0.5}\n{"epoch":2,"loss":NaN}\n{"epoch":3,"loss":-Infinity}\n',
    '{"epoch":1,"loss":1}\n{"epoch":2,"loss":2}\f{"$resume":{"epoch":2}}\n{"epoch":2,"loss":3}\n',
    '{"loss":1}\n{"$resume":{"epoch":0}}\n{"loss":"Infinity","a":{"b":[1]}}\n\n{"loss":',
    '{"epoch":1}\n{"$resume":{"loss":1}}\n{"$resume":{"step":1}}\f{"epoch":1,"__proto__":2}\n',
  ],
  words: ['{"$resume":{"epoch":1}}\n', '{"epoch":', '"loss":', "}\n", "\n", NEXT_FILE, "$resume"],
  check: (text) => {
    const attempts = text.split(NEXT_FILE).slice(0, 3).map(bytesOf);
    const whole = read(attempts, 1 << 20);
    const inPieces = read(attempts, 5);
    hold(
      JSON.stringify(whole) === JSON.stringify(inPieces),
      "where a file is cut makes no difference",
    );
    const { rows, damaged, problems, shown } = whole;
    const lines = text.split("\n").length + attempts.length;
    hold(rows + damaged <= lines, "no more rows than lines");
    hold(problems <= lines * KEYS.length, "no more problems than values");
    for (const { values, recorded } of shown) {
      hold(values === rows && recorded <= rows, "columns have as many rows as the series");
    }
    const keys = Math.min(5, listKeys(RUN, "train", hostOf(attempts, 1 << 20)).length);
    return `${Math.min(rows, 4)} rows, ${Math.min(damaged, 3)} damaged, ${Math.min(problems, 2)} problems, ${keys} keys`;
  },
};

const PATTERNS = ["epoch {epoch} loss: {loss}", "{__proto__}%", "acc={a.b} {c}", "[{x}/{y}]"];

/** What a program prints, as patterns find numbers in it. */
export const printed: Target = {
  name: "printed",
  seeds: [
    "epoch 1 loss: 0.5e-3 acc=1. 2\nepoch 2   loss:nan\n",
    "\u001b[32m 10%\r 20%\u001b[0m\nacc=-inf +Infinity\n[3/10]\n",
  ],
  words: [
    "epoch ",
    "loss:",
    "acc=",
    "nan",
    "-inf",
    "e+",
    ".",
    "%",
    "[",
    "/",
    "]",
    "\r",
    "\u001b[1m",
  ],
  check: (text) => {
    const reader = createOutputReader(PATTERNS);
    const rows = [...linesOf([bytesOf(text)])]
      .map((line) => (line === undefined ? undefined : reader(line)))
      .filter((row) => row !== undefined);
    const known = new Set(PATTERNS.flatMap(namesIn));
    for (const row of rows) {
      hold(
        Object.entries(row).every(([name]) => known.has(name)),
        "names are those of the patterns",
      );
      hold(
        Object.values(row).every((value) => typeof value === "number"),
        "values are numbers",
      );
      const again = parseRecordLine(formatRow(row));
      hold(again.kind === "row", "a row can be recorded");
    }
    return `${Math.min(rows.length, 4)} ${Object.keys(rows[0] ?? {}).join()}`;
  },
};

function read(attempts: readonly Uint8Array[], pieceBytes: number) {
  const host = hostOf(attempts, pieceBytes);
  const { rows, damaged, problems, columns } = readSeries(RUN, "train", KEYS, host);
  const shown = [...columns.values()].map(({ values, recorded }) => ({
    values: values.length,
    recorded: recorded.reduce((sum, one) => sum + one, 0),
    sum: String(values.reduce((sum, one) => sum + one, 0)),
  }));
  return { rows, damaged, problems, shown };
}

function hostOf(attempts: readonly Uint8Array[], pieceBytes: number) {
  const names = attempts.map(
    (_, index) => `train_recorder${index === 0 ? "" : `.${index + 1}`}.jsonl`,
  );
  return onlyFiles({
    list: () => names,
    readChunks: (path) => {
      const bytes = attempts[names.findIndex((name) => path.endsWith(`/${name}`))];
      return bytes === undefined ? [] : pieces(bytes, pieceBytes);
    },
  });
}

/** Of the size given; long files in longer ones, or there would be too many. */
function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const step = Math.max(size, Math.ceil(bytes.length / 16));
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
