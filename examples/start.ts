import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startApolloGateway, startHiveGateway } from './gateways.js';
import { startReviewsSubgraph } from './reviews-subgraph.js';

/**
 * A product subgraph that extends User, and a gateway over it and a running Signet:
 * `npm start` in one terminal, `npm run example -- --gateway apollo` (or hive) in another.
 */
const { values } = parseArgs({
  options: {
    gateway: { type: 'string', default: 'apollo' },
    signet: { type: 'string', default: 'http://localhost:4000' },
    port: { type: 'string', default: '4010' },
  },
});
const start = { apollo: startApolloGateway, hive: startHiveGateway }[values.gateway];
if (!start) {
  process.stderr.write('--gateway must be apollo or hive\n');
  process.exit(1);
}

const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) {
  ... on RegisterSuccess { tokens { accessToken } user { id } }
  ... on IdentityProblem { code message }
} }`;

interface Registered {
  data: { register: { tokens?: { accessToken: string }; user?: { id: string }; message?: string } };
}

/** Somebody who has written something, so that there is something to ask for. */
async function registerReader() {
  const email = `reader-${randomUUID().slice(0, 8)}@example.com`;
  const input = { email, name: 'Rita Reader', password: randomUUID() };
  const response = await fetch(`${values.signet}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: REGISTER, variables: { input } }),
  }).catch(() => null);
  const answer = response && ((await response.json()) as Registered).data.register;
  if (!answer?.user || !answer.tokens) {
    process.stderr.write(
      `Signet does not answer at ${values.signet}: ${answer?.message ?? 'run npm start first'}\n`,
    );
    process.exit(1);
  }
  return { id: answer.user.id, accessToken: answer.tokens.accessToken };
}

const reader = await registerReader();
const product = await startReviewsSubgraph({ signet: { origin: values.signet, issuer: values.signet } });
product.reviews.push({ id: 'r1', body: 'Keeps tea warm for hours.', authorId: reader.id });
const gateway = await start({ signet: values.signet, reviews: product.url, port: Number(values.port) });

process.stdout.write(`
  Signet            ${values.signet}/graphql
  Reviews subgraph  ${product.url}
  ${values.gateway === 'hive' ? 'Hive Gateway    ' : 'Apollo Gateway  '}  ${gateway.url}

  One query, two subgraphs, one token (good for five minutes):

  TOKEN=${reader.accessToken}

  curl -s ${gateway.url} -H 'content-type: application/json' \\
    -H "authorization: Bearer $TOKEN" \\
    -d '{ "query": "{ viewer { name email reviews { body } } }" }'

  and from the product's side:

  curl -s ${gateway.url} -H 'content-type: application/json' \\
    -H "authorization: Bearer $TOKEN" \\
    -d '{ "query": "{ reviews { body author { name status } } }" }'

  Ctrl-C stops.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void Promise.all([gateway.close(), product.close()]).then(() => process.exit(0)));
