import type { Page } from './frame.js';
import type { Words } from './words/en.js';

/** 410: it was here once. The same for one that has expired, was used, or is of another browser. */
export function expiredNote({ expired }: Words, requestId: string): Page {
  const { title, explanation, whatNow, cookies } = expired;
  return note(title, [explanation, whatNow, cookies], { status: 410, requestId });
}

export function forgedNote({ forged }: Words, requestId: string, status = 403): Page {
  return note(forged.title, [forged.explanation, forged.whatNow], { status, requestId });
}

/** Our own mistake: what happened is in the log, under the number that the page shows. */
export function failureNote({ failed }: Words, requestId: string, status = 500): Page {
  return note(failed.title, [failed.ours, failed.oursWhatNow], { status, requestId });
}

/** The mistake of a service: what it is goes to its developer's log and not to the visitor. */
export function serviceFailureNote({ failed }: Words, requestId: string, status = 400): Page {
  return note(failed.title, [failed.service, failed.serviceWhatNow], { status, requestId });
}

export function closedNote({ signUp }: Words, brand: string, signInHref: string): Page {
  const link = { href: signInHref, text: signUp.signIn };
  return note(signUp.closed, [signUp.closedWhatNow(brand)], { status: 403, link });
}

export function notSignedInNote({ account, signIn }: Words, href: string): Page {
  return note(account.notSignedIn, [account.notSignedInNote], { link: { href, text: signIn.title } });
}

/** @param left the one service that was left, when the others go on */
export function signedOutNote({ signedOut }: Words, left: string | null): Page {
  const whence = left === null ? [signedOut.everywhere, signedOut.shared] : [signedOut.only(left)];
  return note(signedOut.title, whence);
}

export function deviceDoneNote({ device }: Words): Page {
  return note(device.done, [device.doneNote]);
}

export function deviceRefusedNote({ device }: Words): Page {
  return note(device.refused, [device.refusedNote]);
}

export function deviceTooManyNote({ device }: Words, wait: string): Page {
  return note(device.tooMany, [device.tooManyNote(wait)], { status: 429 });
}

interface NoteOptions {
  status?: number;
  requestId?: string;
  link?: { href: string; text: string };
}

function note(title: string, paragraphs: string[], options: NoteOptions = {}): Page {
  const { status = 200, requestId = null, link = null } = options;
  return { template: 'note', title, status, view: { paragraphs, requestId, link } };
}
