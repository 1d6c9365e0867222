/** A length of time as one would say it: "40 seconds", "15 minutes". Rounded up, so that it is never too short. */
export function inWords(seconds: number): string {
  if (seconds < 90) return plural(Math.ceil(seconds), 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? plural(minutes, 'minute') : plural(Math.ceil(minutes / 60), 'hour');
}

const plural = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;
