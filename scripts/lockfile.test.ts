import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Package {
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
const read = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));

describe('dependencies', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, Package> };
  const { dependencies, devDependencies } = read('package.json') as Required<Package>;

  it('come from npm’s registry alone, each with the sum of its contents but for other platforms’ binaries', () => {
    const named = Object.entries(packages).filter(([path]) => path !== '');
    expect(named.length).toBeGreaterThan(100);
    for (const [path, { resolved, integrity, optional = false }] of named) {
      expect(resolved ?? 'https://registry.npmjs.org/', path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      if (!optional || integrity !== undefined) expect(integrity, path).toMatch(/^sha512-/);
    }
  });

  it('are asked for in one exact version each, and locked so', () => {
    const asked = Object.entries({ ...dependencies, ...devDependencies });
    for (const [name, version] of asked) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(packages[`node_modules/${name}`], name).toMatchObject({ version });
    }
    expect(packages['']).toMatchObject({ dependencies, devDependencies });
  });
});
