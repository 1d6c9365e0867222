/** Every sentence of the pages. Another language is another file of this shape, which the compiler checks. */
export const en = {
  error: 'Error',
  email: 'E-mail address',
  name: 'Name',
  password: 'Password',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  checkInput: 'Please check what you entered',
  signedInAs: (person: string) => `Signed in as ${person}`,

  signIn: {
    title: 'Sign in',
    continueTo: (client: string) => `to continue to ${client}`,
    again: 'Enter your password once more, so that we know it is you.',
    submit: 'Sign in',
    newHere: 'New here?',
    createAccount: 'Create an account',
    cancel: (client: string) => `Cancel and return to ${client}`,
    emailMissing: 'Enter your e-mail address.',
    passwordMissing: 'Enter your password.',
    invalidCredentials: 'The e-mail address or the password is not right. Check both, and try again.',
    suspended: (brand: string) =>
      `This account is suspended, so it cannot be used to sign in. The people who run ${brand} can tell you why.`,
    tooManyAttempts: (wait: string) =>
      `There were too many attempts to sign in. Wait ${wait}, then try again.`,
    busy: (wait: string) => `A lot of people are signing in at the moment. Please try again in ${wait}.`,
  },

  signUp: {
    title: 'Create an account',
    continueTo: (client: string) => `to continue to ${client}`,
    nameHint: 'What others see. You can change it later.',
    passwordRule: (characters: number) =>
      `At least ${characters} characters. A few words in a row are easy to remember; digits and signs are not needed.`,
    submit: 'Create account',
    haveAccount: 'Do you have an account?',
    signIn: 'Sign in',
    emailTaken: 'There is an account with this address already. Sign in instead.',
    closed: 'New accounts cannot be made here.',
    closedWhatNow: (brand: string) => `The people who run ${brand} can make one for you.`,
    tooManyAttempts: (wait: string) =>
      `Too many accounts were made from your network. Wait ${wait}, then try again.`,
    busy: (wait: string) => `A lot of people are signing up at the moment. Please try again in ${wait}.`,
  },

  consent: {
    title: (client: string) => `Let ${client} use your account?`,
    wants: (client: string) => `${client} would like to:`,
    openid: 'Know that you are the same person when you come back',
    profile: 'See your name and your picture',
    email: 'See your e-mail address',
    offline_access: 'Keep access while you are away, until you sign out or take it back',
    passwordStays: 'Your password stays with us.',
    remembered: 'We remember your answer until you take it back.',
    agree: 'Agree',
    disagree: 'Do not agree',
  },

  device: {
    title: 'Sign in on a device',
    enter: 'Enter the code that the device shows.',
    code: 'Code',
    next: 'Continue',
    wrongCode: 'This code is not right, or no longer good. Check it, or let the device show a new one.',
    question: (client: string) => `Sign in to ${client} on a device?`,
    compare: 'Does the device before you show exactly this code?',
    askedFrom: (device: string) => `It was asked for by ${device}`,
    warning: 'Say yes only if you began this yourself. If somebody sent you the code, say no.',
    yes: 'Yes, sign in',
    no: 'No',
    done: 'The device is signed in',
    doneNote: 'Go on there. You can close this page.',
    refused: 'The device was not signed in',
    refusedNote: 'Nothing has happened to your account. You can close this page.',
    tooMany: 'Too many codes were tried',
    tooManyNote: (wait: string) => `Wait ${wait}, then let the device show a new code.`,
  },

  signOut: {
    title: 'Sign out?',
    asked: (client: string) => `${client} asks to sign you out.`,
    everywhere: 'You will be signed out of every service that you use in this browser.',
    submit: 'Sign out',
    only: (client: string) => `Leave only ${client}`,
    stay: 'Stay signed in',
  },

  signedOut: {
    title: 'You are signed out',
    everywhere: 'You are signed out of every service that you used in this browser.',
    only: (client: string) => `You have left ${client}. You stay signed in to the other services.`,
    shared: 'If others use this computer too, close the browser.',
  },

  account: {
    title: 'Your account',
    profile: 'Profile',
    saveName: 'Save name',
    passwordNote: 'When you change it, you are signed out everywhere else.',
    currentPassword: 'Present password',
    newPassword: 'New password',
    changePassword: 'Change password',
    sessions: 'Where you are signed in',
    sessionsNote: 'If you do not know one of these, end it, and change your password.',
    unknownDevice: 'Unknown device',
    device: (program: string, system: string) => `${program} on ${system}`,
    thisBrowser: 'this browser',
    signedIn: 'Signed in',
    lastUsed: 'Last used',
    from: (address: string) => `from ${address}`,
    services: 'Services:',
    leaveService: 'Sign out',
    leaveServiceOf: (service: string, device: string) => `Sign out of ${service} on ${device}`,
    endSession: 'End',
    endSessionOf: (device: string) => `End the session of ${device}`,
    endOthers: 'End all others',
    consents: 'Services of other companies that may use your account',
    noConsents: 'None. When one asks, you decide, and your answer is kept here.',
    since: 'since',
    takeBack: 'Take back',
    takeBackFrom: (client: string) => `Take back from ${client}`,
    signOut: 'Sign out',
    done: {
      name: 'Your name was changed.',
      password: 'Your password was changed, and all your other sessions were ended.',
      session: 'The session was ended.',
      service: 'You are signed out of the service on that device. Everything else goes on.',
      sessions: 'All your other sessions were ended.',
      consent: 'It was taken back. The service can do nothing more with your account.',
    },
    wrongPassword: 'This is not your present password.',
    tooManyAttempts: (wait: string) => `There were too many attempts. Wait ${wait}, then try again.`,
    busy: (wait: string) => `There is a lot going on at the moment. Please try again in ${wait}.`,
    notSignedIn: 'You are not signed in',
    notSignedInNote: 'To see your account, sign in.',
  },

  expired: {
    title: 'This page has expired',
    explanation: 'It was open too long, was used already, or was opened in another browser.',
    whatNow: 'Go back to the service that you came from, and sign in again.',
    cookies: 'If you see this again and again: your browser has to accept cookies of this site.',
  },

  forged: {
    title: 'We did not accept that',
    explanation: 'The form did not come from this site, or was changed on its way. Nothing has happened.',
    whatNow: 'Go back to the service that you came from, and sign in again.',
  },

  failed: {
    title: 'Something went wrong',
    service: 'The service that sent you here did not ask in the right way, so we cannot sign you in to it.',
    serviceWhatNow:
      'Go back to it and try again. If it stays like this, tell the people who run it, and give them the number below.',
    ours: 'It is our fault, and not yours. Nothing that you entered was kept.',
    oursWhatNow: 'Try again in a minute. If it stays like this, tell us, and give us the number below.',
    requestId: 'Number of this request',
  },

  /** What can be wrong with a field, by the code that the use case gives. */
  faults: {
    email: { INVALID: 'Enter an e-mail address such as ada@example.com.' },
    name: {
      REQUIRED: 'Enter your name.',
      TOO_LONG: 'The name is too long: it may have 200 characters.',
      INVALID: 'The name may hold letters, digits and signs, and nothing invisible.',
    },
    password: {
      TOO_SHORT: (characters: number) =>
        `The password needs at least ${characters} characters. Add a word or two.`,
      TOO_LONG: 'The password is too long: it may have 256 characters.',
      TOO_COMMON: 'This password is on lists of common passwords. Choose another.',
      TOO_OBVIOUS:
        'This password is easy to guess: it repeats itself, or is made of your name or address. Choose another.',
    },
  },

  /** Which English: how dates are written. */
  locale: 'en-GB',
};

export type Words = typeof en;
