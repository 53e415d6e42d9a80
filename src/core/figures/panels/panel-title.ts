import { oneLine } from "../../printable.ts";

/** What a panel shows, e.g. `lr` and `0.1`; without a name, the value stands alone. */
export type PanelTitle = readonly (readonly [name: string, value: string])[];

/** Width of a small letter, pixels. */
export const LETTER = 5.45;
const MAX_LINES = 6;
const MIN_NAME = 4;

/** As many parameters in a line as there is room for; a name is shortened before its value is. */
export function panelTitle(title: PanelTitle, width: number): readonly string[] {
  const letters = Math.floor(width / LETTER);
  const lines: string[] = [];
  for (const [name, value] of title) {
    const part = fit(oneLine(name), oneLine(value), letters);
    const line = lines.at(-1);
    const longer = `${line ?? ""}, ${part}`;
    if (line !== undefined && longer.length <= letters) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), "…"] : lines;
}

/** `learni… = 0.0123` */
function fit(name: string, value: string, letters: number): string {
  if (name === "") return oneLine(value, letters);
  const room = letters - value.length - 3;
  return name.length <= room
    ? `${name} = ${value}`
    : oneLine(`${oneLine(name, Math.max(MIN_NAME, room))} = ${value}`, letters);
}
