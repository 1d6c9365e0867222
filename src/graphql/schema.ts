import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import {
  Kind,
  getNamedType,
  isInputObjectType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  print,
  specifiedDirectives,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
} from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { buildSchema, createResolversMap } from 'type-graphql';
import { anyone, collectAccessRules, enforceAccess, type AccessRule, type AccessRules } from './access.js';
import { AuditEventFields } from './audit/audit-event.fields.js';
import { AuditEventsQuery } from './audit/audit-events.query.js';
import { ChangeStatusMutations } from './accounts/change-status.mutations.js';
import { ChangeClientsMutations } from './clients/change-clients.mutations.js';
import { ClientSecretsMutations } from './clients/client-secrets.mutations.js';
import { OAuthClientFields } from './clients/client.fields.js';
import { ClientQuery } from './clients/client.query.js';
import { ChangeGroupsMutations } from './groups/change-groups.mutations.js';
import { ChangeMembersMutations } from './groups/change-members.mutations.js';
import { UserGroupFields } from './groups/user-group.fields.js';
import { UserGroupsQueries } from './groups/user-groups.queries.js';
import { CatalogueQueries } from './permissions/catalogue.queries.js';
import { ChangeRolesMutations } from './permissions/change-roles.mutations.js';
import { PermissionGrantFields, PermissionLossFields } from './permissions/grant.fields.js';
import { GrantMutations } from './permissions/grant.mutations.js';
import { PermissionCheckQuery, PermissionPathFields } from './permissions/permission-check.query.js';
import { PermissionFields } from './permissions/permission.fields.js';
import { RevokeMutations, RevokePermissionFields, RevokeRoleFields } from './permissions/revoke.mutations.js';
import { RoleFields } from './permissions/role.fields.js';
import { serveReferences } from './references.js';
import { ChangeServicesMutations } from './services/change-services.mutations.js';
import { ServicePlanQuery } from './services/service-plan.query.js';
import { RegisteredServiceFields } from './services/service.fields.js';
import { ServicesQueries } from './services/services.queries.js';
import { ChangePasswordMutation } from './sessions/change-password.mutation.js';
import { LoginMutation } from './sessions/login.mutation.js';
import { LogoutMutations } from './sessions/logout.mutation.js';
import { RefreshMutation } from './sessions/refresh.mutation.js';
import { RegisterMutation } from './sessions/register.mutation.js';
import { RevokeSessionServiceMutation } from './sessions/revoke-session-service.mutation.js';
import { RevokeSessionMutation } from './sessions/revoke-session.mutation.js';
import { UserSessionFields } from './sessions/user-session.fields.js';
import { UpdateProfileMutation } from './users/update-profile.mutation.js';
import { UserFields } from './users/user.fields.js';
import { UserQuery } from './users/user.query.js';
import { UsersQuery } from './users/users.query.js';
import { ViewerQuery } from './users/viewer.query.js';

/** Every resolver class of this door. A new feature is one more line here. */
const resolvers = [
  ...[ViewerQuery, UserQuery, UsersQuery, UserFields],
  ...[RegisterMutation, LoginMutation, RefreshMutation, LogoutMutations],
  ...[RevokeSessionMutation, RevokeSessionServiceMutation, UserSessionFields],
  ...[ChangePasswordMutation, UpdateProfileMutation, ChangeStatusMutations],
  ...[AuditEventsQuery, AuditEventFields],
  ...[ServicesQueries, ServicePlanQuery, RegisteredServiceFields, ChangeServicesMutations],
  ...[ClientQuery, OAuthClientFields, ChangeClientsMutations, ClientSecretsMutations],
  ...[CatalogueQueries, PermissionFields, RoleFields, ChangeRolesMutations],
  ...[PermissionCheckQuery, PermissionPathFields, PermissionGrantFields, PermissionLossFields],
  ...[GrantMutations, RevokeMutations, RevokeRoleFields, RevokePermissionFields],
  ...[UserGroupsQueries, UserGroupFields, ChangeGroupsMutations, ChangeMembersMutations],
] as const;

const ROOT_TYPES = new Set(['Query', 'Mutation']);

/** Federation 2.9 is the newest that Apollo, The Guild and WunderGraph all compose. */
const FEDERATION_LINK = 'https://specs.apollo.dev/federation/v2.9';
const DIRECTIVES = ['@key', '@shareable', '@tag'];
const AUTH_DIRECTIVES = ['@authenticated', '@requiresScopes'];

export interface SchemaOptions {
  /** Whether the SDL carries `@authenticated` and `@requiresScopes`. The rules hold either way. */
  authDirectives: boolean;
}

