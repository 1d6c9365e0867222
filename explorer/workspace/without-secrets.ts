/** What stands in a tab or in the history. */
export interface Written {
  query?: string | null;
  variables?: string | null;
}

const SECRET_NAME = '\\w*(?:password|secret|token)\\w*';
/** A string of GraphQL or JSON, also one that is still being typed. */
const STRING = '(?:"""[^]*?(?:"""|$)|"(?:[^"\\\\\\n]|\\\\.)*"?)';

const secretField = new RegExp(`("?)(${SECRET_NAME})\\1(\\s*:\\s*)${STRING}`, 'gi');
const secretVariable = new RegExp(`${SECRET_NAME}"?\\s*:\\s*\\$(\\w+)`, 'gi');

/**
 * The same with every secret emptied. It goes by the text and not by the syntax, which is broken while
 * somebody types: what is written after `password:`, and the values of variables that stand there.
 */
export function withoutSecrets({ query, variables }: Written): Written {
  let [text, values] = [query ?? '', variables ?? ''].map((part) => part.replace(secretField, '$1$2$1$3""'));
  for (const [, name] of (query ?? '').matchAll(secretVariable)) {
    text = text!.replace(new RegExp(`(\\$${name}\\b[^,)$]*=\\s*)${STRING}`, 'g'), '$1""');
    values = values!.replace(new RegExp(`("${name}"\\s*:\\s*)${STRING}`, 'g'), '$1""');
  }
  return { query: query && text!, variables: variables && values! };
}
