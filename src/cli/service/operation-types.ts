/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Who signs in, and the proof. */
export type LoginInput = {
  /** E-mail address of the account. */
  email: string;
  /** Password of the account. */
  password: string;
  /** Slug of the service to sign in to. A closed one lets in only who holds `<service>:sign-in`; the session lasts no longer than that. */
  service?: string | null | undefined;
  /** Where the refresh token goes: into the answer, or into a cookie. */
  tokenDelivery?: TokenDelivery;
};

/** A permission of a manifest. */
export type ManifestPermissionInput = {
  /** What to use instead. Deprecates the permission, which must come before it is left out. */
  deprecated?: string | null | undefined;
  /** What it allows, in a sentence. */
  description?: string | null | undefined;
  /** Its name without the slug, such as `refund`. */
  name: string;
};

/** A role of a manifest: permissions of the same service under one name. */
export type ManifestRoleInput = {
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** Its name, unique over all services. */
  name: string;
  /** Names of permissions without the slug. */
  permissions: Array<string>;
};

/** A service that joins. */
export type RegisterServiceInput = {
  /** Who may sign in to it. */
  access?: ServiceAccess;
  /** What it is, in words. */
  description?: string | null | undefined;
  /** Name for people. */
  name: string;
  /** All permissions that it has. */
  permissions?: Array<ManifestPermissionInput>;
  /** All roles that it offers. */
  roles?: Array<ManifestRoleInput>;
  /** What its permissions begin with; never changes. */
  slug: string;
};

/** Who may sign in to a service. */
export type ServiceAccess =
  /** Holders of its permission `<service>:sign-in`. */
  | 'CLOSED'
  /** Everybody with an account. */
  | 'OPEN';

/** What happens to a part of a service. */
export type ServiceChangeAction =
  /** It comes. */
  | 'ADD'
  /** Its words, or what it holds, change. */
  | 'CHANGE'
  /** It stays in force, and cannot be given anew. */
  | 'DEPRECATE'
  /** It goes, from everybody who has it. */
  | 'REMOVE'
  /** It is no longer deprecated. */
  | 'RESTORE';

/** What a part of a service is. */
export type ServiceChangeKind =
  /** A permission. */
  | 'PERMISSION'
  /** A role that the manifest declares. */
  | 'ROLE'
  /** The service itself: name, description, access. */
  | 'SERVICE';

/** What a service says of itself. */
export type ServiceManifestInput = {
  /** Who may sign in to it. */
  access?: ServiceAccess;
  /** What it is, in words. */
  description?: string | null | undefined;
  /** Name for people. */
  name: string;
  /** All permissions that it has. */
  permissions?: Array<ManifestPermissionInput>;
  /** All roles that it offers. */
  roles?: Array<ManifestRoleInput>;
  /** What its permissions begin with; never changes. */
  slug: string;
};

/** Where the refresh token goes. */
export type TokenDelivery =
  /** Into the answer: for native apps, servers, and frontends behind a gateway. */
  | 'BODY'
  /** Into a `__Host-` cookie that scripts cannot read: for browser frontends that call Signet directly. */
  | 'COOKIE';

/** Which service, and what of it to change. What is left out stays as it is. */
export type UpdateServiceInput = {
  /** Who may sign in to it. */
  access?: ServiceAccess | null | undefined;
  /** Do it although people lose permissions. */
  confirm?: boolean;
  /** What it is, in words; removed when null. */
  description?: string | null | undefined;
  /** Name for people. */
  name?: string | null | undefined;
  /** All permissions that it has: one that is left out is removed, if it was deprecated. */
  permissions?: Array<ManifestPermissionInput> | null | undefined;
  /** All roles that it offers: one that is left out is deleted with its grants. */
  roles?: Array<ManifestRoleInput> | null | undefined;
  /** Which service. */
  slug: string;
};

export type ServiceLoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type ServiceLoginMutation = { login:
    | { __typename: 'AccountSuspended', message: string }
    | { __typename: 'InvalidCredentials', message: string }
    | { __typename: 'InvalidIdentityInput', message: string }
    | { __typename: 'LoginSuccess', tokens: { accessToken: string } }
    | { __typename: 'ServiceAccessDenied', message: string }
    | { __typename: 'ServiceBusy', message: string }
    | { __typename: 'TooManyAttempts', message: string }
   };

export type ServiceLogoutMutationVariables = Exact<{ [key: string]: never; }>;


export type ServiceLogoutMutation = { logout:
    | { __typename: 'InvalidRefreshToken' }
    | { __typename: 'LogoutSuccess' }
   };

export type ServicePlanQueryVariables = Exact<{
  input: ServiceManifestInput;
}>;


export type ServicePlanQuery = { servicePlan:
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'ServicePlanSuccess', isNew: boolean, changes: Array<{ action: ServiceChangeAction, kind: ServiceChangeKind, name: string, before: Record<string, unknown> | null, after: Record<string, unknown> | null }>, losses: Array<{ permission: string, userCount: number, users: Array<{ id: string, name: string }> }> }
   };

export type ServiceRegisterMutationVariables = Exact<{
  input: RegisterServiceInput;
}>;


export type ServiceRegisterMutation = { registerService:
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'LastAdministrator', message: string }
    | { __typename: 'NameTaken', message: string }
    | { __typename: 'RegisterServiceSuccess', changes: Array<{ action: ServiceChangeAction, kind: ServiceChangeKind, name: string, before: Record<string, unknown> | null, after: Record<string, unknown> | null }> }
    | { __typename: 'SessionEnded', message: string }
   };

export type ServiceUpdateMutationVariables = Exact<{
  input: UpdateServiceInput;
}>;


export type ServiceUpdateMutation = { updateService:
    | { __typename: 'ConfirmationRequired', message: string, losses: Array<{ permission: string, userCount: number, users: Array<{ id: string, name: string }> }> }
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'LastAdministrator', message: string }
    | { __typename: 'SessionEnded', message: string }
    | { __typename: 'UpdateServiceSuccess', changes: Array<{ action: ServiceChangeAction, kind: ServiceChangeKind, name: string, before: Record<string, unknown> | null, after: Record<string, unknown> | null }> }
   };

export type ServiceListQueryVariables = Exact<{ [key: string]: never; }>;


export type ServiceListQuery = { services: Array<{ slug: string, name: string, description: string | null, access: ServiceAccess }> };

export type ServiceShowQueryVariables = Exact<{
  slug: string;
}>;


export type ServiceShowQuery = { service: { slug: string, name: string, description: string | null, access: ServiceAccess, permissions: Array<{ name: string, description: string | null, deprecated: string | null }>, roles: Array<{ name: string, description: string | null, permissions: Array<{ name: string }> }> } | null };

export type ServiceCatalogueQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ServiceCatalogueQuery = { permissions: Array<{ name: string, deprecated: string | null }> };
