import { extname, relative } from "node:path";

import type { Place } from "../../core/config/layers/layer.ts";
import { parseLayerText } from "../../core/config/layers/parse-layer.ts";
import { scriptPlaces } from "../../core/config/layers/script-places.ts";
import { formatProblems } from "../../core/config/problems.ts";
import type { Path } from "../../core/expression/syntax.ts";
import { lazily } from "../../core/lazily.ts";
import { UserError, type UserErrorCode } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { refuseFolder } from "../refuse-folder.ts";

/** A file in TypeScript, JavaScript, YAML or JSON that an author wrote. */
export type SourceFile = {
  /** Its path as messages show it. */
  readonly file: string;
  /** What it holds or exports by default. */
  readonly value: unknown;
  /** Where a key is written, as far as that can be told. */
  readonly placeOf: (path: Path) => Place | undefined;
};

type SourceHost = Pick<Host, "files" | "modules" | "workingFolder">;

/**
 * @param path - absolute
 * @throws UserError `code` if it cannot be read; of what it says nothing is checked
 */
export async function readSource(
  path: string,
  code: UserErrorCode,
  host: SourceHost,
): Promise<SourceFile> {
  refuseFolder(path, "a schedule or a configuration", host);
  refuseOtherEnds(path, code);
  const file = shownPath(path, host);
  const isData = /\.(ya?ml|json)$/.test(path);
  const parse = lazily(() => parseLayerText(textOf(path, host), file));
  const script = lazily(() => scriptPlaces(textOf(path, host)));
  const placeOf = (at: Path) => (isData ? parse().placeOf(at) : script()(at));
  try {
    return { file, value: (await host.modules.load(path))["default"], placeOf };
  } catch (error) {
    // Whatever an author's file throws is the author's to mend.
    if (error instanceof UserError) throw error;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    // This parser knows the line.
    const problems = isData ? parse().problems : [];
    const message =
      problems.length > 0 ? formatProblems(path, problems) : `${path} cannot be loaded: ${what}`;
    const role = code === "schedule-invalid" ? "schedule" : "file";
    const hint = `Nothing was written. Correct the ${role} and prepare again.`;
    throw new UserError(code, message, hint, { cause: error });
  }
}

const ENDS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", ".yaml", ".yml"];

function refuseOtherEnds(path: string, code: UserErrorCode): void {
  const end = extname(path);
  // Pipes have none, and are JavaScript.
  if (end === "" || ENDS.includes(end)) return;
  throw new UserError(
    code,
    `${path}: expected a file that ends in one of ${ENDS.join(", ")}, got ${JSON.stringify(end)}.`,
    "Nothing was written. Rename the file after the language that it is in.",
  );
}

/** The text of a file that was just loaded; of a pipe, which is read only once, nothing. */
function textOf(path: string, { files }: Pick<Host, "files">): string {
  try {
    return files.read(path) ?? "";
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}

/** A path as people would type it: from the working folder if it lies in there. */
export function shownPath(path: string, { workingFolder }: Pick<Host, "workingFolder">): string {
  const short = relative(workingFolder, path);
  return short.startsWith("..") || short === "" ? path : short;
}
