/**
 * What a terminal would obey, hide or reorder: control characters (escape sequences begin with
 * one), invisible ones, marks that turn the direction of writing, halves of characters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * A text that a terminal shows as it is: lines and tabs stay, whatever else is unprintable is written
 * as JSON does (`\u001b`). So a JSON text stays the same value.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );
}

/**
 * The same on one line, for a name or a value inside of one: lines and tabs are written out too.
 * @param length - what is longer ends in `…`; UTF-16 units
 */
export function oneLine(text: string, length = Number.POSITIVE_INFINITY): string {
  const shown = text.length > length ? `${text.slice(0, length - 1)}…` : text;
  return shown.replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  // Unit by unit: outside of the basic plane, JSON has two of them for a character.
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
