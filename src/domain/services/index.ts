/**
 * services owns what products say of themselves: manifests, and the difference between a manifest and what stands.
 * It must not decide what anybody may do: that follows from roles and grants, which permissions owns.
 */
export { Service, SERVICE_ACCESS, type ServiceAccess } from './service.entity.js';
export { type ManifestPermission, type ManifestRole, type ServiceManifest } from './manifest.js';
export { type ChangeAction, type ServiceChange } from './plan.js';
export {
  createChangeServices,
  type DeleteServiceOutcome,
  type ServiceOutcome,
  type ServicePlanOutcome,
  type ServiceUpdate,
} from './change-services.js';
export { createReadServices, type ReadServices, type ServiceRecord } from './read-services.js';
