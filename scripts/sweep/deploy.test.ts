/** The files for schedulers, run as those run them: by their variables. No cluster is here. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SMALL_BASE } from './testSweep.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SLURM = 'deploy/sweep.slurm';
const SWEEP = {
  base: SMALL_BASE,
  grid: { seed: [1, 2, 3] },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-deploy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(command: string[], environment: Record<string, string>): void {
  const [program, ...rest] = command;
  const env = { ...process.env, ...environment };
  const { status, stderr } = spawnSync(program!, rest, { cwd: ROOT, env, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

/** What a command asks of npm, with another npm that only writes it down. */
function askedOfNpm(command: string[], environment: Record<string, string>): string[] {
  const [npm, asked] = [join(folder, 'npm'), join(folder, 'asked')];
  writeFileSync(npm, `#!/bin/sh\nprintf '%s\\n' "$@" > ${asked}\n`);
  chmodSync(npm, 0o755);
  run(command, { ...environment, PATH: `${folder}:${process.env.PATH}` });
  return readFileSync(asked, 'utf8').trimEnd().split('\n');
}

describe('the file for a Slurm array', () => {
  it('trains the shard of each task', () => {
    const [file, out] = [join(folder, 'sweep.json'), join(folder, 'runs')];
    writeFileSync(file, JSON.stringify(SWEEP));
    for (const [task, runs] of [
      ['1', 1],
      ['0', 3],
    ] as const) {
      run(['bash', SLURM, file, out, '--engine', 'float64'], {
        SLURM_ARRAY_TASK_ID: task,
        SLURM_ARRAY_TASK_COUNT: '2',
      });
      expect(readdirSync(out)).toHaveLength(runs);
    }
  }, 120_000);

  it('counts tasks from 0, as shards are counted', () => {
    const options = readFileSync(join(ROOT, SLURM), 'utf8').matchAll(/^#SBATCH --(.+)$/gm);
    const { array, ...others } = Object.fromEntries([...options].map(([, option]) => option!.split('=')));
    expect(array).toMatch(/^0-\d+$/);
    expect(Object.keys(others)).toEqual(['job-name', 'gres', 'requeue']);
  });
});

describe('the file for a Kubernetes Indexed Job', () => {
  const text = readFileSync(join(ROOT, 'deploy/sweep.kubernetes.yaml'), 'utf8');
  const { apiVersion, kind, spec } = parse(text, { strict: true, uniqueKeys: true });
  const pod = spec.template.spec;
  const [container] = pod.containers;

  it('is one, whose pods begin again where they fail and share a volume', () => {
    expect({ apiVersion, kind }).toEqual({ apiVersion: 'batch/v1', kind: 'Job' });
    expect(spec.completionMode).toBe('Indexed');
    expect(pod.restartPolicy).toBe('OnFailure');
    const [mount] = container.volumeMounts;
    expect(pod.volumes).toEqual([
      { name: mount.name, persistentVolumeClaim: { claimName: expect.any(String) } },
    ]);
  });

  it('gives every index its shard, of as many as there are, in the shared volume', () => {
    const { completions } = spec;
    const { mountPath } = container.volumeMounts[0];
    for (const index of [0, completions - 1]) {
      const command = [...container.command, ...container.args];
      expect(askedOfNpm(command, { JOB_COMPLETION_INDEX: `${index}` })).toEqual([
        ...['run', 'sweep', '--', `${mountPath}/sweep.json`],
        ...['--shard', `${index}/${completions}`, '--out', `${mountPath}/runs`],
      ]);
    }
  });
});
