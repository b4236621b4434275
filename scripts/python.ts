/** Finds a Python that has PyTorch, or installs Debian's. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Debian's own comes last: another python3 may precede it on PATH. */
const NAMES = ['python3', 'python', '/usr/bin/python3'];
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

function withTorch(): string | undefined {
  return NAMES.find((name) => {
    const imported = spawnSync(name, ['-c', 'import numpy, torch; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    if (imported.status === 0) console.log(`Python: ${name}, PyTorch ${imported.stdout.trim()}`);
    return imported.status === 0;
  });
}

function isDebianAsRoot(): boolean {
  const isRoot = process.getuid?.() === 0;
  return (
    isRoot && existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
  );
}

/** Runs a command, whose output is shown only if it fails. */
function run(command: string, ...args: string[]): boolean {
  console.log(`Python: ${command} ${args.join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: environment,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (status !== 0) console.log(error?.message ?? `${stdout}${stderr}`);
  return status === 0;
}

/** The name of a Python with PyTorch and NumPy, found or else installed; or why there is none. */
export function ensurePython(): { ok: true; python: string } | { ok: false; reason: string } {
  const found = withTorch();
  if (found) return { ok: true, python: found };
  if (!isDebianAsRoot())
    return {
      ok: false,
      reason: 'no python3 has PyTorch and NumPy, and only on Debian as root are they installed here',
    };
  const installed =
    run('apt-get', 'update', '-qq') &&
    run('apt-get', 'install', '-qq', '-y', '--no-install-recommends', 'python3-torch');
  const python = installed ? withTorch() : undefined;
  return python
    ? { ok: true, python }
    : { ok: false, reason: 'no python3 has PyTorch, and apt could not install python3-torch' };
}
