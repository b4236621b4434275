import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFragment } from '../../src/experiment/permalink.ts';
import { galleryRuns, listGallery, wanted } from './gallery.ts';

const PUBLISHED = fileURLToPath(new URL('../../public/runs', import.meta.url));

describe('the published gallery', () => {
  const runs = galleryRuns();

  it('holds a record of every run, of the very experiment', () => {
    expect(wanted(runs, PUBLISHED, [])).toEqual([]);
    const links = new Map(listGallery(PUBLISHED).runs.map(({ file, link }) => [file, link]));
    for (const [name, experiment] of runs)
      expect(links.get(`${name}.json`), name).toBe(toFragment(experiment));
  });

  it('lists exactly the records beside the list', () => {
    expect(JSON.parse(readFileSync(join(PUBLISHED, 'index.json'), 'utf8'))).toEqual(listGallery(PUBLISHED));
  });
});

describe('a folder that lacks runs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'normscape-gallery-'));
    writeFileSync(join(folder, 'landscape.json'), readFileSync(join(PUBLISHED, 'landscape.json')));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gets those, or the named ones anew', () => {
    const runs = galleryRuns();
    const missing = wanted(runs, folder, []);
    expect(missing).toEqual([...runs.keys()].filter((name) => name !== 'landscape'));
    expect(wanted(runs, folder, ['landscape'])).toEqual(['landscape']);
  });

  it('cannot be listed with a file that is no record', () => {
    expect(listGallery(folder).runs.map(({ file }) => file)).toEqual(['landscape.json']);
    writeFileSync(join(folder, 'other.json'), '{"format":"something"}');
    expect(() => listGallery(folder)).toThrow('other.json: ');
  });
});