export interface Subgraph {
  schema: GraphQLSchema;
  typeDefs: DocumentNode;
  accessRules: AccessRules;
}

/** Builds the subgraph: type-graphql's classes, federation's directives, and the access rules in front. */
export async function buildSubgraph(options: SchemaOptions): Promise<Subgraph> {
  const built = await buildSchema({
    resolvers,
    directives: [...specifiedDirectives],
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    validate: false,
  });
  const declared = collectAccessRules(built);
  const typeDefs = printTypeDefs(built, declared, options.authDirectives);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: createResolversMap(built) as never }]);
  copyComplexity(built, schema);
  serveReferences(schema);
  enforceAccess(schema, declared);
  const federationFields: [string, AccessRule][] = [
    ['Query._service', anyone], // answers only where introspection is on: see limits.ts
    ['Query._entities', anyone], // each reference is checked like `user(id:)`: see references.ts
    ['_Service.sdl', anyone],
  ];
  return { schema, typeDefs, accessRules: new Map([...declared, ...federationFields]) };
}

/** The SDL as text, as it stands in `schema/`. */
export function printSdl({ typeDefs }: Subgraph): string {
  return `${print(typeDefs)}\n`;
}

function printTypeDefs(built: GraphQLSchema, rules: AccessRules, authDirectives: boolean): DocumentNode {
  const imports = [...DIRECTIVES, ...(authDirectives ? AUTH_DIRECTIVES : [])]
    .map((name) => `"${name}"`)
    .join(', ');
  const link = `extend schema @link(url: "${FEDERATION_LINK}", import: [${imports}])`;
  const sdl = printSubgraphSchema(lexicographicSortSchema(built));
  const document = declaredArguments(parse(`${link}\n${sdl}`, { noLocation: true }), built);
  return authDirectives ? addAuthDirectives(document, rules) : document;
}

/**
 * Arguments in the order in which methods declare them, which type-graphql reads from the last to the
 * first; one without a sentence of its own, such as `input`, says what its type says.
 */
function declaredArguments(document: DocumentNode, built: GraphQLSchema): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition: (node) => {
      const type = built.getType(node.name.value);
      if (!isObjectType(type)) return undefined;
      const fields = (node.fields ?? []).map((field) => {
        const printed = new Map((field.arguments ?? []).map((argument) => [argument.name.value, argument]));
        const declared = type.getFields()[field.name.value]!.args.toReversed();
        return {
          ...field,
          arguments: declared.map(({ name, type: of }) => documented(printed.get(name)!, of)),
        };
      });
      return { ...node, fields };
    },
  });
}

function documented(argument: InputValueDefinitionNode, type: GraphQLInputType): InputValueDefinitionNode {
  const of = getNamedType(type);
  const value = isInputObjectType(of) && of.description;
  return argument.description || !value
    ? argument
    : { ...argument, description: { kind: Kind.STRING, value, block: true } };
}

/**
 * Says in federation's words what the access rules say, as far as it has words: nothing expresses "self,
 * or". Below the roots `@authenticated` would be wrong: who signs in has no token yet when a gateway
 * looks, and may read all of the `user` in the answer.
 */
function addAuthDirectives(document: DocumentNode, rules: AccessRules): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      fields: (type.fields ?? []).map((field) => {
        const isRoot = ROOT_TYPES.has(type.name.value);
        const directive = authDirective(rules.get(`${type.name.value}.${field.name.value}`), isRoot);
        return directive ? { ...field, directives: [...(field.directives ?? []), directive] } : field;
      }),
    }),
  });
}

function authDirective(rule: AccessRule | undefined, isRoot: boolean): ConstDirectiveNode | null {
  const directive = (text: string) => {
    const [definition] = parse(`type T { f: Int ${text} }`, { noLocation: true }).definitions;
    return definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.fields![0]!.directives![0]! : null;
  };
  switch (rule?.kind) {
    case 'signedIn':
    case 'catalogueReader':
    case 'manager':
    case 'asksAbout':
      return isRoot ? directive('@authenticated') : null;
    case 'permission':
      return directive(`@requiresScopes(scopes: [["${rule.permission}"]])`);
    default:
      return null;
  }
}

/** Costs declared on fields live in extensions, which the way through SDL drops. */
function copyComplexity(from: GraphQLSchema, to: GraphQLSchema): void {
  for (const type of Object.values(from.getTypeMap())) {
    const target = to.getType(type.name);
    if (!isObjectType(type) || !isObjectType(target)) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      const complexity = field.extensions['complexity'];
      if (complexity !== undefined) target.getFields()[name]!.extensions = { complexity };
    }
  }
}
