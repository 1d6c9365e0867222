import { ReactivateUserDocument, SuspendUserDocument } from '../support/operations.js';
import { signIn, signUp, type SignedInPerson } from '../support/given.js';
import { generationOf, logoutWith, refresh, viewerWith, type RefreshAnswer } from '../support/refresh.js';
import { LIMITS, type Command } from './commands.js';
import type { Answer, Interval } from './reference-model.js';
import { TrackedSession, type IssuedToken } from './tracked-sessions.js';
import { ADMIN, type startTwoNodes } from '../support/two-nodes.js';

type TwoNodes = Awaited<ReturnType<typeof startTwoNodes>>;

/** How far a node's reading of PostgreSQL's clock may be off, in seconds. */
const CLOCK_TOLERANCE = 1;

/** One user of two real nodes, and beside them the model of each of their sessions. */
export class Run {
  private readonly tokens: IssuedToken[] = [];
  private readonly sessions: TrackedSession[] = [];
  private readonly accessTokens = new Map<TrackedSession, string>();
  private shiftedSeconds = 0;

  private constructor(
    private readonly two: TwoNodes,
    private readonly person: SignedInPerson,
    /** Counts what was seen, so that a test can tell that it has tried something. */
    private readonly seen: Map<string, number>,
  ) {}

  static async begin(two: TwoNodes, seen: Map<string, number>): Promise<Run> {
    const from = Date.now();
    const person = await signUp(two.nodes[0].client);
    const run = new Run(two, person, seen);
    run.signedIn(person, run.since(from));
    return run;
  }

  async do(command: Command): Promise<void> {
    const { nodes } = this.two;
    switch (command.do) {
      case 'refresh':
        return this.refresh(command.node, this.picked(command.pick));
      case 'refresh, answer lost': {
        const { token, now } = await this.present(command.node, this.picked(command.pick));
        return token.session.unanswered(token.generation, now, false);
      }
      case 'refresh twice at once':
        return this.refreshTwice(this.picked(command.picks[0]), this.picked(command.picks[1]));
      case 'log out': {
        const token = this.picked(command.pick);
        await logoutWith(nodes[command.node].client, token.text);
        return token.session.ended();
      }
      case 'suspend and reactivate':
        return this.suspendAndReactivate(command.node);
      case 'sign in': {
        const from = Date.now();
        const held = await signIn(nodes[command.node].client, this.person.email);
        return this.signedIn(held, this.since(from));
      }
      case 'time passes':
        return this.timePasses(command.seconds);
      case 'kill while refreshing':
        return this.killWhileRefreshing(command.node, this.picked(command.pick), command.message);
      case 'kill and restart':
        await nodes[command.node].kill();
        await nodes[command.node].restartIfKilled();
    }
  }

  /** What has to hold when the last command is over. */
  async check(): Promise<void> {
    for (const session of this.sessions) {
      const [row] = await this.two.sql<{ generation: number; ended: boolean }>(
        'SELECT refresh_generation AS generation, ended_at IS NOT NULL AS ended FROM sessions WHERE id = $1',
        [session.id],
      );
      if (!row || !session.agreesWith(row))
        throw new Error(`the database is in no allowed state: ${JSON.stringify(row)}`);
      // The honest client goes on with the newest token that ever reached it, as far as the model promises.
      await this.refresh(1, this.tokensOf(session).at(-1)!);
      if (session.certainlyEnded()) await this.checkIsOver(session);
    }
  }

  /** No token of it lives again, on either node. */
  private async checkIsOver(session: TrackedSession): Promise<void> {
    for (const [index, token] of this.tokensOf(session).entries()) {
      const { answer } = await this.present(index % 2 === 0 ? 0 : 1, token);
      if (answer.kind !== 'InvalidRefreshToken')
        throw new Error(`a token of an ended session answers ${answer.kind}`);
    }
    const seen = await viewerWith(this.two.nodes[0].client, this.accessTokens.get(session)!);
    if (seen !== 'UNAUTHENTICATED') throw new Error(`an access token outlived its session: ${seen}`);
  }

  /** Oldest first. */
  private tokensOf(session: TrackedSession): IssuedToken[] {
    return this.tokens.filter((token) => token.session === session);
  }

  private picked(pick: number): IssuedToken {
    return this.tokens[Math.max(0, this.tokens.length - 1 - pick)]!;
  }

  private async refresh(node: 0 | 1, presented: IssuedToken): Promise<void> {
    const { token, answer, now } = await this.present(node, presented);
    token.session.observe(token.generation, toAnswer(answer), now);
    this.heard(token.session, answer);
  }

