import { z } from 'zod';

/** Every service has these from Signet; a manifest does not declare them. */
export const STANDING_PERMISSIONS = ['permissions.manage', 'sign-in'];

const SLUG = /^[a-z][a-z0-9-]{0,39}$/;
const WHAT = /^[a-z0-9][a-z0-9._-]{0,79}$/;

/** What is wrong with a value of another type, in the words of somebody who writes YAML. */
function wrongType(expected: string) {
  return ({ input }: { input?: unknown }): string => {
    if (input === undefined) return `This is missing; it must be ${expected}.`;
    if (input === null) return `This is empty; it must be ${expected}.`;
    if (Array.isArray(input)) return `This must be ${expected}, not a list.`;
    if (typeof input === 'object') return `This must be ${expected}, not a mapping.`;
    return expected === 'text'
      ? `This must be text; put it in quotes: "${JSON.stringify(input)}".`
      : `This must be ${expected}.`;
  };
}

function text(limit: number, empty: string, expected = 'text') {
  return z
    .string({ error: wrongType(expected) })
    .trim()
    .min(1, { error: empty, abort: true })
    .max(limit, `This has more than ${limit} characters.`);
}

const title = () => text(100, 'This is empty; enter a name.');
const description = (what: string) =>
  text(1000, 'This is empty; enter some text or leave it out.').optional().describe(what);

/** Why a text is no name of a permission inside a manifest. */
function explainWhat({ input }: { input?: unknown }): string {
  const written = String(input);
  const [slug, what] = written.split(':', 2);
  if (what !== undefined && WHAT.test(what))
    return `In a manifest a permission is written without its service: "${what}", not "${slug}:${what}".`;
  return 'A permission is 1 to 80 lower-case letters, digits, ".", "_" and "-", and begins with a letter or a digit.';
}

const permissionName = () => z.string({ error: wrongType('text') }).regex(WHAT, { error: explainWhat });

const permission = z
  .strictObject(
    {
      name: permissionName().describe(
        'What somebody may do, such as `refund`. Everywhere else it is `<slug>:<name>`, such as `orders:refund`.',
      ),
      description: description('What holders may do, for those who grant it.'),
      deprecated: text(
        1000,
        'This is empty; say what to use instead, or leave it out.',
        'a text that says what to use instead',
      )
        .optional()
        .describe(
          'What to use instead. Holders keep a deprecated permission, and nobody is given it anew. A permission is deprecated before it is left out.',
        ),
    },
    { error: wrongType('a mapping with a name and a description') },
  )
  .describe('Something that people may be allowed to do.');

const role = z
  .strictObject(
    {
      name: title().describe('The name of the role, unlike that of every other role, whatever the case.'),
      description: description('Who this role is for.'),
      permissions: z
        .array(permissionName(), { error: wrongType('a list of permissions') })
        .default([])
        .describe('Permissions of this manifest, without the slug.'),
    },
    { error: wrongType('a mapping with a name and permissions') },
  )
  .describe('A ready-made set of permissions to grant at once.');

/** What a product declares of itself, in its own repository. `schema/manifest.schema.json` is printed from this. */
export const manifestSchema = z
  .strictObject(
    {
      $schema: z.string().optional().describe('The JSON Schema of this file, for editors.'),
      slug: z
        .string({ error: wrongType('text') })
        .regex(SLUG, 'A slug is 1 to 40 lower-case letters, digits and "-", and begins with a letter.')
        .describe('The short name of the service, with which its permissions begin. It never changes.'),
      name: title().describe('The name of the service for people.'),
      description: description('What the service is, in a sentence or two.'),
      access: z
        .enum(['open', 'closed'], { error: 'This must be open or closed.' })
        .default('open')
        .describe(
          'Who may sign in to the service: everyone (open), or holders of `<slug>:sign-in` alone (closed).',
        ),
      permissions: z
        .array(permission, { error: wrongType('a list of permissions') })
        .default([])
        .describe('Everything that people may be allowed to do in the service.'),
      roles: z
        .array(role, { error: wrongType('a list of roles') })
        .default([])
        .describe('Ready-made roles of the service.'),
    },
    { error: wrongType('a mapping that has a slug and a name') },
  )
  .describe('The manifest of a service: what it declares to Signet.');

export type Manifest = z.infer<typeof manifestSchema>;

/** The JSON Schema for editors. Draft 7 is what the YAML language server knows best. */
export function manifestJsonSchema(): object {
  return { ...z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-7' }), title: 'Signet manifest' };
}
