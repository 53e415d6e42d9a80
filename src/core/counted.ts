/** `1 run`, `2 runs`. @param noun - one whose plural ends in s */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
