import type { Operation } from '../service/operations.js';
import type {
  ClientAddMutation,
  ClientAddMutationVariables,
  ClientDeleteMutation,
  ClientDeleteMutationVariables,
  ClientListQuery,
  ClientListQueryVariables,
  ClientRevokeMutation,
  ClientRevokeMutationVariables,
  ClientRotateMutation,
  ClientRotateMutationVariables,
  ClientShowQuery,
  ClientShowQueryVariables,
  ClientUpdateMutation,
  ClientUpdateMutationVariables,
} from './operation-types.js';

const READER = 'signet:permissions.read, or permissions.manage of the service';
const MANAGER = 'signet:permissions.manage, or permissions.manage of the service';

/** A client with everything that is shown of it. */
const WHOLE_CLIENT = /* GraphQL */ `
  fragment WholeClient on OAuthClient {
    clientId
    name
    type
    firstParty
    redirectUris
    postLogoutRedirectUris
    backchannelLogoutUri
    authMethod
    jwks
    idTokenAlg
    permissionsOf
    account {
      id
    }
    service {
      slug
    }
    secrets {
      id
      createdAt
      expiresAt
    }
  }
`;

export const LIST: Operation<ClientListQuery, ClientListQueryVariables> = {
  needs: READER,
  text: /* GraphQL */ `
    query ClientList($slug: String!) {
      service(slug: $slug) {
        clients {
          clientId
          name
          type
          firstParty
        }
      }
    }
  `,
};

export const SHOW: Operation<ClientShowQuery, ClientShowQueryVariables> = {
  needs: READER,
  text: /* GraphQL */ `
    ${WHOLE_CLIENT}
    query ClientShow($clientId: ID!) {
      client(clientId: $clientId) {
        ...WholeClient
      }
    }
  `,
};

export const ADD: Operation<ClientAddMutation, ClientAddMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    ${WHOLE_CLIENT}
    mutation ClientAdd($input: AddClientInput!) {
      addClient(input: $input) {
        __typename
        ... on AddClientSuccess {
          client {
            ...WholeClient
          }
          clientSecret
        }
        ... on IdentityProblem {
          message
        }
        ... on InvalidIdentityInput {
          fields {
            path
            code
            message
          }
        }
      }
    }
  `,
};

export const UPDATE: Operation<ClientUpdateMutation, ClientUpdateMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    ${WHOLE_CLIENT}
    mutation ClientUpdate($input: UpdateClientInput!) {
      updateClient(input: $input) {
        __typename
        ... on UpdateClientSuccess {
          client {
            ...WholeClient
          }
        }
        ... on IdentityProblem {
          message
        }
        ... on InvalidIdentityInput {
          fields {
            path
            code
            message
          }
        }
      }
    }
  `,
};

export const DELETE: Operation<ClientDeleteMutation, ClientDeleteMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    mutation ClientDelete($input: DeleteClientInput!) {
      deleteClient(input: $input) {
        __typename
        ... on DeleteClientSuccess {
          clientId
        }
        ... on IdentityProblem {
          message
        }
        ... on InvalidIdentityInput {
          fields {
            path
            code
            message
          }
        }
      }
    }
  `,
};

export const ROTATE: Operation<ClientRotateMutation, ClientRotateMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    ${WHOLE_CLIENT}
    mutation ClientRotate($input: RotateClientSecretInput!) {
      rotateClientSecret(input: $input) {
        __typename
        ... on RotateClientSecretSuccess {
          client {
            ...WholeClient
          }
          clientSecret
        }
        ... on IdentityProblem {
          message
        }
        ... on InvalidIdentityInput {
          fields {
            path
            code
            message
          }
        }
      }
    }
  `,
};

export const REVOKE: Operation<ClientRevokeMutation, ClientRevokeMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    ${WHOLE_CLIENT}
    mutation ClientRevoke($input: RevokeClientSecretInput!) {
      revokeClientSecret(input: $input) {
        __typename
        ... on RevokeClientSecretSuccess {
          client {
            ...WholeClient
          }
        }
        ... on IdentityProblem {
          message
        }
        ... on InvalidIdentityInput {
          fields {
            path
            code
            message
          }
        }
      }
    }
  `,
};
