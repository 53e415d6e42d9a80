/**
 * What a scheduler's submitting command would say of the head of a script: the directives that we
 * write, in the form that its manual gives them, and nothing else. Sources: the qsub(1B) pages of
 * OpenPBS 23.06 and Torque 6 and the functions `make_argv` of both; submit(1) and sge_types(1) of
 * Grid Engine 8.1.9 and its `parse_script_file`; bsub(1) of LSF 9.1.1 and 10.1; sbatch(1) of Slurm.
 */
type Dialect = {
  readonly prefix: string;
  /** The words of a directive, as the command reads them; undefined if it cannot. */
  readonly split: (line: string) => readonly string[] | undefined;
  /** For each option its one argument; null for none. */
  readonly options: Readonly<Record<string, RegExp | null>>;
};

const TIME = String.raw`\d+:\d\d:\d\d`;
const COUNT = String.raw`[1-9]\d*`;
const PLACE = /^\/[^\n]*$/;
const ID = String.raw`\d+(?:\[\])?(?:\.[\w.-]+)?`;
const PBS_NAME = /^[A-Za-z][\w.+-]{0,14}$/;
/** Of options that a person may add in a test. */
const MAIL = /^[abens]+$/;

const pbs = (options: Dialect["options"]): Dialect => ({
  prefix: "#PBS",
  split: splitPbs,
  options: {
    "-N": PBS_NAME,
    "-S": /^\/\S+$/,
    "-j": /^(?:oe|eo|n)$/,
    "-o": PLACE,
    "-r": /^[yn]$/,
    "-q": /^[\w.@-]+$/,
    "-A": /^.+$/,
    "-m": MAIL,
    ...options,
  },
});

const DIALECTS: Readonly<Record<string, Dialect>> = {
  pbs: pbs({
    // Of one element alone there is no array: `qsub: illegal -J value`.
    "-J": /^0-[1-9]\d*$/,
    "-l": new RegExp(
      `^(?:select=1:ncpus=${COUNT}(?::ngpus=\\d+)?(?::mem=${COUNT}mb)?|walltime=${TIME})$`,
    ),
    "-W": new RegExp(`^depend=afterany(?::${ID})+$`),
  }),
  torque: pbs({
    "-t": /^\d+-\d+$/,
    "-l": new RegExp(`^(?:nodes=1:ppn=${COUNT}(?::gpus=\\d+)?|mem=${COUNT}mb|walltime=${TIME})$`),
    "-W": new RegExp(`^depend=(?:(?:afterany(?::\\d[\\w.-]*)+|afteranyarray:${ID}),?)+$`),
  }),
  sge: {
    prefix: "#$",
    split: splitSge,
    options: {
      "-N": /^[^\d\s/:@\\*?][^\s/:@\\*?]{0,510}$/,
      "-S": /^\/\S+$/,
      // A colon ends a host's name, a comma a path.
      "-o": /^\/[^:,]+$/,
      "-j": /^(?:y|yes|n|no)$/,
      "-r": /^(?:y|yes|n|no)$/,
      "-notify": null,
      // There is no element 0.
      "-t": /^[1-9]\d*-[1-9]\d*(?::\d+)?$/,
      "-pe": /^[^\d\s]\S* [1-9]\d*$/,
      "-l": new RegExp(`^(?:gpu=\\d+|h_vmem=${COUNT}[KMG]?|h_rt=(?:${TIME}|\\d+))$`),
      "-q": /^[\w.@*-]+$/,
      "-P": /^\S+$/,
      "-hold_jid": /^\d+(?:,\d+)*$/,
      "-m": MAIL,
    },
  },
  lsf: {
    prefix: "#BSUB",
    split: splitQuoted,
    options: {
      "-J": /^(?=.{1,255}$)[\w.-]+(?:\[[1-9]\d*-[1-9]\d*\])?$/,
      "-o": PLACE,
      "-r": null,
      "-n": /^[1-9]\d*$/,
      "-R": new RegExp(`^(?:span\\[hosts=1\\]|rusage\\[mem=${COUNT}(?:[KMGT]B)?\\])$`),
      "-gpu": /^num=\d+$/,
      "-M": new RegExp(`^${COUNT}(?:[KMGT]B)?$`),
      "-W": /^(?:\d+:)?[1-9]\d*$/,
      "-q": /^[\w.-]+$/,
      "-P": /^\S+$/,
      "-w": /^ended\(\d+\)(?: && ended\(\d+\))*$/,
      "-m": MAIL,
    },
  },
};

/** What the command of a scheduler would not take of a script; none if it takes it. */
export function refusals(scheduler: string, script: string): readonly string[] {
  const dialect = DIALECTS[scheduler];
  if (dialect === undefined) return [`no rules for ${scheduler}`];
  const lines = script.split("\n");
  const first = lines[0] ?? "";
  return [
    ...(/^#!\/\S+/.test(first) ? [] : [`no shell: ${first}`]),
    ...directiveLines(lines, dialect.prefix).flatMap((line) => refusalOf(line, dialect)),
  ];
}

/** As far as the first line that is no comment: what comes later is not read. */
function directiveLines(lines: readonly string[], prefix: string): readonly string[] {
  const end = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => line.startsWith(`${prefix} `))
    .map((line) => line.slice(prefix.length + 1));
}

function refusalOf(line: string, { split, options }: Dialect): readonly string[] {
  if (line.length > 2000) return [`too long: ${line}`];
  const words = split(line);
  if (words === undefined) return [`unmatched quotes: ${line}`];
  const [name = "", ...values] = words;
  if (!Object.hasOwn(options, name)) return [`unknown option: ${line}`];
  const rule = options[name];
  const value = values.join(" ");
  // Only -pe has two arguments.
  const count = rule === null ? 0 : name === "-pe" ? 2 : 1;
  const isRight = values.length === count && (rule === null || rule?.test(value) === true);
  return isRight ? [] : [`illegal ${name} value: ${line}`];
}

/** As `make_argv` of qsub reads a directive. @returns undefined for quotes without an end */
export function splitPbs(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"' || char === "'") {
      const end = line.indexOf(char, at + 1);
      if (end === -1) return undefined;
      word = (word ?? "") + line.slice(at + 1, end);
      at = end;
    } else if (char === "\\") word = (word ?? "") + line.charAt(++at);
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  return word === undefined ? words : [...words, word];
}

/** As Grid Engine does: a `#` ends the line, quotes keep blanks together, and then all of them are dropped. */
export function splitSge(line: string): readonly string[] {
  const [read = ""] = line.split("#");
  const words = read.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+|["']\S*/g) ?? [];
  return words.map((word) => word.replace(/["']/g, ""));
}

/** Of bsub it is known only that double quotes keep blanks together. */
function splitQuoted(line: string): readonly string[] | undefined {
  const isPlain = /^(?:[^\s"'\\#`]+|"[^"'\\#`]*")(?: +(?:[^\s"'\\#`]+|"[^"'\\#`]*"))*$/.test(line);
  return isPlain
    ? line.match(/[^\s"]+|"[^"]*"/g)?.map((word) => word.replaceAll('"', ""))
    : undefined;
}
