/** The words of the paper, each in ours: what it means, its formula, its place in the paper, and where the page shows it. */
import {
  ACTIVATION,
  COVARIATE_SHIFT,
  FLATNESS,
  LOSS_BAND,
  PREDICTIVENESS,
  RANDOM_DIRECTION,
  SHARPNESS,
  SMOOTHNESS,
} from './formula.ts';
import {
  BATCH_NORM,
  BETA_SMOOTH,
  COSINE,
  DEEP_LINEAR,
  DESCENT,
  EDGE_OF_STABILITY,
  EFFECTIVE_RATE,
  GRADIENT_DIFFERENCE,
  LIPSCHITZ,
  LP_NORM,
  NOISY_BATCH_NORM,
  PROBE_POINT,
  SATURATION,
  THEOREM,
} from './glossaryFormulas.ts';
import type { Formula } from './mathml.ts';

/** A place of the page: a section or a figure of the lab by its id, or another page. */
export type Place = { page: 'lab'; id: string; name: string } | { page: 'theory'; name: string };

/** In texts, words between underscores are mathematics: _θ_. */
export interface Term {
  name: string;
  /** Other words for it. */
  also: string;
  words: string;
  formula: Formula | null;
  /** Where the paper has it, or that it has not. */
  source: string;
  place: Place;
}

const lab = (id: string, name: string): Place => ({ page: 'lab', id, name });
const LANDSCAPE = lab('loss-along-the-gradient', 'Loss along the gradient');
const SMOOTH = lab('effective-smoothness', 'Effective β-smoothness');
const EXPERIMENT = lab('experiment', 'The experiment');
const SPEED = lab('speed', 'Does it train faster?');
const SHIFT = lab('shift', 'Is it internal covariate shift?');
const ACTIVATIONS = lab('activations', 'Do activations keep their distribution?');
const DISTANCES = lab('distances', 'How does the gradient change further away?');
const END_POINT = lab('end-point', 'How sharp is the loss, and how flat is the end?');
const LAYER_NORMS = lab('layer-norms', 'How long are gradients and weights?');
const OURS = 'not in the paper';

