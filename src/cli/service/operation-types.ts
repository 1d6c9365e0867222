/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Who signs in, and the proof. */
export type LoginInput = {
  /** E-mail address of the account. */
  email: string;
  /** Password of the account. */
  password: string;
  /** Where the refresh token goes: into the answer, or into a cookie. */
  tokenDelivery?: TokenDelivery;
};

export type ManifestPermissionInput = {
  deprecated?: string | null | undefined;
  description?: string | null | undefined;
  name: string;
};

export type ManifestRoleInput = {
  description?: string | null | undefined;
  name: string;
  permissions: Array<string>;
};

export type RegisterServiceInput = {
  access?: ServiceAccess | null | undefined;
  description?: string | null | undefined;
  name: string;
  permissions?: Array<ManifestPermissionInput> | null | undefined;
  roles?: Array<ManifestRoleInput> | null | undefined;
  slug: string;
};

export type ServiceAccess = 'CLOSED' | 'OPEN';

export type ServiceChangeAction = 'ADD' | 'CHANGE' | 'DEPRECATE' | 'REMOVE' | 'RESTORE';

export type ServiceChangeKind = 'PERMISSION' | 'ROLE' | 'SERVICE';

export type ServiceManifestInput = {
  access?: ServiceAccess | null | undefined;
  description?: string | null | undefined;
  name: string;
  permissions?: Array<ManifestPermissionInput> | null | undefined;
  roles?: Array<ManifestRoleInput> | null | undefined;
  slug: string;
};

/** Where the refresh token goes. */
export type TokenDelivery =
  /** Into the answer: for native apps, servers, and frontends behind a gateway. */
  | 'BODY'
  /** Into a `__Host-` cookie that scripts cannot read: for browser frontends that call Signet directly. */
  | 'COOKIE';

export type UpdateServiceInput = {
  access?: ServiceAccess | null | undefined;
  confirm?: boolean | null | undefined;
  description?: string | null | undefined;
  name?: string | null | undefined;
  permissions?: Array<ManifestPermissionInput> | null | undefined;
  roles?: Array<ManifestRoleInput> | null | undefined;
  slug: string;
};

export type ServiceLoginMutationVariables = Exact<{
  input: LoginInput;
}>;

export type ServiceLoginMutation = {
  login:
    | { __typename: 'AccountSuspended'; message: string }
    | { __typename: 'InvalidCredentials'; message: string }
    | { __typename: 'LoginSuccess'; tokens: { accessToken: string } }
    | { __typename: 'ServiceBusy'; message: string }
    | { __typename: 'TooManyAttempts'; message: string };
};

export type ServiceLogoutMutationVariables = Exact<{ [key: string]: never }>;

export type ServiceLogoutMutation = {
  logout: { __typename: 'InvalidRefreshToken' } | { __typename: 'LogoutSuccess' };
};

export type ServicePlanQueryVariables = Exact<{
  input: ServiceManifestInput;
}>;

export type ServicePlanQuery = {
  servicePlan:
    | {
        __typename: 'InvalidIdentityInput';
        message: string;
        fields: Array<{ path: string; code: string; message: string }>;
      }
    | {
        __typename: 'ServicePlanSuccess';
        isNew: boolean;
        changes: Array<{
          action: ServiceChangeAction;
          kind: ServiceChangeKind;
          name: string;
          before: Record<string, unknown> | null;
          after: Record<string, unknown> | null;
        }>;
        losses: Array<{ permission: string; userCount: number; users: Array<{ id: string; name: string }> }>;
      };
};

export type ServiceRegisterMutationVariables = Exact<{
  input: RegisterServiceInput;
}>;

export type ServiceRegisterMutation = {
  registerService:
    | {
        __typename: 'InvalidIdentityInput';
        message: string;
        fields: Array<{ path: string; code: string; message: string }>;
      }
    | { __typename: 'NameTaken'; message: string }
    | {
        __typename: 'RegisterServiceSuccess';
        changes: Array<{
          action: ServiceChangeAction;
          kind: ServiceChangeKind;
          name: string;
          before: Record<string, unknown> | null;
          after: Record<string, unknown> | null;
        }>;
      }
    | { __typename: 'SessionEnded'; message: string };
};

export type ServiceUpdateMutationVariables = Exact<{
  input: UpdateServiceInput;
}>;

export type ServiceUpdateMutation = {
  updateService:
    | {
        __typename: 'ConfirmationRequired';
        message: string;
        losses: Array<{ permission: string; userCount: number; users: Array<{ id: string; name: string }> }>;
      }
    | {
        __typename: 'InvalidIdentityInput';
        message: string;
        fields: Array<{ path: string; code: string; message: string }>;
      }
    | { __typename: 'SessionEnded'; message: string }
    | {
        __typename: 'UpdateServiceSuccess';
        changes: Array<{
          action: ServiceChangeAction;
          kind: ServiceChangeKind;
          name: string;
          before: Record<string, unknown> | null;
          after: Record<string, unknown> | null;
        }>;
      };
};

export type ServiceListQueryVariables = Exact<{ [key: string]: never }>;

export type ServiceListQuery = {
  services: Array<{ slug: string; name: string; description: string | null; access: ServiceAccess }>;
};

export type ServiceShowQueryVariables = Exact<{
  slug: string;
}>;

export type ServiceShowQuery = {
  service: {
    slug: string;
    name: string;
    description: string | null;
    access: ServiceAccess;
    permissions: Array<{ name: string; description: string | null; deprecated: string | null }>;
    roles: Array<{ name: string; description: string | null; permissions: Array<{ name: string }> }>;
  } | null;
};

export type ServiceCatalogueQueryVariables = Exact<{
  after?: string | null | undefined;
}>;

export type ServiceCatalogueQuery = { permissions: Array<{ name: string; deprecated: string | null }> };
