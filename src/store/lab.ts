/** The lab's types, as the page knows them. */
import type { LabProblem } from '../worker/client.ts';

export {
  type Device,
  type InterruptedSummary,
  type Lab,
  LabError,
  type LabEvent,
  type LabProblem,
  type LabState,
} from '../worker/client.ts';

export type LabProblemKind = LabProblem['kind'];
