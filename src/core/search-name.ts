import { UserError } from "../errors.ts";
import { show } from "./config/problems.ts";
import { oneLine } from "./printable.ts";

/** The parts of a storage's name, e.g. `ju12_f7b375e_mlp_digits_random_bench_2`. */
export type SearchName = {
  /** Two letters of the user's name and a number, e.g. `ju12`. */
  readonly id: string;
  /** Short commits of the tracked repositories joined by `-`, or `nogit`. */
  readonly codeVersion: string;
  readonly algName: string;
  readonly taskName: string;
  readonly kind: SearchKind;
  /** The only part that may contain `_`. */
  readonly desc: string;
};

/** How the experiments came about; `retrain`: they are the best of a search. */
export const SEARCH_KINDS = ["grid", "random", "retrain"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** What a part may look like, so that the name reads back and is a plain folder name everywhere. */
const PART = "[A-Za-z0-9+-][A-Za-z0-9.+-]*";
const NAME = new RegExp(
  `^(${PART})_(${PART})_(${PART})_(${PART})_(${SEARCH_KINDS.join("|")})_([A-Za-z0-9.+_-]+)$`,
);
/** Folder names end at 255 bytes; ids and suffixes need some of them. */
const MAX_LENGTH = 200;

/**
 * Inverse of {@link parseSearchName}.
 * @throws UserError `schedule-invalid` if a part would not read back: empty, `_` or `/` in it.
 */
export function formatSearchName(name: SearchName): string {
  for (const [part, value] of Object.entries(name)) {
    const expected = part === "desc" ? /^[A-Za-z0-9.+_-]+$/ : new RegExp(`^${PART}$`);
    if (!expected.test(value)) {
      const also = part === "desc" ? " or _" : "";
      throw new UserError(
        "schedule-invalid",
        `${part} ${show(value)} cannot be part of a storage's name: expected letters, digits, "+", "-", "."${also}.`,
        part === "desc"
          ? "Give --desc a value of these characters."
          : `Write ${show(suggestPart(value))} in the schedule; the parts of a name are separated by "_".`,
      );
    }
  }
  const text = [name.id, name.codeVersion, name.algName, name.taskName, name.kind, name.desc].join(
    "_",
  );
  if (text.length > MAX_LENGTH) {
    throw new UserError(
      "schedule-invalid",
      `The storage's name would have ${text.length} characters, expected at most ${MAX_LENGTH}: ${oneLine(text, 2 * MAX_LENGTH)}`,
      "Shorten --desc, or the names of the algorithm or the task.",
    );
  }
  return text;
}

/** The parts of `text`, or undefined if it is not the name of a storage. */
export function parseSearchName(text: string): SearchName | undefined {
  const [, id, codeVersion, algName, taskName, kind, desc] = NAME.exec(text) ?? [];
  if (!id || !codeVersion || !algName || !taskName || !kind || !desc) return undefined;
  return { id, codeVersion, algName, taskName, kind: kind as SearchKind, desc };
}

/** The nearest name that would be accepted. */
function suggestPart(value: string): string {
  const text = value.replace(/[^A-Za-z0-9.+-]+/g, "-").replace(/^[-.]+|-+$/g, "");
  return text === "" ? "name" : text;
}
