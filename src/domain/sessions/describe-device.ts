import Bowser from 'bowser';

/** Longer user agents than any browser sends are cut before they are looked at. */
const MAX_USER_AGENT = 512;

/** What a user agent is, in words that most people know; null for what nobody knows. */
export interface Device {
  program: string;
  system: string | null;
}

export function describeDevice(userAgent: string | null): Device | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent.slice(0, MAX_USER_AGENT));
  const program = browser.name || userAgent.split(/[/\s]/)[0]!.slice(0, 40);
  return program ? { program, system: os.name || null } : null;
}
