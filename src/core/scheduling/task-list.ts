/**
 * How many elements an array's list names: 8 for `2-9%2`, 5 for `1,3,7-9`, 2000 for `1-3999:2`.
 * A list that squeue has cut (`…`), or anything else, is at least one.
 */
export function countTasks(list: string): number {
  const [indices = ""] = list
    .trim()
    .replace(/^\[|\]$/g, "")
    .split(/[%\]]/);
  let count = 0;
  for (const part of indices.split(",")) {
    const [, from, to, step = "1"] = /^(\d{1,9})(?:-(\d{1,9})(?::(\d{1,9}))?)?$/.exec(part) ?? [];
    if (from === undefined) continue;
    const last = Number(to ?? from);
    const stride = Math.max(1, Number(step));
    if (last >= Number(from)) count += Math.floor((last - Number(from)) / stride) + 1;
  }
  return Math.max(1, count);
}

/**
 * The elements that a list of Grid Engine names: `1`, `1,3`, `1-4:1`. What is no list names none.
 * @param atMost - how many of them are given
 */
export function listTasks(list: string, atMost: number): readonly string[] {
  const tasks: string[] = [];
  for (const part of list.split(",")) {
    const [, from, to, step = "1"] = /^(\d{1,9})(?:-(\d{1,9})(?::(\d{1,9}))?)?$/.exec(part) ?? [];
    if (from === undefined) continue;
    const stride = Math.max(1, Number(step));
    for (let task = Number(from); task <= Number(to ?? from); task += stride) {
      if (tasks.length >= atMost) return tasks;
      tasks.push(String(task));
    }
  }
  return tasks;
}

/** Divides `total` elements into arrays of at most `limit`, as equal as can be. */
export function chunksOf(total: number, limit: number): readonly number[] {
  // A small part of a limit without bounds is 0.
  const count = total === 0 ? 0 : Math.max(1, Math.ceil(total / Math.max(1, limit)));
  return Array.from(
    { length: count },
    (_, index) => Math.floor((total * (index + 1)) / count) - Math.floor((total * index) / count),
  );
}
