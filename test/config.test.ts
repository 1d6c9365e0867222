import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientSettings } from '../src/client-settings.js';
import { ConfigError, loadClientConfig, loadConfig } from '../src/config.js';
import { settings } from '../src/settings.js';

const SECRET = 'correct horse battery staple, and more';
const production = {
  DATABASE_URL: 'postgresql://signet:hunter2-of-the-database@db.internal:5432/signet',
  SIGNET_SECRET: SECRET,
  SIGNET_ISSUER: 'https://id.example.com',
};

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('development mode', () => {
  it('needs no setting, and listens on loopback', () => {
    expect(loadConfig({})).toMatchObject({
      developmentMode: true,
      host: '127.0.0.1',
      port: 4000,
      issuer: 'http://localhost:4000',
      audience: 'http://localhost:4000/graphql',
      admin: { email: 'admin@signet.localhost', password: undefined },
      introspection: true,
      secret: undefined,
    });
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'id.example.com'])('refuses to listen on %s', (host) => {
    expect(faultsOf({ SIGNET_HOST: host })).toEqual([
      expect.stringMatching(/^SIGNET_HOST .*set DATABASE_URL/),
    ]);
  });

  it.each(['127.0.0.1', '::1', 'localhost'])('may listen on %s', (host) => {
    expect(loadConfig({ SIGNET_HOST: host }).host).toBe(host);
  });
});

describe('with DATABASE_URL', () => {
  it('asks for a secret and an issuer, and for nothing else', () => {
    expect(faultsOf({ DATABASE_URL: production.DATABASE_URL })).toEqual([
      expect.stringMatching(/^SIGNET_SECRET is required/),
      expect.stringMatching(/^SIGNET_ISSUER is required/),
    ]);
    expect(loadConfig(production)).toMatchObject({ developmentMode: false, introspection: false });
  });

  it('makes no administrator unless told whom', () => {
    expect(loadConfig(production).admin.email).toBeUndefined();
  });

  it('may listen on every address', () => {
    expect(loadConfig({ ...production, SIGNET_HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });
});

describe('faults', () => {
  it('are told all at once, also those between settings, by name and never by value', () => {
    const env = {
      DATABASE_URL: 'mysql://root:very-secret-value@db/x',
      SIGNET_PORT: 'very-secret-value',
      SIGNET_SIGNING_ALG: 'very-secret-value',
      SIGNET_MAIL_URL: 'very-secret-value',
      SIGNET_METRICS_TOKEN: 'very-secret',
      SIGNET_TRUSTED_PROXIES: 'very-secret-value',
      SIGNET_ALLOWED_ORIGINS: 'https://very-secret-value/path',
      SIGNET_SESSION_IDLE_SECONDS: '90000',
      SIGNET_SESSION_ABSOLUTE_SECONDS: '80000',
      SIGNET_MISSPELT: 'very-secret-value',
    };
    const faults = faultsOf(env);
    const named = faults.map((fault) => fault.split(' ')[0]);
    expect(new Set(named)).toEqual(
      new Set([
        ...Object.keys(env).filter((name) => name !== 'SIGNET_SESSION_ABSOLUTE_SECONDS'),
        'SIGNET_SECRET',
        'SIGNET_ISSUER',
      ]),
    );
    expect(faults.join('\n')).not.toContain('very-secret');
    expect(() => loadConfig(env)).toThrow(/^Signet cannot start with these settings:\n {2}- /);
  });

  const wrong: [string, string, string][] = [
    ['DATABASE_URL', 'postgresql://u:p@host:99999/signet', 'must be a connection string'],
    ['DATABASE_URL', 'postgresql://u:p@host/', 'must be a connection string'],
    ['SIGNET_SECRET', 'too short', 'must be at least 32 characters'],
    ['SIGNET_ISSUER', 'http://id.example.com', 'must be an https URL'],
    ['SIGNET_ISSUER', 'https://id.example.com/', 'must be an https URL'],
    ['SIGNET_ISSUER', 'https://id.example.com?a=b', 'must be an https URL'],
    ['SIGNET_ISSUER', 'https://user@id.example.com', 'must be an https URL'],
    ['SIGNET_PORT', '65536', 'must be at most 65535'],
    ['SIGNET_PORT', '-1', 'must be at least 0'],
    ['SIGNET_PORT', ' ', 'must be a whole number'],
    ['SIGNET_PORT', '0x10', 'must be a whole number'],
    ['SIGNET_PORT', '80.5', 'must be a whole number'],
    ['SIGNET_KEY_PUBLISH_SECONDS', '599', 'must be at least 600'],
    ['SIGNET_ARGON2_MEMORY_KIB', '4096', 'must be at least 19456'],
    ['SIGNET_AUTH_DIRECTIVES', 'yes', 'must be "on" or "off"'],
    ['SIGNET_REGISTRATION', 'on', 'must be "open" or "closed"'],
    ['SIGNET_TRUSTED_PROXIES', '10.0.0.0/8, proxy.internal', 'must be a number of hops'],
    ['SIGNET_LOG_LEVEL', 'loud', 'must be debug, info, warn, error or silent'],
    ['SIGNET_SINGING_ALG', 'ES256', 'is not a setting of Signet'],
  ];
  it.each(wrong)('%s=%s is one clear fault', (name, value, message) => {
    expect(faultsOf({ ...production, [name]: value })).toEqual([
      expect.stringMatching(`^${name} ${message}`),
    ]);
  });

  it.each(['1', '0', '10.0.0.7', '10.0.0.0/8, 2001:db8::/32'])(
    'SIGNET_TRUSTED_PROXIES=%s is right',
    (value) => {
      expect(loadConfig({ ...production, SIGNET_TRUSTED_PROXIES: value }).trustedProxies).toBe(value);
    },
  );

  it('take an empty variable for one that is not set', () => {
    expect(loadConfig({ SIGNET_PORT: '', DATABASE_URL: '', SIGNET_SECRET: '' }).port).toBe(4000);
  });
});

describe('NAME_FILE', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signet-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives any setting from a file, without the newline at its end', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, `${SECRET}\n`);
    const { SIGNET_SECRET: _, ...rest } = production;
    expect(loadConfig({ ...rest, SIGNET_SECRET_FILE: file }).secret).toBe(SECRET);
  });

  it('is a fault when the file cannot be read, and when NAME is set too', () => {
    const missing = { SIGNET_SECRET_FILE: join(folder, 'missing') };
    expect(faultsOf({ ...production, ...missing })).toEqual([
      'SIGNET_SECRET and SIGNET_SECRET_FILE are both set; keep one',
    ]);
    expect(faultsOf(missing)).toEqual(['SIGNET_SECRET_FILE cannot be read (ENOENT)']);
  });
});

