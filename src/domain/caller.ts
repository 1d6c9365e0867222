/** Where a request comes from. Every use case that changes something takes it, for the audit trail. */
export interface Caller {
  ipAddress: string;
  userAgent: string | null;
  requestId: string;
}

/** Who a verified token and a live session say is asking. */
export interface Viewer {
  userId: string;
  sessionId: string;
  /** Effective permissions at this moment, read from the database and not from the token. */
  permissions: ReadonlySet<string>;
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
