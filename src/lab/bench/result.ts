/** What the bench found, and what it says on the way. */
import type { CalibratedSite } from '../../engine/fused/calibrate.ts';
import type { CompetitorId } from './competitor.ts';
import type { GrowthCell } from './growth.ts';
import type { KernelTime } from './kernelTimes.ts';
import type { MatmulPeak } from './matmulPeak.ts';
import type { LayersCost, ProbeCost } from './probeCost.ts';
import type { ProductPath } from './productPath.ts';

export interface BenchOptions {
  /** Also TensorFlow.js and jax-js. */
  peers: boolean;
  /** Also the table over widths and minibatch sizes. */
  growth: boolean;
  /** Whether our kernels may use subgroups where the device has them. */
  subgroups: boolean;
}

export interface CompetitorResult {
  id: CompetitorId;
  /** One SGD step, median over the rounds. */
  stepMs: number;
  /** Steps of one round. */
  stepsPerRound: number;
  /** Time on its thread per step, median over the rounds. */
  javascriptMs: number;
  dispatches: number;
  submissions: number;
  /** Of the first steps, which must agree. */
  losses: number[];
}

export interface BenchResult {
  adapter: string;
  software: boolean;
  /** Whether our kernels used subgroups. */
  subgroups: boolean;
  network: string;
  batchSize: number;
  rounds: number;
  parameters: number;
  flopsPerStep: number;
  /** Ours, then the others that run here. */
  competitors: CompetitorResult[];
  /** Peers that do not run here, and what they say. */
  failures: { id: CompetitorId; message: string }[];
  /** The largest relative difference of the first losses. */
  lossDifference: number;
  /** What a step costs where the lab itself trains. */
  productPath: ProductPath;
  /** Of probes with several numbers of points. */
  probeCosts: ProbeCost[];
  layersCosts: LayersCost[];
  /** Of our step; null where the device has no timestamp queries. */
  kernels: KernelTime[] | null;
  /** Tiles that were measured for our convolutions, and which were taken. */
  calibration: CalibratedSite[];
  matmul: MatmulPeak;
  /** Of our whole step. */
  achievedGflops: number;
  /** Null where it was not asked for. */
  growth: GrowthCell[] | null;
}

export interface BenchListener {
  onProgress(label: string, done: number, total: number): void;
  /** Some of the result, as soon as it is known. */
  onPartial(part: Partial<BenchResult>): void;
}
