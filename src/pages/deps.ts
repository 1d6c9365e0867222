import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UpdateProfileOutcome } from '../domain/accounts/index.js';
import type { Consent } from '../domain/authorizations/index.js';
import type { Caller, Viewer } from '../domain/caller.js';
import type { ChangePasswordOutcome, Device, SignInOutcome, SignUp } from '../domain/sessions/index.js';

/** How the company wants its pages to look. */
export interface Brand {
  name: string;
  /** Address of a picture, https; null shows a mark with the first letter of the name. */
  logoUrl: string | null;
  /** As #rrggbb. */
  color: string;
}

/** What a service sent somebody to us for. */
export interface PendingSignIn {
  uid: string;
  prompt: 'login' | 'consent';
  client: { name: string };
  /** What somebody who agrees gives to the client: identity scopes and permissions. */
  scopes: string[];
  loginHint: string | null;
  uiLocales: string[];
  /** The session that the browser has. */
  session: { id: string; userId: string } | null;
  /** Where the answer goes in the end. */
  redirectUri: string;
}

export type SignedIn = Extract<SignInOutcome, { kind: 'signedIn' }>;

/** The protocol, as far as its pages know it. What finishes one says where the browser goes next. */
export interface Interactions {
  /** Null when the request has expired, was answered, or is not of this browser. */
  describe(request: FastifyRequest, reply: FastifyReply): Promise<PendingSignIn | null>;
  finishLogin(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn): Promise<string>;
  finishConsent(request: FastifyRequest, reply: FastifyReply): Promise<string>;
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<string>;
  /** Who is signed in in this browser. */
  browserSession(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ id: string; userId: string } | null>;
  /** Where people sign in who want to see their account, and no service. */
  signInUrl(): string;
}

/** Proof that a form came from the page with an id (CSRF). */
export interface FormTokens {
  formToken(id: string): string;
  isFormToken(id: string, token: string): boolean;
}

export interface PermissionText {
  name: string;
  description: string | null;
  /** Its name, as people know it. */
  service: string;
}

export interface PagesDeps {
  /** The public address: where forms come from, and under which path links lead. */
  issuer: string;
  brand: Brand;
  registrationOpen: boolean;
  forms: FormTokens;
  interactions: Interactions;
  signIn(
    credentials: { email: string; password: string },
    currentSessionId: string | null,
    caller: Caller,
  ): Promise<SignInOutcome>;
  signUp: SignUp;
  findPerson(userId: string): Promise<{ name: string; email: string | null } | null>;
  /** Those that exist, in the order of their names. */
  describePermissions(names: readonly string[]): Promise<PermissionText[]>;
  account: AccountUseCases;
}

/** What somebody is signed in to by a session. */
export interface AccountService {
  name: string;
  /** By which it can be signed out alone; null for what ends with the session. */
  clientId: string | null;
}

/** A session as its owner sees it. */
export interface AccountSession {
  id: string;
  device: Device | null;
  ipAddress: string;
  createdAt: Date;
  lastUsedAt: Date;
  services: AccountService[];
}

/** What people do with their own account, by the use cases that GraphQL has. */
export interface AccountUseCases {
  listSessions(userId: string): Promise<AccountSession[]>;
  listConsents(userId: string): Promise<Consent[]>;
  takeBackConsent(userId: string, clientId: string, caller: Caller): Promise<void>;
  updateProfile(change: { name: string }, viewer: Viewer, caller: Caller): Promise<UpdateProfileOutcome>;
  changePassword(
    input: { currentPassword: string; newPassword: string },
    viewer: Viewer,
    caller: Caller,
  ): Promise<ChangePasswordOutcome>;
  revokeSession(sessionId: string, viewer: Viewer, caller: Caller): Promise<unknown>;
  revokeSessionService(
    which: { sessionId: string; clientId: string },
    viewer: Viewer,
    caller: Caller,
  ): Promise<unknown>;
  logoutEverywhere(viewer: Viewer, caller: Caller, keepCurrent: boolean): Promise<unknown>;
}
