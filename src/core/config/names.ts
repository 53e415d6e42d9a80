/**
 * What no value of a configuration can be called, wherever it is written or stored: a program that
 * copies values by assignment would change what its objects inherit.
 */
const FORBIDDEN_NAMES: readonly string[] = ["__proto__", "constructor", "prototype"];

export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.includes(name);
}

/** Why a key cannot be the name of a value, as a sentence about it; undefined if it can. */
export function refusedName(name: string): string | undefined {
  if (name === "") return '"" is empty, and no name.';
  if (isForbiddenName(name)) {
    return `${JSON.stringify(name)} belongs to JavaScript and cannot be the name of a value.`;
  }
  if (/[./\0]/.test(name)) return `${JSON.stringify(name)} has a "." or "/" in it, and is no name.`;
  return undefined;
}
