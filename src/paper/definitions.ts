/** What each figure shows: the paper's definition, its place in the paper, our own decisions, and what goes wrong easily. */
import {
  ACTIVATION,
  COVARIATE_SHIFT,
  DRIFT,
  FLATNESS,
  LAYER_NORMS,
  LOSS,
  LOSS_BAND,
  PREDICTIVENESS,
  RANDOM_DIRECTION,
  SHARPNESS,
  SMOOTHNESS,
} from './formula.ts';
import type { TermId } from './glossary.ts';
import type { Formula } from './mathml.ts';

export const PAPER = {
  authors: 'Santurkar, Tsipras, Ilyas, Mądry',
  short: 'Santurkar et al. (2018)',
  title: 'How Does Batch Normalization Help Optimization?',
  venue: 'NeurIPS 2018',
  url: 'https://arxiv.org/abs/1805.11604',
} as const;

export type MeasurementId =
  | 'landscape'
  | 'predictiveness'
  | 'smoothness'
  | 'training'
  | 'test'
  | 'covariate-shift'
  | 'activations'
  | 'drift'
  | 'distances'
  | 'random'
  | 'layer-norms'
  | 'sharpness'
  | 'flatness';

/** In texts, words between underscores are mathematics: _θ_. */
export interface Definition {
  title: string;
  /** Where the paper defines or plots it. */
  source: string;
  formula: Formula;
  /** The formula in plain words. */
  words: string;
  /** How exactly it is measured here. */
  method: string[];
  /** Decisions that the paper leaves open; they are ours. */
  ours: string[];
  /** What reimplementations get wrong. */
  mistakes: string[];
  /** Where the glossary explains its words. */
  term: TermId;
}

