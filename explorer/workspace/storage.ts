import type { Storage as GraphiqlStorage } from '@graphiql/toolkit';
import { THEME_KEY } from './theme-key';
import { withoutSecrets, type Written } from './without-secrets';

interface StoredTab extends Written {
  headers?: unknown;
}
interface TabState {
  tabs: StoredTab[];
  activeTabIndex: number;
}

interface StorageOptions {
  userId: string;
  /** What is open before anything has been kept. */
  firstTab: StoredTab;
  /** Brings a tab that was kept for long up to date. */
  renew(tab: StoredTab): StoredTab;
  store?: globalThis.Storage;
}

/**
 * Where GraphiQL keeps tabs and history: the browser's own storage, apart for everybody who signs in
 * here, and without passwords, tokens and headers.
 */
export function createStorage({
  userId,
  firstTab,
  renew,
  store = localStorage,
}: StorageOptions): GraphiqlStorage {
  const prefix = `signet-explorer:${userId}:`;
  const keyOf = (name: string) => (name === 'theme' ? THEME_KEY : prefix + name);
  const ownKeys = () => Object.keys(store).filter((key) => key.startsWith(prefix));
  const activeTab = () => {
    const kept = read(store.getItem(keyOf('tabState'))) as TabState | null;
    const tab = kept?.tabs[kept.activeTabIndex];
    return tab ? renew(tab) : firstTab;
  };
  return {
    getItem(graphiqlKey) {
      const name = nameOf(graphiqlKey);
      // The open tab again: kept once, with its tab.
      if (name === 'query' || name === 'variables') return activeTab()[name] ?? null;
      const text = store.getItem(keyOf(name));
      const state = name === 'tabState' ? (read(text) as TabState | null) : null;
      return state ? JSON.stringify({ ...state, tabs: state.tabs.map((tab) => renew(tab)) }) : text;
    },
    setItem(graphiqlKey, value) {
      const name = nameOf(graphiqlKey);
      if (name === 'query' || name === 'variables' || name === 'headers') return;
      store.setItem(keyOf(name), LISTS.has(name) ? clean(value) : value);
    },
    removeItem: (graphiqlKey) => store.removeItem(keyOf(nameOf(graphiqlKey))),
    get length() {
      return ownKeys().length;
    },
    clear() {
      for (const key of ownKeys()) store.removeItem(key);
    },
  };
}

/** What holds operations: a list under one of these names. */
const LISTS = new Map([
  ['tabState', 'tabs'],
  ['queries', 'queries'],
  ['favorites', 'favorites'],
]);

const nameOf = (graphiqlKey: string) => graphiqlKey.replace(/^graphiql:/, '');

function clean(value: string): string {
  const kept = (read(value) ?? {}) as Record<string, unknown>;
  for (const list of LISTS.values())
    if (Array.isArray(kept[list]))
      kept[list] = (kept[list] as StoredTab[]).map((item) => ({
        ...item,
        ...withoutSecrets(item),
        headers: null,
      }));
  return JSON.stringify(kept);
}

function read(text: string | null): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
