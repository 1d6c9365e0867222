import type { Words } from './en.js';

export const de: Words = {
  error: 'Fehler',
  email: 'E-Mail-Adresse',
  name: 'Name',
  password: 'Passwort',
  showPassword: 'Passwort anzeigen',
  hidePassword: 'Passwort verbergen',
  checkInput: 'Bitte prüfen Sie Ihre Eingaben',
  signedInAs: (person) => `Angemeldet als ${person}`,

  signIn: {
    title: 'Anmelden',
    continueTo: (client) => `weiter zu ${client}`,
    again: 'Geben Sie Ihr Passwort noch einmal ein, damit wir wissen, dass Sie es sind.',
    submit: 'Anmelden',
    newHere: 'Neu hier?',
    createAccount: 'Konto anlegen',
    cancel: (client) => `Abbrechen und zurück zu ${client}`,
    emailMissing: 'Geben Sie Ihre E-Mail-Adresse ein.',
    passwordMissing: 'Geben Sie Ihr Passwort ein.',
    invalidCredentials:
      'E-Mail-Adresse oder Passwort ist nicht richtig. Prüfen Sie beides und versuchen Sie es noch einmal.',
    suspended: (brand) =>
      `Dieses Konto ist gesperrt, eine Anmeldung ist nicht möglich. Den Grund nennt Ihnen der Betreiber von ${brand}.`,
    tooManyAttempts: (wait) =>
      `Es gab zu viele Anmeldeversuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    busy: (wait) =>
      `Gerade melden sich sehr viele Menschen an. Bitte versuchen Sie es in ${wait} noch einmal.`,
  },

  signUp: {
    title: 'Konto anlegen',
    continueTo: (client) => `weiter zu ${client}`,
    nameHint: 'Das sehen andere. Sie können es später ändern.',
    passwordRule: (characters) =>
      `Mindestens ${characters} Zeichen. Ein paar Wörter hintereinander sind leicht zu merken; Ziffern und Sonderzeichen sind nicht nötig.`,
    submit: 'Konto anlegen',
    haveAccount: 'Sie haben schon ein Konto?',
    signIn: 'Anmelden',
    emailTaken: 'Mit dieser Adresse gibt es schon ein Konto. Melden Sie sich stattdessen an.',
    closed: 'Hier können keine neuen Konten angelegt werden.',
    closedWhatNow: (brand) => `Der Betreiber von ${brand} kann ein Konto für Sie anlegen.`,
    tooManyAttempts: (wait) =>
      `Aus Ihrem Netz wurden zu viele Konten angelegt. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    busy: (wait) =>
      `Gerade legen sehr viele Menschen ein Konto an. Bitte versuchen Sie es in ${wait} noch einmal.`,
  },

  consent: {
    title: (client) => `Darf ${client} Ihr Konto nutzen?`,
    wants: (client) => `${client} möchte:`,
    openid: 'Wissen, dass Sie dieselbe Person sind, wenn Sie wiederkommen',
    profile: 'Ihren Namen und Ihr Bild sehen',
    email: 'Ihre E-Mail-Adresse sehen',
    offline_access: 'Auch in Ihrer Abwesenheit Zugriff haben, bis Sie sich abmelden oder es zurücknehmen',
    passwordStays: 'Ihr Passwort bleibt bei uns.',
    remembered: 'Wir merken uns Ihre Antwort, bis Sie sie zurücknehmen.',
    agree: 'Zustimmen',
    disagree: 'Nicht zustimmen',
  },

  device: {
    title: 'An einem Gerät anmelden',
    enter: 'Geben Sie den Code ein, den das Gerät zeigt.',
    code: 'Code',
    next: 'Weiter',
    wrongCode:
      'Dieser Code stimmt nicht oder gilt nicht mehr. Prüfen Sie ihn oder lassen Sie das Gerät einen neuen zeigen.',
    question: (client) => `An einem Gerät bei ${client} anmelden?`,
    compare: 'Zeigt das Gerät vor Ihnen genau diesen Code?',
    askedFrom: (device) => `Angefragt von ${device}`,
    warning:
      'Sagen Sie nur ja, wenn Sie das selbst begonnen haben. Wenn Ihnen jemand den Code geschickt hat, sagen Sie nein.',
    yes: 'Ja, anmelden',
    no: 'Nein',
    done: 'Das Gerät ist angemeldet',
    doneNote: 'Machen Sie dort weiter. Diese Seite können Sie schließen.',
    refused: 'Das Gerät wurde nicht angemeldet',
    refusedNote: 'Mit Ihrem Konto ist nichts geschehen. Diese Seite können Sie schließen.',
    tooMany: 'Es wurden zu viele Codes probiert',
    tooManyNote: (wait) => `Warten Sie ${wait} und lassen Sie das Gerät dann einen neuen Code zeigen.`,
  },

  signOut: {
    title: 'Abmelden?',
    asked: (client) => `${client} möchte Sie abmelden.`,
    everywhere: 'Sie werden von allen Diensten abgemeldet, die Sie in diesem Browser nutzen.',
    submit: 'Abmelden',
    only: (client) => `Nur ${client} verlassen`,
    stay: 'Angemeldet bleiben',
  },

  signedOut: {
    title: 'Sie sind abgemeldet',
    everywhere: 'Sie sind von allen Diensten abgemeldet, die Sie in diesem Browser genutzt haben.',
    only: (client) => `Sie haben ${client} verlassen. Bei den anderen Diensten bleiben Sie angemeldet.`,
    shared: 'Wenn auch andere diesen Computer nutzen, schließen Sie den Browser.',
  },

  account: {
    title: 'Ihr Konto',
    profile: 'Profil',
    saveName: 'Namen speichern',
    passwordNote: 'Wenn Sie es ändern, werden Sie überall sonst abgemeldet.',
    currentPassword: 'Jetziges Passwort',
    newPassword: 'Neues Passwort',
    changePassword: 'Passwort ändern',
    sessions: 'Wo Sie angemeldet sind',
    sessionsNote: 'Wenn Sie etwas davon nicht kennen, beenden Sie es und ändern Sie Ihr Passwort.',
    unknownDevice: 'Unbekanntes Gerät',
    device: (program, system) => `${program} auf ${system}`,
    thisBrowser: 'dieser Browser',
    signedIn: 'Angemeldet',
    lastUsed: 'Zuletzt benutzt',
    from: (address) => `von ${address}`,
    services: 'Dienste:',
    leaveService: 'Abmelden',
    leaveServiceOf: (service, device) => `Von ${service} abmelden: ${device}`,
    endSession: 'Beenden',
    endSessionOf: (device) => `Sitzung beenden: ${device}`,
    endOthers: 'Alle anderen beenden',
    consents: 'Dienste anderer Firmen, die Ihr Konto nutzen dürfen',
    noConsents: 'Keine. Wenn einer fragt, entscheiden Sie, und Ihre Antwort steht dann hier.',
    since: 'seit',
    takeBack: 'Zurücknehmen',
    takeBackFrom: (client) => `Zurücknehmen: ${client}`,
    signOut: 'Abmelden',
    done: {
      name: 'Ihr Name wurde geändert.',
      password: 'Ihr Passwort wurde geändert, alle Ihre anderen Sitzungen wurden beendet.',
      session: 'Die Sitzung wurde beendet.',
      service: 'Sie sind auf diesem Gerät von dem Dienst abgemeldet. Alles andere geht weiter.',
      sessions: 'Alle Ihre anderen Sitzungen wurden beendet.',
      consent: 'Das wurde zurückgenommen. Der Dienst kann mit Ihrem Konto nichts mehr tun.',
    },
    wrongPassword: 'Das ist nicht Ihr jetziges Passwort.',
    tooManyAttempts: (wait) =>
      `Es gab zu viele Versuche. Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
    busy: (wait) => `Gerade ist sehr viel los. Bitte versuchen Sie es in ${wait} noch einmal.`,
    notSignedIn: 'Sie sind nicht angemeldet',
    notSignedInNote: 'Um Ihr Konto zu sehen, melden Sie sich an.',
  },

  expired: {
    title: 'Diese Seite ist abgelaufen',
    explanation: 'Sie war zu lange offen, wurde schon benutzt oder in einem anderen Browser geöffnet.',
    whatNow: 'Gehen Sie zurück zu dem Dienst, von dem Sie kommen, und melden Sie sich noch einmal an.',
    cookies: 'Falls Sie das immer wieder sehen: Ihr Browser muss Cookies dieser Seite annehmen.',
  },

  forged: {
    title: 'Das haben wir nicht angenommen',
    explanation:
      'Das Formular kam nicht von dieser Seite oder wurde unterwegs verändert. Es ist nichts geschehen.',
    whatNow: 'Gehen Sie zurück zu dem Dienst, von dem Sie kommen, und melden Sie sich noch einmal an.',
  },

  failed: {
    title: 'Etwas ist schiefgegangen',
    service:
      'Der Dienst, der Sie hierher geschickt hat, hat nicht richtig angefragt. Deshalb können wir Sie dort nicht anmelden.',
    serviceWhatNow:
      'Gehen Sie zurück und versuchen Sie es noch einmal. Bleibt es dabei, sagen Sie es dem Betreiber des Dienstes und nennen Sie ihm die Nummer unten.',
    ours: 'Das liegt an uns und nicht an Ihnen. Nichts, was Sie eingegeben haben, wurde behalten.',
    oursWhatNow:
      'Versuchen Sie es in einer Minute noch einmal. Bleibt es dabei, sagen Sie es uns und nennen Sie uns die Nummer unten.',
    requestId: 'Nummer dieser Anfrage',
  },

  faults: {
    email: { INVALID: 'Geben Sie eine E-Mail-Adresse wie ada@example.com ein.' },
    name: {
      REQUIRED: 'Geben Sie Ihren Namen ein.',
      TOO_LONG: 'Der Name ist zu lang: Er darf 200 Zeichen haben.',
      INVALID: 'Der Name darf aus Buchstaben, Ziffern und Zeichen bestehen, aber aus nichts Unsichtbarem.',
    },
    password: {
      TOO_SHORT: (characters) =>
        `Das Passwort braucht mindestens ${characters} Zeichen. Hängen Sie noch ein, zwei Wörter an.`,
      TOO_LONG: 'Das Passwort ist zu lang: Es darf 256 Zeichen haben.',
      TOO_COMMON: 'Dieses Passwort steht auf Listen häufiger Passwörter. Wählen Sie ein anderes.',
      TOO_OBVIOUS:
        'Dieses Passwort ist leicht zu erraten: Es wiederholt sich oder besteht aus Ihrem Namen oder Ihrer Adresse. Wählen Sie ein anderes.',
    },
  },

  locale: 'de-DE',
};