export const DEFINITIONS: Record<MeasurementId, Definition> = {
  landscape: {
    title: 'Loss along the gradient',
    source: 'Fig. 4(a), §3.2',
    formula: LOSS_BAND,
    words:
      'At one step of training, the loss at points along the gradient _g_, on the same minibatch. The band runs from the smallest to the largest.',
    method: [
      '_g_ is the gradient at the parameters _θ_ of this step, with its own length. The points are _θ − η′g_; the step sizes _η′_ are multiples of the learning rate, ½, 1, 2 and 4 in the paper.',
      'Every point sees the same minibatch, with the batch statistics of that minibatch. The points are only looked at: training goes on from _θ_.',
    ],
    ours: [
      '_θ_ is every trainable parameter, _γ_ and _β_ of the normalisation included.',
      'The parameters come back from a copy, never by adding the step again; running statistics are not touched.',
      'In the noisy network all points of one probe see the same noise.',
    ],
    mistakes: [
      'The spread of several separate trainings is something else.',
      'A normalised direction in place of _η′g_ measures other distances.',
      'Evaluation mode in the probe replaces the batch statistics, and with them the network.',
      'Another minibatch at the points mixes the change of place with a change of data.',
      'Adding the step back instead of restoring a copy leaves rounding in the parameters; a probe that updates running statistics changes the test accuracy.',
      'Cutting infinite and missing values out of the band hides exactly the points where training would diverge.',
    ],
    term: 'loss-landscape',
  },
  predictiveness: {
    title: 'Gradient predictiveness',
    source: 'Fig. 4(b), §3.2',
    formula: PREDICTIVENESS,
    words:
      'How far the gradient itself moves when one walks along it. The smaller, the further a gradient can be trusted.',
    method: [
      '_g_ and _g′_ are gradients over all parameters, un-normalised, on the same minibatch; the band runs over the same step sizes as that of the loss.',
    ],
    ours: [
      'Differences and norms are reduced on the GPU in 32-bit floats. For deep linear networks that is not enough: all of their probes are computed in 64-bit floats on the CPU, from the parameters that training on the GPU has reached.',
    ],
    mistakes: [
      'The change between two consecutive minibatches is not it: there the batch changes as well.',
      'The last layer alone, or weights without biases, _γ_ and _β_, give other numbers.',
      'Noise drawn anew between _g_ and _g′_ measures the noise.',
      'Gradients brought to length 1 before they are subtracted tell the turn alone, not the change.',
    ],
    term: 'gradient-predictiveness',
  },
  smoothness: {
    title: 'Effective β-smoothness',
    source: 'Fig. 4(c), §3.2',
    formula: SMOOTHNESS,
    words: 'The largest change of the gradient per distance moved, over the points of one probe.',
    method: [
      'Each difference is divided by the distance of its own point, _η′‖g‖_.',
      'Once the gradient has turned by the smallest step, _‖g′ − g‖ ≈ ‖g‖_, and the value rests near 1 / _η′_ of that step: the measure is saturated there. That line is dotted, and so is 2 / _η_, where plain gradient descent stops being stable.',
    ],
    ours: [
      'The fine steps, by default 0.01 and 0.1 learning rates, see the curvature close by. They can order the networks the other way round, so both are shown.',
    ],
    mistakes: [
      'Dividing by the step of training in place of each point’s own distance.',
      'Reading the saturated value as a property of the network.',
      'Dividing by _‖g‖_ without _η′_: that is the relative change, not the change per distance.',
    ],
    term: 'effective-beta-smoothness',
  },
  training: {
    title: 'Loss and accuracy',
    source: 'Figs. 1(a, b) and 2',
    formula: LOSS,
    words:
      'Loss and accuracy of the current minibatch, before its step: as in the paper, whose training accuracies are multiples of 1 / 128.',
    method: [
      'Mean cross-entropy of the softmax, plus half the weight decay times the squared kernels where it is set. For the deep linear network: half the squared error, summed over the samples.',
      'All networks start from the same kernels and see the same minibatches in the same order.',
    ],
    ours: [
      'Bold lines are running medians; every value stays faintly behind them.',
      'Weight decay is 0 unless it is set. The loss curves in the paper decay as if it had one of about 4 × 10⁻⁴, of which it does not speak.',
      'The factor ½ and the sum in the loss of the deep linear network: so we read the values plotted.',
    ],
    mistakes: [
      'Another optimiser than plain gradient descent, Adam for example.',
      'Comparing networks that began from different kernels.',
      'Comparing at one learning rate alone: without normalisation a large one may not train at all.',
      'A mean over the samples for the deep linear network: at the paper’s learning rate it would hardly move.',
    ],
    term: 'minibatch',
  },
  test: {
    title: 'Loss and accuracy on test images',
    source: 'Figs. 1(b) and 2',
    formula: LOSS,
    words: 'The same on images that were not trained on, without an update.',
    method: [
      'Normalisations use running statistics: means of those of past minibatches, in place of the statistics of the images at hand.',
      'The test images are the first of the test set, as many as are asked for, the same at every test.',
    ],
    ours: [
      'Each minibatch enters the running statistics with weight 0.1; the paper gives none.',
      'The noise of noisy BatchNorm is off in the test; the paper does not say.',
    ],
    mistakes: [
      'Batch statistics in the test make the answer to one image depend on the others.',
      'Choosing the learning rate by the same test images that are then reported.',
    ],
    term: 'batch-statistics',
  },
  'covariate-shift': {
    title: 'Internal covariate shift',
    source: 'Definition 2.1, Fig. 3(a)',
    formula: COVARIATE_SHIFT,
    words:
      '_G_ is the gradient of layer _i_; _G′_ the same after all layers before it have taken their step. A difference of 0, or a cosine of 1, would mean no shift.',
    method: [
      'All layers are updated at once; the layers before _i_ then stand at their new values, layer _i_ and those after it at their old ones. Same minibatch.',
    ],
    ours: [
      'The layers before _i_ move with all their parameters, _γ_, _β_ and biases included; the gradient is that of the weights of layer _i_.',
      'Nothing lies before layer 1: its shift is exactly 0.',
    ],
    mistakes: [
      'Updating all layers, or one after the other.',
      'Taking another minibatch for _G′_.',
      'Measuring the distribution of the inputs: the older notion of the same name.',
      'Comparing the lengths between networks without their cosine: gradients of a normalised network have another scale.',
    ],
    term: 'internal-covariate-shift',
  },
  activations: {
    title: 'Distributions of activations',
    source: 'Figs. 1(c), 2, 6 and 9',
    formula: ACTIVATION,
    words:
      'The activations of one unit, over the minibatch and all pixels. BatchNorm was invented to keep such distributions still.',
    method: [
      'A histogram of 64 bins, four standard deviations to either side of the mean. Rows are recordings, the earliest at the back.',
      'The unit is drawn at random; it is the same in every network of a seed, all along the run.',
    ],
    ours: [
      'They are taken after normalisation, _γ_, _β_ and noise and before the ReLU: so we read the magnitudes in the paper’s Fig. 8.',
      'Heights are densities on one scale; peaks that would reach over five rows are cut.',
    ],
    mistakes: [
      'After the ReLU half of a distribution is a peak at 0.',
      'Another unit at every recording shows how units differ, not how one moves.',
      'Noise that is drawn once for the whole run does not make distributions unstable: in the paper’s noisy BatchNorm it is drawn at every step.',
    ],
    term: 'activation-distribution',
  },
  drift: {
    title: 'Drift of mean and variance',
    source: 'Fig. 8',
    formula: DRIFT,
    words:
      'How far the mean _μ_ of a unit’s activations moves from one recording to the next, and how far it lies from where it began; the variance _σ²_ likewise.',
    method: ['The same unit as in the distributions, over the minibatch of the recording and all pixels.'],
    ours: [
      'The paper does not say what its successive steps are. Here they are successive recordings, one every probe.',
    ],
    mistakes: [
      'Two recordings see two minibatches; a part of the change is theirs.',
      'Reading drift as internal covariate shift in the sense of Definition 2.1: it is the older sense.',
    ],
    term: 'activation-distribution',
  },
  distances: {
    title: 'Gradient difference by distance',
    source: 'Fig. 11',
    formula: PREDICTIVENESS,
    words:
      'The differences of gradient predictiveness, against the step size _η′_: one line a probe. Where the gradient changes linearly, the line is straight through 0; where it is flat, the gradient has turned already.',
    method: [
      'At most 50 probes, as in the paper, evenly chosen; early ones are pale, late ones have full colour.',
    ],
    ours: ['The fine steps continue the lines below the paper’s smallest step.'],
    mistakes: ['Dividing by the step size first: that is the smoothness of one point.'],
    term: 'gradient-difference',
  },
  random: {
    title: 'Along random directions',
    source: '§3.2, in words only',
    formula: RANDOM_DIRECTION,
    words:
      'The same probes along random directions as long as the gradient. The paper reports that they behave in a similar way and shows no figure.',
    method: ['The same minibatch and the same step sizes as along the gradient.'],
    ours: [
      'Directions are standard normal over all parameters, scaled to the norm of _g_, and drawn anew at every probe.',
    ],
    mistakes: [
      'A direction of norm 1 would be a walk of another length.',
      'One direction for the whole run shows that direction, not a random one.',
    ],
    term: 'random-direction',
  },
  'layer-norms': {
    title: 'Norms layer by layer',
    source: 'not measured there',
    formula: LAYER_NORMS,
    words:
      'The length of each layer’s gradient and weights, and the learning rate that is effective on a layer whose scale does not matter.',
    method: [
      'Of the kernels alone, on the minibatch of the probe.',
      'Yang et al. (2019): BatchNorm makes gradients explode with depth at the start. Van Laarhoven (2017): before a normalisation only _η / ‖W‖²_ counts.',
    ],
    ours: ['All of it. Without a normalisation _η / ‖W‖²_ has no such meaning; it is drawn to compare.'],
    mistakes: ['Comparing layers of different shape as if their norms were alike.'],
    term: 'effective-learning-rate',
  },
  sharpness: {
    title: 'Sharpness',
    source: 'not measured there',
    formula: SHARPNESS,
    words:
      'The largest eigenvalue of the Hessian on the minibatch. Plain gradient descent is stable up to 2 / _η_ (Cohen et al. 2021).',
    method: [
      'The Lanczos method, at least 10 products, until an eigenvalue is known to lie within 1%; each Hessian-vector product is a difference of four gradients, at distances of _‖θ‖_/20,000 and twice that.',
    ],
    ours: [
      'All of it. ReLU, pooling and maxima choose as they do at _θ_ (the Hessian of automatic differentiation): their kinks do not count.',
    ],
    mistakes: [
      'Power iteration, which finds the eigenvalue largest in magnitude, often a negative one.',
      'Differences of gradients across kinks, several times too large in small networks.',
      'Evaluation mode, which is another function.',
    ],
    term: 'sharpness',
  },
  flatness: {
    title: 'Flatness of the end point',
    source: 'in words only',
    formula: FLATNESS,
    words: 'The loss around the parameters that training reached, along two random directions.',
    method: [
      'Each filter of a direction is as long as the filter of _θ_ that it moves (Li et al. 2018); at distance 1 it is moved by its own length. One minibatch, with its batch statistics.',
    ],
    ours: [
      'All of it: the paper speaks of flat minima without measuring them. _γ_, _β_ and biases stay where they are.',
    ],
    mistakes: ['Directions that are not scaled so: with them any network of small weights looks sharp.'],
    term: 'flatness',
  },
};