it('ignores what Kubernetes sets for services called "signet" and "signet-db"', () => {
  const links = {
    SIGNET_SERVICE_HOST: '10.0.0.7',
    SIGNET_SERVICE_PORT: '4000',
    SIGNET_SERVICE_PORT_HTTP: '4000',
    SIGNET_PORT: 'tcp://10.0.0.7:4000',
    SIGNET_PORT_4000_TCP: 'tcp://10.0.0.7:4000',
    SIGNET_PORT_4000_TCP_PROTO: 'tcp',
    SIGNET_DB_SERVICE_HOST: '10.0.0.8',
    SIGNET_DB_PORT: 'tcp://10.0.0.8:5432',
    SIGNET_DB_PORT_5432_TCP_ADDR: '10.0.0.8',
  };
  expect(loadConfig({ ...production, ...links }).port).toBe(4000);
});

describe('settings of the commands that ask over HTTP', () => {
  const client = {
    SIGNET_URL: 'https://id.example.com',
    SIGNET_TOKEN: 'a.b.c',
    SIGNET_EMAIL: 'ada@example.com',
  };

  it('may stand beside those of a server, and each passes over the other’s', () => {
    expect(loadConfig({ ...production, ...client })).toEqual(loadConfig(production));
    expect(loadClientConfig({}, { ...production, ...client })).toEqual({
      url: 'https://id.example.com',
      token: 'a.b.c',
      email: 'ada@example.com',
    });
  });

  it('have a default, and give way to the command line', () => {
    expect(loadClientConfig({}, {})).toEqual({
      url: 'http://localhost:4000',
      token: undefined,
      email: undefined,
    });
    expect(loadClientConfig({ url: 'https://other.example.com' }, client).url).toBe(
      'https://other.example.com',
    );
  });

  it('tell every fault by name and never by value', () => {
    const wrong = {
      SIGNET_URL: 'http://very-secret',
      SIGNET_TOKEN: 'very secret',
      SIGNET_URI: 'very-secret',
    };
    expect(() => loadClientConfig({}, wrong)).toThrow(
      /^The command cannot work with these settings:(\n {2}- .*){3}$/,
    );
    expect(() => loadClientConfig({}, wrong)).not.toThrow(/very.secret/);
  });
});

it('is pure: the environment stays as it was, and the result does not depend on the process', () => {
  const env = Object.freeze({ ...production });
  process.env['SIGNET_PORT'] = '5999';
  try {
    expect(loadConfig(env)).toEqual(loadConfig({ ...env }));
    expect(loadConfig(env).port).toBe(4000);
  } finally {
    delete process.env['SIGNET_PORT'];
  }
});

it('freezes the result through and through', () => {
  const config = loadConfig(production);
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  expect(() => Object.assign(config.sessions, { graceSeconds: 3600 })).toThrow(TypeError);
  expect(() => (config.allowedOrigins as string[]).push('https://evil.example')).toThrow(TypeError);
});

const everySetting = { ...settings.shape, ...clientSettings.shape };
it.each(Object.keys(everySetting))('%s says why it exists', (name) => {
  const { description } = everySetting[name as keyof typeof everySetting];
  expect(description).toMatch(/^.{15,}\.$/s);
});
