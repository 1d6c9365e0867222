import { setImmediate } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { HashQueue, HashQueueFull } from '../../../src/domain/passwords/hash-queue.js';

const LONG_WAIT = { concurrency: 1, waitSeconds: 60 };

/** Hashes that end when the test says so, by the name of who asked. */
function controlled(queue: HashQueue) {
  const started: string[] = [];
  const running: { end: () => void; fail: (error: Error) => void }[] = [];
  const ask = (lane: string, name = lane) =>
    queue.run(lane, () => {
      started.push(name);
      return new Promise<string>((resolve, reject) => {
        running.push({ end: () => resolve(name), fail: reject });
      });
    });
  /** Ends the oldest running hash, and lets who is next start. */
  const endOne = async () => {
    running.shift()!.end();
    await setImmediate();
  };
  return { started, running, ask, endOne };
}

describe('HashQueue (PW-10)', () => {
  afterEach(() => jest.useRealTimers());

  it('never has more in flight than its setting, and gets through with all of them', async () => {
    const queue = new HashQueue({ concurrency: 3, waitSeconds: 60 });
    let inFlight = 0;
    let most = 0;
    const hash = async () => {
      most = Math.max(most, ++inFlight);
      await setImmediate();
      inFlight -= 1;
    };
    await Promise.all(Array.from({ length: 200 }, (_, index) => queue.run(`lane ${index % 7}`, hash)));
    expect(most).toBe(3);
    expect(inFlight).toBe(0);
    expect(queue.depth).toBe(0);
  });

  it('gives everybody of one lane their turn in the order in which they came', async () => {
    const { started, ask, endOne } = controlled(new HashQueue(LONG_WAIT));
    const all = ['first', 'second', 'third', 'fourth'].map((name) => ask('lane', name));
    while (started.length < 4) await endOne();
    await endOne();
    expect(await Promise.all(all)).toEqual(['first', 'second', 'third', 'fourth']);
    expect(started).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('lets a lane of many wait behind itself and not in front of others', async () => {
    const { started, ask, endOne } = controlled(new HashQueue(LONG_WAIT));
    const all = ['storm 1', 'storm 2', 'storm 3', 'storm 4'].map((name) => ask('storm', name));
    all.push(ask('ada'), ask('grace'));
    for (let turn = 0; turn < all.length; turn += 1) await endOne();
    await Promise.all(all);
    expect(started).toEqual(['storm 1', 'storm 2', 'ada', 'grace', 'storm 3', 'storm 4']);
  });

  it('hands the place on when a hash fails, however it fails', async () => {
    const queue = new HashQueue(LONG_WAIT);
    const { started, running, ask, endOne } = controlled(queue);
    const failing = ask('failing');
    const thrower = queue.run('thrower', () => {
      throw new Error('thrown before any promise');
    });
    const next = ask('next');
    const refusals = [
      expect(failing).rejects.toThrow('out of memory'),
      expect(thrower).rejects.toThrow('thrown before any promise'),
    ];
    running.shift()!.fail(new Error('out of memory'));
    await Promise.all(refusals);
    await setImmediate();
    expect(started).toEqual(['failing', 'next']);
    await endOne();
    await next;
    // The place is free again, and only once.
    const [one, two] = [ask('one'), ask('two')];
    expect(started).toEqual(['failing', 'next', 'one']);
    await endOne();
    await endOne();
    await Promise.all([one, two]);
  });

  it('refuses who would have to wait for too long at once, with a hint, and hashes nothing for them', async () => {
    const { started, ask, running } = controlled(new HashQueue({ concurrency: 1, waitSeconds: 1 }));
    const all = [ask('storm')];
    // Before anything was timed a hash is taken for 30 ms: about 33 fit into a second.
    const outcomes: unknown[] = [];
    for (let asked = 0; asked < 100; asked += 1) all.push(ask('storm', `storm ${asked}`));
    for (const one of all) void one.catch((error: unknown) => outcomes.push(error));
    await setImmediate();
    expect(outcomes.length).toBeGreaterThan(50);
    for (const error of outcomes) expect(error).toBeInstanceOf(HashQueueFull);
    expect((outcomes[0] as HashQueueFull).retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(started).toEqual(['storm']);

    // A full lane is no reason to refuse another one.
    const ada = ask('ada');
    running.shift()!.end();
    await setImmediate();
    running.shift()!.end();
    await setImmediate();
    expect(started).toContain('ada');
    running.forEach(({ end }) => end());
    await ada;
    await drainAll(running, all);
  });

  it('refuses at its deadline who never got a turn, and gives their place to nobody', async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const queue = new HashQueue({ concurrency: 1, waitSeconds: 5 });
    const { started, ask, endOne } = controlled(queue);
    const first = ask('first');
    const refused = expect(ask('late')).rejects.toBeInstanceOf(HashQueueFull);
    expect(queue.depth).toBe(1);
    jest.advanceTimersByTime(4_999);
    expect(queue.depth).toBe(1);
    jest.advanceTimersByTime(1);
    await refused;
    expect(queue.depth).toBe(0);
    await endOne();
    expect(await first).toBe('first');
    const after = ask('after');
    await endOne();
    expect(await after).toBe('after');
    expect(started).toEqual(['first', 'after']);
  });

  it('keeps who waits behind an expired one of the same lane, and refuses nobody who has had a turn', async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const queue = new HashQueue({ concurrency: 1, waitSeconds: 5 });
    const { started, ask, endOne } = controlled(queue);
    const first = ask('lane', 'first');
    const refused = expect(ask('lane', 'expired')).rejects.toBeInstanceOf(HashQueueFull);
    jest.advanceTimersByTime(3_000);
    const patient = ask('lane', 'patient');
    jest.advanceTimersByTime(2_000);
    await refused;
    expect(queue.depth).toBe(1);
    await endOne();
    jest.advanceTimersByTime(60_000);
    await endOne();
    expect(await Promise.all([first, patient])).toEqual(['first', 'patient']);
    expect(started).toEqual(['first', 'patient']);
  });

  it('holds a bounded number of waiting requests, however many lanes ask', async () => {
    const queue = new HashQueue({ concurrency: 1, waitSeconds: 1 });
    const { ask, running } = controlled(queue);
    const all = Array.from({ length: 5000 }, (_, index) => ask(`lane ${index}`));
    const outcomes = all.map((one) => one.then(() => 'hashed').catch(() => 'refused'));
    await setImmediate();
    expect(queue.depth).toBeLessThan(100);
    await drainAll(running, all);
    expect((await Promise.all(outcomes)).filter((outcome) => outcome === 'refused').length).toBeGreaterThan(
      4800,
    );
  });
});

/** Ends what still runs until everybody has an answer. */
async function drainAll(running: { end: () => void }[], all: Promise<unknown>[]): Promise<void> {
  let settled = false;
  const done = Promise.allSettled(all).then(() => (settled = true));
  while (!settled) {
    running.splice(0).forEach(({ end }) => end());
    await setImmediate();
  }
  await done;
}
