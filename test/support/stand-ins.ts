import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One call of a stand-in: its arguments and its standard input. */
export type RecordedCall = { readonly words: readonly string[]; readonly input: string };

/**
 * Puts a command of a name into `folder`/bin that records what it is given and then does what the
 * shell lines `body` say. @returns a PATH that has it first
 */
export function standIn(folder: string, name: string, body: string): string {
  const bin = join(folder, "bin");
  const calls = join(folder, "calls", name);
  mkdirSync(bin, { recursive: true });
  mkdirSync(calls, { recursive: true });
  const quoted = `'${calls.replaceAll("'", "'\\''")}'`;
  const text = `#!/bin/bash
call=$(mktemp -d ${quoted}/"$(date +%s%N)"XXXXXX)
{ [ $# -eq 0 ] || printf '%s\\0' "$@"; } >"$call/words"
cat >"$call/input"
${body}
`;
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
  return `${bin}:${process.env["PATH"] ?? ""}`;
}

/**
 * Shell lines for {@link standIn}: refuses a script, its last argument or its input, whose head is not
 * what a scheduler's manual has, as the scheduler itself would; then does what `body` says.
 */
export function refusing(scheduler: string, body: string): string {
  const checker = fileURLToPath(new URL("check-directives.js", import.meta.url));
  const script = `[ -s "$call/input" ] && file="$call/input" || file="\${!#}"`;
  return `${script}\n'${process.execPath}' '${checker}' ${scheduler} "$file" || exit 2\n${body}`;
}

/** What a stand-in was called with, in order. */
export function callsOf(folder: string, name: string): readonly RecordedCall[] {
  const calls = join(folder, "calls", name);
  return readdirSync(calls)
    .sort()
    .map((call) => ({
      words: readFileSync(join(calls, call, "words"), "utf8")
        .split("\0")
        .slice(0, -1),
      input: readFileSync(join(calls, call, "input"), "utf8"),
    }));
}
