/**
 * Whether the whole of a text fits a pattern, in which `*` stands for any text and `?` for one
 * character. Takes at most the product of the lengths, whatever is asked.
 */
export function isLike(text: string, pattern: string): boolean {
  const characters = Array.from(text);
  const wanted = Array.from(pattern);
  let at = 0;
  let next = 0;
  /** The last star, and where the text went on behind it: one more character goes to it when all else fails. */
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    if (wanted[next] === "*") {
      star = next;
      resume = at;
      next += 1;
    } else if (next < wanted.length && (wanted[next] === "?" || wanted[next] === characters[at])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      next = star + 1;
    } else return false;
  }
  return wanted.slice(next).every((one) => one === "*");
}
