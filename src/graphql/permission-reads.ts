import DataLoader from 'dataloader';
import type { GroupRecord } from '../domain/groups/index.js';
import type { GrantRecord, PermissionRecord, RoleRecord } from '../domain/permissions/index.js';
import type { ServiceRecord } from '../domain/services/index.js';
import type { UseCases } from './use-cases.js';

/** Reads of who may do what, each batched over everything that the request asks for: one statement a kind. */
export class PermissionReads {
  readonly permissionsOfUser: DataLoader<string, string[]>;
  readonly permission: DataLoader<string, PermissionRecord | null>;
  readonly role: DataLoader<string, RoleRecord | null>;
  readonly group: DataLoader<string, GroupRecord | null>;
  readonly service: DataLoader<string, ServiceRecord | null>;
  readonly permissionsOfRole: DataLoader<string, PermissionRecord[]>;
  readonly permissionsOfService: DataLoader<string, PermissionRecord[]>;
  readonly rolesOfPermission: DataLoader<string, RoleRecord[]>;
  readonly rolesOfService: DataLoader<string, RoleRecord[]>;
  readonly rolesOfUser: DataLoader<string, RoleRecord[]>;
  readonly grantsOfUser: DataLoader<string, GrantRecord[]>;
  readonly grantsOfGroup: DataLoader<string, GrantRecord[]>;
  readonly groupsOfUser: DataLoader<string, GroupRecord[]>;
  readonly groupsInside: DataLoader<string, GroupRecord[]>;
  readonly groupsAround: DataLoader<string, GroupRecord[]>;

  constructor({ loadPermissions, catalogue, groups, services }: UseCases) {
    this.permissionsOfUser = lists(loadPermissions);
    this.permission = single(catalogue.permissionsByName);
    this.role = single(catalogue.rolesById);
    this.group = single(groups.groupsById);
    this.service = single(services.servicesBySlug);
    this.permissionsOfRole = lists(catalogue.permissionsOfRoles);
    this.permissionsOfService = lists(catalogue.permissionsOfServices);
    this.rolesOfPermission = lists(catalogue.rolesOfPermissions);
    this.rolesOfService = lists(catalogue.rolesOfServices);
    this.rolesOfUser = lists(catalogue.rolesOfUsers);
    this.grantsOfUser = lists(catalogue.grantsOfUsers);
    this.grantsOfGroup = lists(catalogue.grantsOfGroups);
    this.groupsOfUser = lists(groups.groupsOfUsers);
    this.groupsInside = lists(groups.groupsInside);
    this.groupsAround = lists(groups.groupsAround);
  }
}

type Load<T> = (keys: readonly string[]) => Promise<Map<string, T>>;

function single<T>(load: Load<T>): DataLoader<string, T | null> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? null);
  });
}

function lists<T>(load: Load<T[]>): DataLoader<string, T[]> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? []);
  });
}