  private async refreshTwice(one: IssuedToken, other: IssuedToken): Promise<void> {
    const [first, second] = await Promise.all([this.present(0, one), this.present(1, other)]);
    const both = [first, second].map(({ token, answer }) => ({
      generation: token.generation,
      answer: toAnswer(answer),
    }));
    const now = {
      from: Math.min(first.now.from, second.now.from),
      to: Math.max(first.now.to, second.now.to),
    };
    if (one.session === other.session) one.session.observeBoth(both[0]!, both[1]!, now);
    else {
      one.session.observe(one.generation, both[0]!.answer, now);
      other.session.observe(other.generation, both[1]!.answer, now);
    }
    this.heard(one.session, first.answer);
    this.heard(other.session, second.answer);
  }

  private async killWhileRefreshing(node: 0 | 1, presented: IssuedToken, message: number): Promise<void> {
    const from = Date.now();
    this.two.nodes[node].killAtMessage(message);
    const answered = await this.present(node, presented).catch(() => null);
    const wasKilled = await this.two.nodes[node].restartIfKilled();
    if (!answered && !wasKilled) throw new Error('no answer from a node that lives');
    if (!answered) this.count('no answer');
    if (!answered) return presented.session.unanswered(presented.generation, this.since(from), true);
    presented.session.observe(presented.generation, toAnswer(answered.answer), answered.now);
    this.heard(presented.session, answered.answer);
  }

  private async suspendAndReactivate(node: 0 | 1): Promise<void> {
    const { client } = this.two.nodes[node];
    const admin = await signIn(client, ADMIN.email, ADMIN.password);
    const options = { token: admin.accessToken };
    const input = { userId: this.person.id };
    const { suspendUser } = (await client.send(SuspendUserDocument, { input }, options)).data;
    if (suspendUser.__typename !== 'SuspendUserSuccess') throw new Error(suspendUser.__typename);
    for (const session of this.sessions) session.ended();
    await Promise.all([this.refresh(0, this.picked(0)), this.refresh(1, this.picked(0))]);
    const { reactivateUser } = (await client.send(ReactivateUserDocument, { input }, options)).data;
    if (reactivateUser.__typename !== 'ReactivateUserSuccess') throw new Error(reactivateUser.__typename);
  }

  /** Moves everything in the past further back: the nodes take their time from PostgreSQL. */
  private async timePasses(seconds: number): Promise<void> {
    await this.two.sql(
      `UPDATE sessions SET created_at = created_at - make_interval(secs => $2),
         authenticated_at = authenticated_at - make_interval(secs => $2),
         refreshed_at = refreshed_at - make_interval(secs => $2),
         idle_expires_at = idle_expires_at - make_interval(secs => $2),
         absolute_expires_at = absolute_expires_at - make_interval(secs => $2)
       WHERE user_id = $1`,
      [this.person.id, seconds],
    );
    this.shiftedSeconds += seconds;
    for (const session of this.sessions) session.timePassed();
  }

  private async present(node: 0 | 1, token: IssuedToken) {
    const from = Date.now();
    const answer = await refresh(this.two.nodes[node].client, token.text);
    this.count(answer.kind);
    return { token, answer, now: this.since(from) };
  }

  private count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  private since(from: number): Interval {
    return {
      from: from / 1000 + this.shiftedSeconds - CLOCK_TOLERANCE,
      to: Date.now() / 1000 + this.shiftedSeconds + CLOCK_TOLERANCE,
    };
  }

  private signedIn(held: SignedInPerson, now: Interval): void {
    const session = new TrackedSession(held.sessionId, now, LIMITS);
    this.sessions.push(session);
    this.accessTokens.set(session, held.accessToken);
    this.tokens.push({ session, generation: 1, text: held.refreshToken });
  }

  private heard(session: TrackedSession, answer: RefreshAnswer): void {
    if (answer.kind !== 'RefreshSuccess') return;
    if (answer.sessionId !== session.id) throw new Error('the answer is about another session');
    const generation = generationOf(answer.refreshToken);
    session.heard(generation, answer.refreshToken);
    this.accessTokens.set(session, answer.accessToken);
    if (!this.tokens.some((token) => token.session === session && token.generation === generation))
      this.tokens.push({ session, generation, text: answer.refreshToken });
  }
}

function toAnswer(answer: RefreshAnswer): Answer {
  if (answer.kind !== 'RefreshSuccess') return { kind: answer.kind };
  return { kind: 'RefreshSuccess', generation: generationOf(answer.refreshToken) };
}
