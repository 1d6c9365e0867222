/** The theme is of the browser, not of a person, and known before anybody has signed in. */
export const THEME_KEY = 'signet-explorer:theme';
