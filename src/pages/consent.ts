import { field } from './form.js';
import { interactionPage, type House } from './visit.js';
import { sayWishes } from './wishes.js';

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
          wishes: await sayWishes(pending.scopes, language, house.describePermissions),
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
}
