import fc from 'fast-check';

export type NodeIndex = 0 | 1;

/** What may happen to a session. `pick` chooses a token that was ever issued: 0 is the newest. */
export type Command =
  | { do: 'refresh'; node: NodeIndex; pick: number }
  /** The answer comes and nobody reads it. */
  | { do: 'refresh, answer lost'; node: NodeIndex; pick: number }
  /** On both nodes at the same time. */
  | { do: 'refresh twice at once'; picks: [number, number] }
  | { do: 'log out'; node: NodeIndex; pick: number }
  | { do: 'suspend and reactivate'; node: NodeIndex }
  | { do: 'sign in'; node: NodeIndex }
  | { do: 'time passes'; seconds: number }
  /** kill -9 at the n-th message that a refresh exchanges with PostgreSQL, then a restart. */
  | { do: 'kill while refreshing'; node: NodeIndex; pick: number; message: number }
  | { do: 'kill and restart'; node: NodeIndex };

export const LIMITS = { graceSeconds: 60, idleSeconds: 600, absoluteSeconds: 1800 };

const node = fc.constantFrom<NodeIndex>(0, 1);
// Mostly what an honest client holds, or held a moment ago; now and then anything.
const pick = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.nat({ max: 12 }) },
);
// A refresh exchanges eleven messages; beyond them it is over, and answered or about to be.
const message = fc.integer({ min: 1, max: 12 });
// Inside the window, just past it, and past the idle end.
const seconds = fc.constantFrom(5, 25, 40, 70, 300, 700);

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('refresh' as const), node, pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('refresh, answer lost' as const), node, pick }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('refresh twice at once' as const), picks: fc.tuple(pick, pick) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('log out' as const), node, pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('suspend and reactivate' as const), node }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sign in' as const), node }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('time passes' as const), seconds }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('kill while refreshing' as const), node, pick, message }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill and restart' as const), node }) },
);
