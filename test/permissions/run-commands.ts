/* oxlint-disable jest/no-standalone-expect -- these are the steps of tests, which are elsewhere */
import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '../../src/domain/caller.js';
import { gate } from '../support/gate.js';
import { sendChange } from '../support/send-change.js';
import type { TestApp } from '../support/test-app.js';
import { NO_EVENT, replay, told } from './audit-replay.js';
import { OBSERVER, PEOPLE, PERMISSIONS, type Change, type Command, type Picked } from './commands.js';
import { compareReads, compareThroughHttp } from './compare.js';
import { concrete } from './concrete.js';
import { askUseCase, toMutation, type Asked } from './inputs.js';
import { pictureOf, storedPicture } from './pictures.js';
import { apply } from './reference-changes.js';
import { begin, effective, type State } from './reference-model.js';
import type { Outcome } from './reference-rules.js';
import { statesAfter } from './one-after-the-other.js';
import { Stage } from './stage.js';

const CALLER: Caller = { ipAddress: '192.0.2.1', userAgent: null, requestId: 'model-check' };
const SIGNET = PERMISSIONS.filter((name) => name.startsWith('signet:'));

/** The real thing in one run, and the model beside it. */
export class Run {
  private lastEvent = NO_EVENT;
  private steps = 0;

  private constructor(
    private readonly app: TestApp,
    private readonly stage: Stage,
    private state: State,
    /** Counts what was seen, so that a test can tell that it has tried something. */
    private readonly seen: Map<string, number>,
  ) {}

  static async begin(app: TestApp, seen: Map<string, number>): Promise<Run> {
    const run = new Run(app, await Stage.set(app), begin(PEOPLE, OBSERVER, SIGNET), seen);
    const [newest] = await app.sql<{ id: string }>('SELECT id FROM audit_events ORDER BY id DESC LIMIT 1');
    run.lastEvent = newest?.id ?? NO_EVENT;
    return run;
  }

  /** What a run starts from, by an administrator, and compared when all of it is done. */
  async prepare(changes: Change[]): Promise<void> {
    const before = this.state;
    for (const change of changes) await this.step({ actor: 'root', door: 'use case', change });
    await this.compare(before, 'use case');
  }

  /** Makes one change on both sides, and compares everything that follows from it. */
  async do({ actor, door, change }: Picked): Promise<void> {
    if (actor !== null) await this.arrive(actor);
    const before = this.state;
    await this.step({ actor, door, change: concrete(this.state, change) });
    await this.compare(before, door);
  }

  /**
   * Makes changes at the same instant: what comes of them has to be what comes of them one after the other, in
   * whichever order. With a table to wait at, all of them have begun before one of them ends.
   */
  async atOnce(changes: Pick<Picked, 'actor' | 'change'>[], meetAt?: string): Promise<Outcome[]> {
    for (const { actor } of changes) if (actor !== null) await this.arrive(actor);
    const before = this.state;
    const commands = changes.map(({ actor, change }) => ({
      actor,
      door: 'use case' as const,
      change: concrete(this.state, change),
    }));
    const barrier = meetAt === undefined ? null : await gate(this.app, meetAt);
    const answers = commands.map((command) => this.make(command));
    await barrier?.untilWaiting(commands.length);
    await barrier?.open();
    const outcomes = await Promise.all(answers);
    const made = commands.map((command, index) => ({ command, outcome: outcomes[index]! }));
    const stands = await storedPicture(this.app, this.stage);
    const after = statesAfter(before, made).find((state) => isDeepStrictEqual(pictureOf(state), stands));
    if (!after) throw new Error(`in no order: ${JSON.stringify(made)}`);
    for (const { command, outcome } of made) this.count(`${command.change.do}: ${outcome}`);
    this.state = after;
    await this.compare(before, 'use case');
    return outcomes;
  }

  private async step(command: Command): Promise<void> {
    const { outcome, after } = apply(this.state, command);
    const real = await this.make(command);
    this.count(`${command.change.do}: ${outcome}`);
    expect({ command, outcome: real }).toEqual({ command, outcome });
    this.state = after;
  }

  /** Everything that can be asked, through the API, when the last command is over. */
  async compareAll(): Promise<void> {
    await compareThroughHttp(this.app, this.stage, this.state, PERMISSIONS);
  }

  /** Somebody who was suspended and may sign in again does so. */
  private async arrive(actor: string): Promise<void> {
    const user = this.state.users.get(actor)!;
    if (user.signedIn || user.status !== 'ACTIVE') return;
    await this.stage.signIn(actor);
    this.state = structuredClone(this.state);
    this.state.users.get(actor)!.signedIn = true;
  }

  private async make({ actor, door, change }: Command): Promise<Outcome> {
    if (change.do === 'time passes') {
      this.app.clock.advance(change.hours * 3600);
      return 'done';
    }
    const asked = toMutation(change, this.stage);
    const isHttp = door === 'http' && actor !== null;
    const { outcome, groupId } = isHttp ? await this.send(asked, actor) : await this.ask(asked, actor);
    if (asked.mutation === 'createGroup' && groupId) this.stage.groups.push(groupId);
    return outcome;
  }

  private async send(
    asked: Asked,
    actor: string,
  ): Promise<{ outcome: Outcome; groupId?: string | undefined }> {
    const { mutation, input, selection } = asked;
    const token = await this.stage.token(actor);
    const { code, success } = await sendChange(this.app.client, mutation, input, token, selection);
    const outcome = OUTCOMES[code];
    if (!outcome) throw new Error(`${mutation} answered ${code}`);
    return { outcome, groupId: (success['group'] as { id: string } | undefined)?.id };
  }

  private async ask(asked: Asked, actor: string | null): Promise<{ outcome: Outcome; groupId?: string }> {
    const viewer = actor === null ? null : this.stage.viewer(actor);
    const { kind, groupId } = await askUseCase(this.app.identity.useCases, asked, viewer, CALLER);
    return { outcome: DONE.has(kind) ? 'done' : (kind as Outcome), ...(groupId ? { groupId } : {}) };
  }

  private async compare(before: State, door: Command['door']): Promise<void> {
    this.steps += 1;
    const { app, stage, state } = this;
    const expected = pictureOf(state);
    expect(await storedPicture(app, stage)).toEqual(expected);
    const { now, last } = await replay(app, told(pictureOf(before)), this.lastEvent, stage);
    this.lastEvent = last;
    expect(now).toEqual(told(expected));
    // What has changed for somebody, and in turn one of all the others.
    const people = [...state.users.keys()];
    const changed = people.flatMap((user) => [
      ...effective(before, user).symmetricDifference(effective(state, user)),
    ]);
    const turn = PERMISSIONS.filter((_, index) => (index + this.steps) % PERMISSIONS.length === 0);
    await compareReads(app, stage, state, [...new Set([...changed, ...turn])]);
    if (door === 'http' && this.steps % 3 === 0) await compareThroughHttp(app, stage, state, turn);
  }

  private count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }
}

/** Kinds of outcomes that are no refusal. */
const DONE = new Set(['applied', 'deleted', 'saved', 'changed', 'granted', 'revoked']);

/** What a client reads, in the words of the model. */
const OUTCOMES: Record<string, Outcome> = {
  OK: 'done',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'notFound',
  INVALID_INPUT: 'invalidInput',
  NAME_TAKEN: 'nameTaken',
  CONFIRMATION_REQUIRED: 'lossNotConfirmed',
  LAST_ADMINISTRATOR: 'lastAdministrator',
  SESSION_ENDED: 'sessionEnded',
  UNAUTHENTICATED: 'unauthenticated',
};
