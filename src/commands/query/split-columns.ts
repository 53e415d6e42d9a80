/** The columns in a list with commas; those within quotes, brackets and parentheses separate nothing. */
export function splitColumns(text: string): readonly string[] {
  const columns: string[] = [];
  let column = "";
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^]/gu)) {
    if (piece === "," && depth === 0) {
      columns.push(column);
      column = "";
      continue;
    }
    if (piece === "[" || piece === "(") depth += 1;
    if (piece === "]" || piece === ")") depth -= 1;
    column += piece;
  }
  return [...columns, column].map((one) => one.trim()).filter((one) => one !== "");
}
