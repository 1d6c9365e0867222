import type {
  ServiceCatalogueQuery,
  ServiceCatalogueQueryVariables,
  ServiceListQuery,
  ServiceListQueryVariables,
  ServiceLoginMutation,
  ServiceLoginMutationVariables,
  ServiceLogoutMutation,
  ServiceLogoutMutationVariables,
  ServicePlanQuery,
  ServicePlanQueryVariables,
  ServiceRegisterMutation,
  ServiceRegisterMutationVariables,
  ServiceShowQuery,
  ServiceShowQueryVariables,
  ServiceUpdateMutation,
  ServiceUpdateMutationVariables,
} from './operation-types.js';

/** What the commands ask of Signet; `operation-types.ts` is made from these and the SDL (`npm run codegen`). */
export interface Operation<Data, Variables extends object> {
  text: string;
  /** The permission to name when Signet does not say which one is lacking. */
  needs: string;
  /** Never set: ties the types of answer and variables to the text. */
  types?: (variables: Variables) => Data;
}

const READER = 'signet:permissions.read, or to manage the permissions of some service';
const MANAGER = 'signet:permissions.manage, or that service’s own permissions.manage';

export const LOGIN: Operation<ServiceLoginMutation, ServiceLoginMutationVariables> = {
  needs: '',
  text: /* GraphQL */ `
    mutation ServiceLogin($input: LoginInput!) {
      login(input: $input) {
        __typename
        ... on LoginSuccess {
          tokens {
            accessToken
          }
        }
        ... on IdentityProblem {
          message
        }
      }
    }
  `,
};

export const LOGOUT: Operation<ServiceLogoutMutation, ServiceLogoutMutationVariables> = {
  needs: '',
  text: /* GraphQL */ `
    mutation ServiceLogout {
      logout {
        __typename
      }
    }
  `,
};

export const PLAN: Operation<ServicePlanQuery, ServicePlanQueryVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    query ServicePlan($input: ServiceManifestInput!) {
      servicePlan(input: $input) {
        __typename
        ... on ServicePlanSuccess {
          isNew
          changes {
            action
            kind
            name
            before
            after
          }
          losses {
            permission
            userCount
            users {
              id
              name
            }
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

export const REGISTER: Operation<ServiceRegisterMutation, ServiceRegisterMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    mutation ServiceRegister($input: RegisterServiceInput!) {
      registerService(input: $input) {
        __typename
        ... on RegisterServiceSuccess {
          changes {
            action
            kind
            name
            before
            after
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

export const UPDATE: Operation<ServiceUpdateMutation, ServiceUpdateMutationVariables> = {
  needs: MANAGER,
  text: /* GraphQL */ `
    mutation ServiceUpdate($input: UpdateServiceInput!) {
      updateService(input: $input) {
        __typename
        ... on UpdateServiceSuccess {
          changes {
            action
            kind
            name
            before
            after
          }
        }
        ... on ConfirmationRequired {
          losses {
            permission
            userCount
            users {
              id
              name
            }
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

export const LIST: Operation<ServiceListQuery, ServiceListQueryVariables> = {
  needs: READER,
  text: /* GraphQL */ `
    query ServiceList {
      services {
        slug
        name
        description
        access
      }
    }
  `,
};

export const SHOW: Operation<ServiceShowQuery, ServiceShowQueryVariables> = {
  needs: READER,
  text: /* GraphQL */ `
    query ServiceShow($slug: String!) {
      service(slug: $slug) {
        slug
        name
        description
        access
        permissions {
          name
          description
          deprecated
        }
        roles {
          name
          description
          permissions {
            name
          }
        }
      }
    }
  `,
};

export const CATALOGUE: Operation<ServiceCatalogueQuery, ServiceCatalogueQueryVariables> = {
  needs: READER,
  text: /* GraphQL */ `
    query ServiceCatalogue($after: String) {
      permissions(first: 1000, after: $after) {
        name
        deprecated
      }
    }
  `,
};
