import {
  begin,
  end,
  isSameAnswer,
  present,
  type Answer,
  type Interval,
  type Limits,
  type Step,
  type World,
} from './reference-model.js';

/** A token that some client was given, at any time. */
export interface IssuedToken {
  session: TrackedSession;
  generation: number;
  text: string;
}

/**
 * What the model knows of one session. After a node died in the middle there are several worlds in
 * which it may be; every answer leaves those in which it was allowed.
 */
export class TrackedSession {
  private worlds: World[];
  /** Text of each generation's token. Time that passed in the database makes an equal one look otherwise. */
  private readonly texts = new Map<number, string>();

  constructor(
    readonly id: string,
    startedAt: Interval,
    private readonly limits: Limits,
  ) {
    this.worlds = [begin(startedAt)];
  }

  /** An answer came: keeps the worlds that allow it. */
  observe(generation: number, answer: Answer, now: Interval): void {
    this.narrow(answer, this.stepsOf(generation, now));
  }

  /** Two answers came to requests that ran at once: as if one of them had been first. */
  observeBoth(
    one: { generation: number; answer: Answer },
    other: { generation: number; answer: Answer },
    now: Interval,
  ): void {
    const orders = [
      [one, other],
      [other, one],
    ] as const;
    const next = orders.flatMap(([first, second]) =>
      this.worlds
        .flatMap((world) => present(world, first.generation, now, this.limits))
        .filter((step) => isSameAnswer(step.answer, first.answer))
        .flatMap((step) => present(step.world, second.generation, now, this.limits))
        .filter((step) => isSameAnswer(step.answer, second.answer))
        .map((step) => step.world),
    );
    this.settle(next, [one.answer, other.answer]);
  }

  /** No answer came: it has happened, or, when the node died, perhaps not. */
  unanswered(generation: number, now: Interval, mayNotHaveHappened: boolean): void {
    const happened = this.stepsOf(generation, now).map((step) => step.world);
    this.settle([...(mayNotHaveHappened ? this.worlds : []), ...happened], 'no answer');
  }

  ended(): void {
    this.worlds = [end(this.worlds[0]!)];
  }

  /** The successor has to be told in the same words, however often and by whichever node. */
  heard(generation: number, text: string): void {
    const known = this.texts.get(generation);
    if (known !== undefined && known !== text) throw new Error(`generation ${generation} has two texts`);
    this.texts.set(generation, text);
  }

  timePassed(): void {
    this.texts.clear();
  }

  certainlyEnded(): boolean {
    return this.worlds.every((world) => !world.lives);
  }

  /** Whether a row of the database is one of the worlds. */
  agreesWith(row: { generation: number; ended: boolean }): boolean {
    return this.worlds.some(
      (world) => world.lives === !row.ended && (row.ended || world.generation === row.generation),
    );
  }

  private stepsOf(generation: number, now: Interval): Step[] {
    return this.worlds.flatMap((world) => present(world, generation, now, this.limits));
  }

  private narrow(answer: Answer, steps: Step[]): void {
    this.settle(
      steps.filter((step) => isSameAnswer(step.answer, answer)).map((step) => step.world),
      answer,
    );
  }

  private settle(next: World[], observed: unknown): void {
    if (next.length === 0)
      throw new Error(`not allowed: ${JSON.stringify(observed)} in ${JSON.stringify(this.worlds)}`);
    const different = new Map(next.map((world) => [JSON.stringify(world), world]));
    this.worlds = [...different.values()];
  }
}
