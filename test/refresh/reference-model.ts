/**
 * What refreshing a session means, without a database, a network or concurrency: the measure for the
 * real thing. Times are seconds; since a test cannot know to the millisecond when a server looked at
 * its clock, they are intervals, and where an interval straddles a limit both outcomes are allowed.
 */
export interface Interval {
  from: number;
  to: number;
}

export interface Limits {
  graceSeconds: number;
  idleSeconds: number;
  absoluteSeconds: number;
}

/** One state that a session may be in. */
export interface World {
  generation: number;
  /** False once it was signed out, stolen, or its user suspended. */
  lives: boolean;
  startedAt: Interval;
  refreshedAt: Interval;
}

export type Answer =
  { kind: 'RefreshSuccess'; generation: number } | { kind: 'InvalidRefreshToken' | 'RefreshTokenReused' };

export interface Step {
  answer: Answer;
  world: World;
}

export function begin(now: Interval): World {
  return { generation: 1, lives: true, startedAt: now, refreshedAt: now };
}

/** What may follow when the token of `generation` is presented. */
export function present(world: World, generation: number, now: Interval, limits: Limits): Step[] {
  const refused: Step = { answer: { kind: 'InvalidRefreshToken' }, world };
  if (!world.lives) return [refused];
  const idle = elapsed(world.refreshedAt, now, limits.idleSeconds);
  const absolute = elapsed(world.startedAt, now, limits.absoluteSeconds);
  if (idle === 'yes' || absolute === 'yes') return [refused];
  const steps = presentToLiving(world, generation, now, limits);
  return idle === 'unsure' || absolute === 'unsure' ? [refused, ...steps] : steps;
}

function presentToLiving(world: World, generation: number, now: Interval, { graceSeconds }: Limits): Step[] {
  const rotated: Step = {
    answer: { kind: 'RefreshSuccess', generation: world.generation + 1 },
    world: { ...world, generation: world.generation + 1, refreshedAt: now },
  };
  const again: Step = { answer: { kind: 'RefreshSuccess', generation: world.generation }, world };
  const stolen: Step = { answer: { kind: 'RefreshTokenReused' }, world: end(world) };
  if (generation > world.generation) return [{ answer: { kind: 'InvalidRefreshToken' }, world }];
  if (generation === world.generation) return [rotated];
  if (generation < world.generation - 1) return [stolen];
  const closed = elapsed(world.refreshedAt, now, graceSeconds);
  return closed === 'unsure' ? [again, stolen] : closed === 'yes' ? [stolen] : [again];
}

export function end(world: World): World {
  return { ...world, lives: false };
}

export function isSameAnswer(one: Answer, other: Answer): boolean {
  if (one.kind !== other.kind) return false;
  return (
    one.kind !== 'RefreshSuccess' || other.kind !== 'RefreshSuccess' || one.generation === other.generation
  );
}

function elapsed(since: Interval, now: Interval, seconds: number): 'yes' | 'no' | 'unsure' {
  if (now.from - since.to > seconds) return 'yes';
  return now.to - since.from < seconds ? 'no' : 'unsure';
}
