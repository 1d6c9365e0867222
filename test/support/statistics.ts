/** The middle of a sample: without its fastest and its slowest tenth. */
export function trimmed(sample: readonly number[]): number[] {
  const sorted = sample.toSorted((one, other) => one - other);
  const tenth = Math.floor(sorted.length / 10);
  return sorted.slice(tenth, sorted.length - tenth);
}

export function median(sample: readonly number[]): number {
  const sorted = sample.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * How many standard deviations the Mann-Whitney statistic of two samples lies from what it would be if
 * both came from one distribution (normal approximation). Beyond ±2.58, chance gives that once in a hundred.
 */
export function mannWhitneyZ(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((value) => ({ value, first: 1 })), ...other.map((value) => ({ value, first: 0 }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]!.value === all[start]!.value) end += 1;
    const rank = (start + 1 + end) / 2; // equal values share the mean of their ranks
    for (let index = start; index < end; index += 1) rankSum += all[index]!.first * rank;
    start = end;
  }
  const [n, m] = [one.length, other.length];
  const statistic = rankSum - (n * (n + 1)) / 2;
  return (statistic - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
