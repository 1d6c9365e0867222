import type { Logger } from './logger.js';

/** Work that a node does by itself, again and again. */
export interface Job {
  name: string;
  /** From the end of one run to the start of the next, in seconds. */
  everySeconds: number;
  /** The signal says that the node stops: what is long ends soon, and goes on elsewhere. */
  run: (signal?: AbortSignal) => Promise<unknown>;
}

/** Runs jobs in the background. One that fails is logged and tried again at its next time. */
export function startJobs(jobs: Job[], logger: Logger): { stop(): Promise<void> } {
  const stop = new AbortController();
  const timers = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, Promise<void>>();

  const schedule = (job: Job): void => {
    if (stop.signal.aborted) return;
    // Spread over a tenth of the interval, so that nodes started together do not work together.
    const delayMs = job.everySeconds * 1000 * (0.95 + Math.random() / 10);
    timers.set(
      job.name,
      setTimeout(() => running.set(job.name, execute(job)), delayMs),
    );
  };
  const execute = async (job: Job): Promise<void> => {
    try {
      await job.run(stop.signal);
    } catch (error) {
      logger.error(
        { event: 'job.failed', job: job.name, err: error },
        'a background job failed; it will run again',
      );
    }
    schedule(job);
  };
  jobs.forEach(schedule);

  return {
    async stop() {
      stop.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}
