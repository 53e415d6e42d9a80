/** A name of a list, and the line that it stands in, from 1 on. */
export type ListedName = { readonly name: string; readonly line: number };

/** The names in the text of a list file: one a line; `#` starts a comment; blank lines are allowed. */
export function listedLines(text: string): readonly ListedName[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line, index) => {
      const comment = line.indexOf("#");
      return { name: (comment < 0 ? line : line.slice(0, comment)).trim(), line: index + 1 };
    })
    .filter(({ name }) => name !== "");
}

export const listedNames = (text: string) => listedLines(text).map(({ name }) => name);

/** What to add to the end of a list's text, so that it holds `names`; empty if it does. */
export function linesToAdd(text: string, names: readonly string[]): string {
  const listed = new Set(listedNames(text));
  const lines = names.filter((name) => !listed.has(name)).map((name) => `${name}\n`);
  // A list that a person has edited may lack its last newline.
  const start = lines.length === 0 || text === "" || text.endsWith("\n") ? "" : "\n";
  return start + lines.join("");
}
