import { describe, expect, it } from 'vitest';
import { defaultExperiment, SETTINGS } from '../experiment/settings.ts';
import { NORMALISATIONS } from '../experiment/variants.ts';
import { article, changeWords, networkWords, rangeWords } from './experiment/words.ts';
import { smoothnessReferences } from './figures/Smoothness.tsx';
import { formatBytes, formatDuration, formatStepTick, formatTick, formatValue } from './format.ts';
import { identitiesOf } from './identity.ts';
import { type RunNumbers, runWords } from './run/runWords.ts';
import { chipWords } from './shell/DeviceChip.tsx';

describe('numbers', () => {
  it('are written as people read them', () => {
    expect([0.0312, 2.3, 128.4, 1240, -0.5, 0].map(formatValue)).toEqual([
      '0.0312',
      '2.30',
      '128',
      '1,240',
      '−0.500',
      '0',
    ]);
    expect(formatValue(3.2e7)).toBe('3.20\u2009×\u200910⁷');
    expect(formatValue(Number.POSITIVE_INFINITY)).toBe('∞');
    expect([0.05, 1000, 1e6, 5e-7].map(formatTick)).toEqual(['0.05', '1,000', '10⁶', '5\u2009×\u200910⁻⁷']);
    expect([0, 500, 2500, 15_000].map(formatStepTick)).toEqual(['0', '500', '2.5k', '15k']);
    expect([8000, 419_000, 7_500_000].map(formatDuration)).toEqual(['8 s', '6 min 59 s', '2 h 5 min']);
    expect([512, 3_200_000, 170e6].map(formatBytes)).toEqual(['512 bytes', '3.2 MB', '170 MB']);
  });
});

describe('identities', () => {
  it('differ in marker for every normalisation', () => {
    const all = identitiesOf(NORMALISATIONS);
    expect(new Set(all.map(({ marker }) => marker)).size).toBe(NORMALISATIONS.length);
    expect(new Set(all.map(({ dash }) => dash)).size).toBe(NORMALISATIONS.length);
    expect(new Set(all.map(({ colour }) => colour)).size).toBe(NORMALISATIONS.length);
  });

  it('keep the colour of a normalisation and tell its variants apart', () => {
    const variants = ['none', 'none@0.5', 'none@0.2', 'none@0.1'];
    const looks = identitiesOf(variants).map(({ marker, colour, hollow }) => `${marker} ${colour} ${hollow}`);
    expect(new Set(looks).size).toBe(4);
    expect(looks.every((look) => look.includes('circle') && look.includes('--series-none'))).toBe(true);
    expect(identitiesOf(['batch.last@0.5'])[0]?.short).toBe('BatchNorm last η 0.5');
  });
});

describe('the sentence', () => {
  it('names networks by their layers with numbers to train', () => {
    expect(networkWords(SETTINGS.network.default)).toBe('9-layer VGG');
    expect(networkWords('vgg:8-M-16/512-512')).toBe('5-layer VGG');
    expect(networkWords('dln:25x10')).toBe('25-layer linear network');
  });

  it('puts the right article before a number', () => {
    const words = [
      '8-layer',
      '9-layer',
      '11-layer',
      '18-layer',
      '25-layer',
      '80-layer',
      '1-layer',
      '110-layer',
    ];
    expect(words.map(article)).toEqual(['an', 'a', 'an', 'an', 'a', 'an', 'a', 'a']);
  });

  it('says what a setting may be, and what has changed since a run', () => {
    expect(rangeWords(SETTINGS.batchSize)).toBe('2 to 4,096, or full');
    expect(rangeWords(SETTINGS.probeSteps)).toBe('1 to 8 values');
    const before = defaultExperiment();
    expect(changeWords(before, { ...before, learningRate: 0.5, icsLayers: [] })).toBe(
      'Learning rate η 0.1 → 0.5; Layers for covariate shift 3, 7 → none',
    );
  });
});

describe('the run bar', () => {
  const idle: RunNumbers = {
    labState: 'idle',
    starting: false,
    step: 0,
    steps: 0,
    stepsPerSecond: 0,
    progress: null,
    asked: 15_000,
    canGoOn: false,
    hasRecord: false,
    isChanged: false,
    elapsedMs: 0,
    recorded: null,
  };
  const running = { ...idle, labState: 'running', step: 6200, steps: 15_000, stepsPerSecond: 21 } as const;

  it('offers what can be done next', () => {
    expect(runWords(idle).button).toBe('Run');
    expect(runWords({ ...idle, starting: true }).button).toBe('Preparing');
    expect(runWords(running).button).toBe('Pause');
    expect(runWords({ ...running, labState: 'paused', canGoOn: true }).button).toBe('Go on');
    expect(runWords({ ...running, labState: 'paused' }).button).toBe('Run');
    expect(runWords({ ...running, labState: 'finished' }).button).toBe('Run again');
    expect(runWords({ ...running, labState: 'failed', isChanged: true }).button).toBe('Run');
  });

  it('says how far, how fast and how long', () => {
    expect(runWords(running)).toMatchObject({
      left: '*6,200* of 15,000 steps',
      middle: '*21* steps/s',
      right: '*6 min 59 s* left',
      done: 6200 / 15_000,
    });
  });

  it('says what is loading, in bytes', () => {
    const progress = { label: 'Loading images', done: 1.2e6, total: 4.8e6, unit: 'bytes' } as const;
    expect(runWords({ ...idle, labState: 'preparing', progress })).toMatchObject({
      left: 'Loading images',
      right: '*1.2 MB* of 4.8 MB',
      done: 0.25,
    });
  });
});

describe('the device', () => {
  const device = {
    backend: 'webgpu',
    adapter: 'SwiftShader',
    software: true,
    fallback: null,
    memoryBytes: 1,
  };

  it('is named, and a software adapter is named as one', () => {
    expect(chipWords({ device: null, deviceState: 'opening' }).look).toBe('dashed');
    expect(chipWords({ device: { ...device, backend: 'webgpu' }, deviceState: 'open' })).toEqual({
      name: 'WebGPU',
      detail: 'software adapter',
      adapter: 'SwiftShader',
      look: 'solid',
    });
    expect(chipWords({ device: { ...device, backend: 'webgpu' }, deviceState: 'lost' }).name).toBe(
      'Device lost',
    );
  });
});

describe('the lines that β is compared with', () => {
  it('are 1/η′ of the smallest step and 2/η, once where they coincide', () => {
    expect(smoothnessReferences(0.1, [0.5, 1, 2, 4])).toEqual([20]);
    expect(smoothnessReferences(0.1, [0.01, 0.1]).map(Math.round)).toEqual([1000, 20]);
  });
});
