/** Experiments as a whole: strict for what a person sets, lenient for what a link or a file brings. */
import { architectureOf, parseNetwork } from './architecture.ts';
import { DATASETS } from './datasets.ts';
import type { Experiment, ExperimentKey, Notice, Problem } from './experiment.ts';
import { formatNumber, quote, readSetting } from './read.ts';
import { defaultExperiment, EXPERIMENT_KEYS, setting } from './settings.ts';
import { variantsOf } from './variants.ts';

/** Everything that keeps an experiment from starting, each with the key at whose control it is shown. */
export function problemsOf(experiment: Experiment): Problem[] {
  const problems: Problem[] = [];
  for (const key of EXPERIMENT_KEYS) {
    const { problem } = readSetting(setting(key), experiment[key]);
    if (problem) problems.push({ key, message: problem.message });
  }
  return problems.length > 0 ? problems : contradictions(experiment);
}

function contradictions(experiment: Experiment): Problem[] {
  const problems: Problem[] = [];
  const facts = DATASETS[experiment.dataset];
  const say = (key: ExperimentKey, message: string): void => void problems.push({ key, message });
  const architecture = architectureOf(experiment.network, experiment.dataset);
  if (!architecture.ok) say('network', architecture.message);
  for (const key of ['trainExamples', 'testExamples'] as const)
    if (experiment[key] > facts[key])
      say(
        key,
        `${facts.label} has ${formatNumber(facts[key])} such examples; ${formatNumber(experiment[key])} were asked for.`,
      );
  if (experiment.batchSize !== 'full' && experiment.batchSize > experiment.trainExamples)
    say(
      'batchSize',
      `A minibatch of ${formatNumber(experiment.batchSize)} is larger than the ${formatNumber(experiment.trainExamples)} training examples. Make it smaller, or choose “full”.`,
    );
  const depth = architecture.ok ? architecture.value.layers.length : Number.POSITIVE_INFINITY;
  for (const key of ['icsLayers', 'activationLayers'] as const) {
    const beyond = experiment[key].find((layer) => layer > depth);
    if (beyond !== undefined) say(key, `Layer ${beyond} was asked for, but the network has ${depth} layers.`);
  }
  const rates = new Set<string>();
  for (const variant of variantsOf(experiment.variants)) {
    const same = `${variant.id.split('@')[0]}@${variant.learningRate ?? experiment.learningRate}`;
    if (rates.has(same))
      say('variants', `“${variant.id}” is the same network as another in the list. Remove one.`);
    rates.add(same);
    if (
      typeof variant.placement === 'number' &&
      architecture.ok &&
      !architecture.value.layers[variant.placement - 1]?.normalised
    )
      say(
        'variants',
        `“${variant.id}” normalises layer ${variant.placement}, which is never normalised in this network.`,
      );
  }
  return problems;
}

/** An experiment from anything: unknown keys and unusable values are replaced and listed. Never throws. */
export function readExperiment(
  raw: unknown,
  base: Experiment = defaultExperiment(),
): { experiment: Experiment; notices: Notice[] } {
  const notices: Notice[] = [];
  const experiment = structuredClone(base);
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    notices.push({
      kind: 'ignored',
      key: 'experiment',
      message: `An experiment must be an object of settings; found “${quote(raw)}”.`,
    });
    return { experiment, notices };
  }
  const target = experiment as unknown as Record<string, unknown>;
  for (const key of Object.keys(raw).slice(0, 100)) {
    if (!(EXPERIMENT_KEYS as string[]).includes(key)) {
      notices.push({
        kind: 'ignored',
        key: quote(key),
        message: `“${quote(key)}” is not a setting and was ignored.`,
      });
      continue;
    }
    const known = key as ExperimentKey;
    const { value, problem } = readSetting(setting(known), (raw as Record<string, unknown>)[key]);
    if (problem?.kind === 'ignored') {
      notices.push({
        kind: 'ignored',
        key,
        message: `${problem.message} It was left at ${quote(target[key])}.`,
      });
      continue;
    }
    target[key] = value;
    if (problem)
      notices.push({ kind: 'clamped', key, message: `${problem.message} It was set to ${quote(value)}.` });
  }
  notices.push(...reconcile(experiment));
  return { experiment, notices };
}

/** Changes what contradicts itself until nothing does, and says what was changed. */
function reconcile(experiment: Experiment): Notice[] {
  const notices: Notice[] = [];
  const change = <K extends ExperimentKey>(key: K, value: Experiment[K], why: string): void => {
    experiment[key] = value;
    notices.push({
      kind: 'changed',
      key,
      message: `${why} ${setting(key).label} was set to ${quote(value)}.`,
    });
  };
  for (let round = 0; round < 2 * EXPERIMENT_KEYS.length; round++) {
    const problem = problemsOf(experiment)[0];
    if (!problem) return notices;
    const { key, message } = problem;
    const facts = DATASETS[experiment.dataset];
    const architecture = architectureOf(experiment.network, experiment.dataset);
    const depth = architecture.ok ? architecture.value.layers.length : 1;
    if (key === 'network' && isDeepLinear(experiment) !== (experiment.dataset === 'gaussian'))
      change('dataset', isDeepLinear(experiment) ? 'gaussian' : 'fashion-mnist', message);
    else if (key === 'trainExamples' || key === 'testExamples') change(key, facts[key], message);
    else if (key === 'batchSize') change(key, experiment.trainExamples, message);
    else if (key === 'icsLayers' || key === 'activationLayers')
      change(
        key,
        experiment[key].filter((layer) => layer <= depth),
        message,
      );
    else change(key, structuredClone(setting(key).default) as never, message);
  }
  return notices;
}

function isDeepLinear(experiment: Experiment): boolean {
  const parsed = parseNetwork(experiment.network);
  return parsed.ok && parsed.value.kind === 'dln';
}
