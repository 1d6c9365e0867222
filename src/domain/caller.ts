/** Where a request comes from. Every use case that changes something takes it, for the audit trail. */
export interface Caller {
  ipAddress: string;
  userAgent: string | null;
  requestId: string;
}

/** Longer ones are cut: nobody reads on. */
const MAX_USER_AGENT = 1000;

/**
 * What a client calls itself, as it goes into sessions and the audit trail. Anybody may write anything there, so
 * what would steer the terminal or turn the text of whoever reads it is replaced.
 */
export function readableUserAgent(header: string | undefined): string | null {
  return header?.slice(0, MAX_USER_AGENT).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}') ?? null;
}

/** Who a verified token and a live session say is asking. */
export interface Viewer {
  userId: string;
  sessionId: string;
  /**
   * Effective permissions at this moment, read from the database and not from the token; of a client that acts for the
   * user, those among them that its token is for.
   */
  permissions: ReadonlySet<string>;
  /** Null when the user asks by a token of `login` or by a page of Signet. */
  client: ActingClient | null;
}

/** An OAuth client that asks with a token that its user let it have. It may not do what only the user may. */
export interface ActingClient {
  clientId: string;
  /** The company's own product, which may see of its user what the user may see. */
  firstParty: boolean;
}

/** What is wrong with one field of an input. */
export interface FieldProblem {
  /** Path within the input, such as `email`. */
  path: string;
  /** Stable UPPER_SNAKE word for programs. */
  code: string;
  /** A sentence for people. */
  message: string;
}
