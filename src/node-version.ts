/**
 * Imported first: on an older Node the native parts of dependencies may crash the process without a word. npm's
 * scripts run on the Node that package.json brings along; a bare `node dist/src/main.js` may not.
 */
const NEEDED_MAJOR = 22;

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  process.stderr.write(
    `\nSignet needs Node ${NEEDED_MAJOR} or newer and was started with ${process.versions.node}. ` +
      'Use npm start, or npm run signet, which bring their own.\n\n',
  );
  process.exit(1);
}
