/** The lab's types, as the page knows them. */
export {
  type Device,
  type Lab,
  LabError,
  type LabEvent,
  type LabProblem,
  type LabProblemKind,
  type LabState,
} from '../lab/lab.ts';
