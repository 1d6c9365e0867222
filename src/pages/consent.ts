import { field } from './form.js';
import type { Words } from './words/en.js';
import { interactionPage, type House, type Visit } from './visit.js';

/** Where people are asked whether a third party may have what it wants. */
export function consentPage(house: House) {
  return interactionPage(house, {
    name: 'consent',
    prompt: 'consent',
    async show(visit) {
      const { pending, language, token } = visit;
      const person = pending.session && (await house.findPerson(pending.session.userId));
      return visit.show({
        template: 'consent',
        title: language.words.consent.title(pending.client.name),
        view: {
          token,
          client: pending.client.name,
          person: person ? (person.email ?? person.name) : null,
          wishes: await sayWishes(visit),
        },
      });
    },
    async answer(visit) {
      const { request, reply } = visit;
      // Whatever is no clear yes is a no.
      const agrees = field(request, 'answer') === 'agree';
      const { finishConsent, refuse } = house.interactions;
      return visit.go(await (agrees ? finishConsent(request, reply) : refuse(request, reply)));
    },
  });

  async function sayWishes({ pending, language }: Visit): Promise<Wish[]> {
    const { consent } = language.words;
    const identity = IDENTITY_SCOPES.filter((scope) => pending.scopes.includes(scope));
    const others = pending.scopes.filter((scope) => !(IDENTITY_SCOPES as readonly string[]).includes(scope));
    const permissions = await house.describePermissions(others);
    return [
      ...identity.map((scope) => ({ text: consent[scope], service: null })),
      // Described by their services, in the language of their services.
      ...permissions.map(({ name, description, service }) => ({ text: description ?? name, service })),
    ];
  }
}

interface Wish {
  text: string;
  service: string | null;
}

const IDENTITY_SCOPES = [
  'openid',
  'profile',
  'email',
  'offline_access',
] as const satisfies (keyof Words['consent'])[];
