import { describe, expect, it } from 'vitest';
import { benchJson, benchMarkdown, markdownTable } from './report.ts';
import type { BenchResult } from './result.ts';
import { benchTables, digits } from './tables.ts';

const competitor = { stepsPerRound: 5, dispatches: 80, submissions: 2, losses: [3.00947, 2.57056] };
const RESULT: BenchResult = {
  adapter: 'google swiftshader',
  software: true,
  subgroups: true,
  network: 'vgg:8-M-16',
  batchSize: 64,
  rounds: 5,
  parameters: 53_634,
  flopsPerStep: 6.14e8,
  competitors: [
    { ...competitor, id: 'ours', stepMs: 120.04, javascriptMs: 0.2 },
    { ...competitor, id: 'tfjs', stepMs: 6000, javascriptMs: 70 },
    { ...competitor, id: 'jaxjs', stepMs: 600, javascriptMs: 1 },
  ],
  failures: [],
  lossDifference: 7.8e-5,
  productPath: { javascriptMs: 0.31, threadMs: 0.27, stepMs: 130, dispatches: 80.5, submissions: 1.2 },
  probeCosts: [
    { points: 4, isUsual: false, gradients: 4.2 },
    { points: 6, isUsual: true, gradients: 6.12 },
  ],
  layersCosts: [{ of: 'activations', layers: 9, gradients: 0.512 }],
  kernels: [{ kind: 'convolution', dispatches: 8, ms: 40, gflops: 5 }],
  calibration: [],
  matmul: { size: 512, kernels: [{ name: 'registers, 8x8', gflops: 6.4 }], gflops: 6.4 },
  achievedGflops: 5.117,
  growth: [
    {
      ...{ widthFactor: 4, batchSize: 256, flopsPerStep: 4e10, longestDispatchMs: 31.4 },
      stepMs: { ours: 8000, tfjs: null, jaxjs: null },
    },
  ],
};

describe('tables', () => {
  it('are Markdown, as wide as their widest cells', () => {
    expect(
      markdownTable([
        ['library', 'ms'],
        ['a', '120'],
        ['a longer name', '7'],
      ]),
    ).toBe(
      [
        '| library       |  ms |',
        '| ------------- | --: |',
        '| a             | 120 |',
        '| a longer name |   7 |',
      ].join('\n'),
    );
  });

  it('show three digits', () => {
    expect([0.23751, 1.7, 176.84, 9442.4, 0, 0.0012345].map(digits)).toEqual([
      '0.238',
      '1.70',
      '177',
      '9442',
      '0',
      '0.00123',
    ]);
    expect(digits(Number.NaN)).toBe('NaN');
  });
});

describe('the report', () => {
  it('ends, as JSON, with one line of the promised form', () => {
    expect(JSON.parse(benchJson(RESULT))).toEqual({
      step: { ours: 120, tfjs: 6000, jaxjs: 600 },
      jsPerStepMs: 0.27,
      jsPerStepWallMs: 0.31,
      dispatchesPerStep: 80.5,
      probeCost: 1.02,
      probeCosts: [
        { points: 4, gradients: 4.2 },
        { points: 6, gradients: 6.12 },
      ],
      layersCosts: [{ of: 'activations', layers: 9, gradients: 0.512 }],
      matmulPeakGflops: 6.4,
      achievedGflops: 5.117,
    });
    expect(benchJson(RESULT)).not.toContain('\n');
  });

  it('gives the time by the clock alone where nobody traced the browser', () => {
    const untraced = { ...RESULT, productPath: { ...RESULT.productPath, threadMs: null } };
    expect(JSON.parse(benchJson(untraced))).toMatchObject({ jsPerStepMs: 0.31, jsPerStepWallMs: 0.31 });
    expect(benchMarkdown(RESULT)).toContain('0.270 ms of the processor');
    expect(benchMarkdown(untraced)).not.toContain('of the processor');
  });

  it('says how many times slower the others are', () => {
    const row = benchMarkdown(RESULT)
      .split('\n')
      .find((line) => line.startsWith('| TensorFlow.js'));
    expect(row!.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'TensorFlow.js 4.22',
      '6000',
      '50.0',
      '70.0',
      '80',
      '2',
      '3.00947 2.57056',
      '',
    ]);
  });

  it('says what was not measured', () => {
    const row = benchMarkdown(RESULT)
      .split('\n')
      .find((line) => line.startsWith('| x4, 256'));
    expect(row!.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'x4, 256',
      '40.0',
      '8000',
      'not measured',
      'not measured',
      '31.4',
      '',
    ]);
  });

  it('goes on without a library that does not run', () => {
    const failures = [{ id: 'jaxjs' as const, message: 'no device' }];
    const alone = { ...RESULT, competitors: RESULT.competitors.slice(0, 2), failures };
    expect(benchMarkdown(alone)).toContain('jax-js 0.1.25 does not run here: no device');
    expect(JSON.parse(benchJson(alone)).step).toEqual({ ours: 120, tfjs: 6000, jaxjs: null });
  });

  it('shows what is known so far', () => {
    const { adapter, software, subgroups, competitors } = RESULT;
    expect(benchTables({})).toEqual([]);
    expect(benchTables({ adapter, software, subgroups, competitors }).map(({ id }) => id)).toEqual(['steps']);
    for (const { heading, rows } of benchTables(RESULT))
      for (const row of rows) expect(row).toHaveLength(heading.length);
  });

  it('leaves out tables that there are no numbers for', () => {
    const short = benchMarkdown({ ...RESULT, kernels: null, growth: null });
    expect(short).not.toContain('kernels of our step');
    expect(short).not.toContain('widths');
  });
});
