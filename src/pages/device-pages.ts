import { describeDevice } from '../domain/sessions/index.js';
import type { ComposedPage, Frame } from './frame.js';
import { chooseLanguage, sayDevice, sayWait } from './language.js';
import { deviceDoneNote, deviceRefusedNote, deviceTooManyNote } from './notes.js';
import type { ProtocolRequest } from './protocol-pages.js';

export interface DeviceForm {
  action: string;
  token: string;
}

export interface DeviceQuestion extends DeviceForm {
  client: string;
  userCode: string;
  /** Where the device asked from. */
  device: { ipAddress: string; userAgent: string | null };
}

/** Pages on which people let a device in that has no keyboard. */
export function devicePages(frame: Frame) {
  const languageOf = ({ uiLocales, acceptLanguage }: ProtocolRequest) =>
    chooseLanguage(uiLocales, acceptLanguage);

  return {
    deviceCode(
      request: ProtocolRequest,
      { action, token, problem }: DeviceForm & { problem: 'wrongCode' | null },
    ): ComposedPage {
      const language = languageOf(request);
      const { device: words } = language.words;
      const view = { action, token, problem: problem && words[problem], faults: [] };
      const failed = problem !== null;
      const page = { template: 'device-code', title: words.title, status: failed ? 422 : 200, failed, view };
      return frame.compose(page, language);
    },

    /** Remote phishing: somebody sends their own code. So the page asks, whatever the address brought along. */
    deviceQuestion(
      request: ProtocolRequest,
      { action, token, client, userCode, device }: DeviceQuestion,
    ): ComposedPage {
      const language = languageOf(request);
      const { account, device: words } = language.words;
      const origin = `${sayDevice(language, describeDevice(device.userAgent))}, ${account.from(device.ipAddress)}`;
      const view = { action, token, client, userCode, origin: words.askedFrom(origin) };
      return frame.compose({ template: 'device-question', title: words.question(client), view }, language);
    },

    deviceDone(request: ProtocolRequest): ComposedPage {
      const language = languageOf(request);
      return frame.compose(deviceDoneNote(language.words), language);
    },

    deviceRefused(request: ProtocolRequest): ComposedPage {
      const language = languageOf(request);
      return frame.compose(deviceRefusedNote(language.words), language);
    },

    deviceTooMany(request: ProtocolRequest, retryAfterSeconds: number): ComposedPage {
      const language = languageOf(request);
      return frame.compose(deviceTooManyNote(language.words, sayWait(language, retryAfterSeconds)), language);
    },
  };
}
