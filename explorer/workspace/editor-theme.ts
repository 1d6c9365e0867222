/** Names under which the editors know the colours of style/palette.css. */
export const EDITOR_THEME = { light: 'signet-light', dark: 'signet-dark' };

interface Colours {
  base: 'vs' | 'vs-dark';
  accent: string;
  paper: string;
  ink: string;
  soft: string;
  line: string;
  /** Of operations: keywords, fields, variables, types, strings and numbers. */
  words: [keyword: string, field: string, variable: string, type: string, text: string, number: string];
}

const LIGHT: Colours = {
  base: 'vs',
  accent: '#1f5f4a',
  paper: '#ffffff',
  ink: '#1b1f24',
  soft: '#57606a',
  line: '#d8dee4',
  words: ['#8a3ffc', '#0b5394', '#9a4a00', '#1f5f4a', '#a3294d', '#7a4d00'],
};
const DARK: Colours = {
  base: 'vs-dark',
  accent: '#6fcfae',
  paper: '#181f26',
  ink: '#e6edf3',
  soft: '#9aa7b4',
  line: '#30363d',
  words: ['#c8a8ff', '#8cc8ff', '#f2b172', '#6fcfae', '#ff9db0', '#e8c27a'],
};

/** Loads the editor, which is the biggest part of the page, and gives it our colours. */
export async function defineEditorThemes(): Promise<void> {
  const { editor } = await import('monaco-graphql/esm/monaco-editor.js');
  editor.defineTheme(EDITOR_THEME.light, themeOf(LIGHT));
  editor.defineTheme(EDITOR_THEME.dark, themeOf(DARK));
}

function themeOf({ base, accent, paper, ink, soft, line, words }: Colours) {
  const tint = `${accent}22`;
  const [keyword, field, variable, type, text, number] = words.map((colour) => colour.slice(1));
  const of = (tokens: string[], foreground: string | undefined) =>
    tokens.map((token) => ({ token, foreground: foreground! }));
  return {
    base,
    inherit: true,
    rules: [
      ...of(['keyword.gql', 'keyword.json'], keyword),
      ...of(['key.identifier.gql', 'string.key.json'], field),
      ...of(['argument.identifier.gql'], variable),
      ...of(['type.identifier.gql', 'annotation.gql'], type),
      ...of(['string.gql', 'string.quote.gql', 'string.value.json'], text),
      ...of(['number.gql', 'number.json'], number),
      ...of(['comment.gql', 'comment.json'], soft.slice(1)),
    ],
    colors: {
      'editor.background': '#ffffff00',
      'editor.foreground': ink,
      'editorLineNumber.foreground': soft,
      'editorLineNumber.activeForeground': ink,
      // One colour for all: depth is seen by the indentation.
      ...Object.fromEntries([1, 2, 3].map((depth) => [`editorBracketHighlight.foreground${depth}`, soft])),
      'scrollbar.shadow': '#ffffff00',
      'editorHoverWidget.background': paper,
      'editorHoverWidget.border': line,
      'editorSuggestWidget.background': paper,
      'editorSuggestWidget.border': line,
      'editorSuggestWidget.selectedBackground': tint,
      'editorSuggestWidget.selectedForeground': ink,
      'editorSuggestWidget.highlightForeground': accent,
      'editorSuggestWidget.focusHighlightForeground': accent,
      'editorWidget.background': paper,
      'editorWidget.resizeBorder': accent,
      'editorLink.activeForeground': accent,
      'textLink.foreground': accent,
      'textLink.activeForeground': accent,
      'list.hoverBackground': tint,
      'list.highlightForeground': accent,
      'list.focusHighlightForeground': accent,
      'quickInput.background': paper,
      'quickInputList.focusBackground': tint,
      'quickInputList.focusForeground': ink,
      'menu.background': paper,
      'menu.foreground': ink,
      'menu.selectionBackground': tint,
      'menu.selectionForeground': ink,
      'input.background': `${soft}1c`,
      'toolbar.hoverBackground': tint,
      focusBorder: accent,
    },
  };
}
