import { readFileSync } from 'node:fs';

/** How many checks each group has. */
const GROUPS = {
  AZ: 19,
  TK: 13,
  RV: 5,
  NA: 3,
  DV: 6,
  MD: 4,
  KY: 7,
  PA: 4,
  DP: 5,
  ID: 3,
  LO: 4,
  BL: 4,
  SE: 8,
  CS: 4,
};

const text = readFileSync('docs/security.md', 'utf8');
const rows = [...text.matchAll(/^\| ([A-Z]{2}-\d+) +\|([^|]*)\|([^|]*)\|$/gm)].map(([, id, , heldBy]) => ({
  id: id!,
  heldBy: heldBy!.trim(),
  files: [...heldBy!.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file!),
}));

describe('the table of checks in docs/security.md', () => {
  it('has every check once', () => {
    const all = Object.entries(GROUPS).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, index) => `${group}-${index + 1}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(all);
  });

  it.each(rows)('$id is held by the files that it names, or has a reason', ({ id, heldBy, files }) => {
    if (files.length === 0) expect(heldBy).toMatch(/^None: .{40}/);
    const name = new RegExp(`\\b${id}\\b`);
    expect(files.filter((file) => !name.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
