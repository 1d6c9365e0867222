import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Everything that `/metrics` shows. Labels are names from code, never anything that a request carries. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'signet_http_request_seconds',
    help: 'Time from a request to the end of its answer, in seconds.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const outcomes = new Counter({
    name: 'signet_outcomes_total',
    help: 'How use cases ended: sign-ins, refreshes, registrations and what else has several endings.',
    labelNames: ['use_case', 'outcome'],
    registers: [registry],
  });

  return {
    registry,
    requests,
    /** A gauge that is read when somebody asks. */
    gauge(name: string, help: string, read: () => number | Promise<number>): void {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    /** Counts the outcomes of a use case by their kind. */
    counted<Args extends unknown[], Outcome extends { kind: string }>(
      useCase: string,
      run: (...args: Args) => Promise<Outcome>,
    ): (...args: Args) => Promise<Outcome> {
      return async (...args) => {
        const outcome = await run(...args);
        outcomes.inc({ use_case: useCase, outcome: outcome.kind });
        return outcome;
      };
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