/** In the order of the alphabet. */
export const GLOSSARY = {
  'activation-distribution': {
    name: 'Activation distribution',
    also: '',
    words:
      'The values that one unit takes over a minibatch (in a convolution over all pixels, too). The paper draws them as ridges, one a recording, to show that training can be fast while they move.',
    formula: ACTIVATION,
    source: 'Figs. 1(c), 2, 6 and 9',
    place: ACTIVATIONS,
  },
  'batch-statistics': {
    name: 'Batch statistics and running statistics',
    also: '',
    words:
      'While it trains, BatchNorm takes mean and variance from the current minibatch; so do all probes. For test images it takes means of them over the past: another function, in which landscape measurements would mean something else.',
    formula: null,
    source: 'not said; probes in batch statistics are our reading',
    place: lab('test-accuracy', 'Test accuracy'),
  },
  batchnorm: {
    name: 'BatchNorm',
    also: 'Batch normalisation, BN',
    words:
      'Takes from every unit’s activations _y_ their mean over the minibatch, divides by their standard deviation, and lets training choose a new scale _γ_ and shift _β_. It stands before the ReLU.',
    formula: BATCH_NORM,
    source: '§2, Fig. 7',
    place: EXPERIMENT,
  },
  'beta-smoothness': {
    name: 'β-smoothness',
    also: 'Lipschitz gradient',
    words:
      'A function is _β_-smooth where its gradient changes by at most _β_ times the distance moved: the smaller _β_, the longer a gradient stays right. It is a statement about all pairs of points; what can be measured is its effective counterpart.',
    formula: BETA_SMOOTH,
    source: '§3.1',
    place: SMOOTH,
  },
  cosine: {
    name: 'Cosine of the gradient’s turn',
    also: '',
    words:
      'How far the direction of a layer’s gradient changes when the layers before it are updated: 1 is not at all, 0 a right angle, −1 the opposite.',
    formula: COSINE,
    source: 'Fig. 3(a, b)',
    place: SHIFT,
  },
  'deep-linear-network': {
    name: 'Deep linear network',
    also: 'DLN',
    words:
      'A product of 25 matrices of 10 × 10 that is to equal one given matrix _A_, trained on all 1,000 Gaussian vectors at once. The factor ½ and the sum over the vectors are our reading of the values plotted.',
    formula: DEEP_LINEAR,
    source: 'Appendix A; Figs. 3(b), 5(b), 9, 10 and 13',
    place: EXPERIMENT,
  },
  'edge-of-stability': {
    name: 'Edge of stability',
    also: '2 / η',
    words:
      'Plain gradient descent grows out of any direction whose curvature exceeds 2 / _η_. Training tends to raise the curvature up to there and to hover (Cohen et al. 2021). In the paper’s deep linear networks the effective _β_ rests at 2 / _η_.',
    formula: EDGE_OF_STABILITY,
    source: 'not named there; visible in Fig. 10(c)',
    place: SMOOTH,
  },
  'effective-beta-smoothness': {
    name: 'Effective β-smoothness',
    also: '',
    words:
      'The largest change of the gradient per distance moved, over the points of one probe. It says how fast the gradient turns along the way that training would take, not in the worst case.',
    formula: SMOOTHNESS,
    source: 'Fig. 4(c), §3.2',
    place: SMOOTH,
  },
  'effective-learning-rate': {
    name: 'Effective learning rate',
    also: '',
    words:
      'Before a normalisation the scale of a weight tensor does not matter; a step then turns it by an angle that depends on _η_ / ‖_W_‖² alone (van Laarhoven 2017).',
    formula: EFFECTIVE_RATE,
    source: OURS,
    place: LAYER_NORMS,
  },
  flatness: {
    name: 'Flatness',
    also: 'Flat minimum',
    words:
      'How little the loss rises around the point that training reached. Here: along two random directions, each filter of which is as long as the filter that it moves (Li et al. 2018).',
    formula: FLATNESS,
    source: 'in words only',
    place: END_POINT,
  },
  'gradient-difference': {
    name: 'Gradient difference',
    also: '',
    words:
      'The length of the change from the gradient _g_ at a point to the gradient _g′_ a step away, over all parameters, on the same minibatch. Its range over the steps is gradient predictiveness; divided by the distance its largest value is effective β-smoothness.',
    formula: GRADIENT_DIFFERENCE,
    source: 'Figs. 4(b) and 11',
    place: DISTANCES,
  },
  'gradient-predictiveness': {
    name: 'Gradient predictiveness',
    also: '',
    words:
      'The range of the gradient difference over the steps of one probe. Small differences mean that the gradient still tells the truth after a long step.',
    formula: PREDICTIVENESS,
    source: 'Fig. 4(b), §3.2',
    place: lab('gradient-predictiveness', 'Gradient predictiveness'),
  },
  'internal-covariate-shift': {
    name: 'Internal covariate shift',
    also: 'ICS',
    words:
      'By the paper’s definition: how far a layer’s gradient moves when the layers before it take their step, on the same minibatch. It puts into numbers what Ioffe and Szegedy (2015) meant in words: that the inputs of a layer move while it learns. A shift of activation distributions alone is the older sense.',
    formula: COVARIATE_SHIFT,
    source: 'Definition 2.1, §2.2, Fig. 3',
    place: SHIFT,
  },
  'learning-rate': {
    name: 'Learning rate',
    also: 'Step size of training, η',
    words:
      'The multiple of the gradient by which one step of training moves the parameters. Probes use multiples of it, but are not steps of training.',
    formula: DESCENT,
    source: '§3.2, Appendix A',
    place: EXPERIMENT,
  },
  lipschitzness: {
    name: 'Lipschitzness',
    also: 'Lipschitz constant',
    words:
      'A function is _L_-Lipschitz where it changes by at most _L_ times the distance moved. For a loss this bounds the length of its gradient. The paper argues that BatchNorm makes both the loss and its gradient more Lipschitz.',
    formula: LIPSCHITZ,
    source: '§3.1, Theorem 4.1',
    place: LANDSCAPE,
  },
  'loss-landscape': {
    name: 'Loss landscape',
    also: 'Optimisation landscape',
    words:
      'The loss as a function of all parameters. It has millions of dimensions; what is drawn is its range along one line, the gradient, at every probe. A narrow band is a smooth landscape.',
    formula: LOSS_BAND,
    source: 'Fig. 4(a), §3.2',
    place: LANDSCAPE,
  },
  'lp-normalisation': {
    name: 'ℓp normalisation',
    also: 'ℓ1, ℓ2, ℓ∞',
    words:
      'Takes the mean away as BatchNorm does, and divides by a mean of order _p_ of the activations before that; for _p_ = ∞ by their largest magnitude. Distributions may then move more than without any normalisation, and training is fast all the same. That it is taken over the minibatch unit by unit is our reading.',
    formula: LP_NORM,
    source: '§3.3, Figs. 5, 6, 12 and 13',
    place: EXPERIMENT,
  },
  minibatch: {
    name: 'Minibatch',
    also: '',
    words:
      'The few examples that one step of training sees. Every point of a probe sees the same one, so that what changes is the place and not the data.',
    formula: null,
    source: 'Appendix A',
    place: EXPERIMENT,
  },
  'noisy-batchnorm': {
    name: 'Noisy BatchNorm',
    also: '“Noisy” BatchNorm',
    words:
      'BatchNorm whose outputs _z_ are scaled by _s_ and shifted by _m_, random numbers whose own distribution is drawn anew at every step. It makes distributions unstable on purpose; that it trains fast speaks against the old explanation.',
    formula: NOISY_BATCH_NORM,
    source: '§2.1, Fig. 2, Algorithm 1',
    place: SPEED,
  },
  probe: {
    name: 'Probe',
    also: '',
    words:
      'A look at the loss and the gradient at points _θ_ − _η′g_ along the gradient, for several steps _η′_. The parameters are put back from a copy: training is the same as without it.',
    formula: PROBE_POINT,
    source: '§3.2, without a name',
    place: LANDSCAPE,
  },
  'random-direction': {
    name: 'Random direction',
    also: '',
    words:
      'A direction drawn at random, as long as the gradient, along which the same is measured. The paper reports similar behaviour without a figure.',
    formula: RANDOM_DIRECTION,
    source: '§3.2, in words only',
    place: DISTANCES,
  },
  saturation: {
    name: 'Saturation of the effective β',
    also: '1 / η′',
    words:
      'Where the gradient has lost its old direction at the smallest step already, the difference is about as long as the gradient itself, and the effective _β_ is about one over that step, whatever the network. Finer steps tell more.',
    formula: SATURATION,
    source: 'not named there; visible in Fig. 4(c)',
    place: SMOOTH,
  },
  'scale-and-shift': {
    name: 'Scale γ and shift β',
    also: '',
    words:
      'The two trained numbers a unit that follow a normalisation. In the paper’s theorems they are constants; in its training, and here, they learn. This _β_ has nothing to do with that of smoothness.',
    formula: ACTIVATION,
    source: '§2, §4.1',
    place: { page: 'theory', name: 'Theory' },
  },
  sharpness: {
    name: 'Sharpness',
    also: '',
    words:
      'The largest eigenvalue of the Hessian: the curvature in the direction in which the loss curves most. Gradient descent is stable below 2 / _η_.',
    formula: SHARPNESS,
    source: OURS,
    place: END_POINT,
  },
  'theorem-4-1': {
    name: 'Theorem 4.1',
    also: 'Effect of BatchNorm on the Lipschitzness of the loss',
    words:
      'Bounds the gradient of the normalised network by that of the plain one: scaled by _γ_ / _σ_, with two parts taken away. As printed the bound fails; with the factor that the proof gives it holds as an equality.',
    formula: THEOREM,
    source: '§4.2, Appendix C',
    place: { page: 'theory', name: 'Theory' },
  },
} as const satisfies Record<string, Term>;

export type TermId = keyof typeof GLOSSARY;
