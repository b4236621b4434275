/** Storage of a browser may never answer. */

/** Nothing is held up for longer without an answer of the storage. */
export const PATIENCE_MS = 2000;

/** Rejects where there is no answer in time. `isLate` hears whether there was one. */
export function within<T>(
  answer: Promise<T>,
  patienceMs: number,
  isLate: (is: boolean) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const alarm = setTimeout(() => {
      isLate(true);
      reject(new Error('It does not answer.'));
    }, patienceMs);
    const told = (): void => {
      clearTimeout(alarm);
      isLate(false);
    };
    answer.finally(told).then(resolve, reject);
  });
}

/** Whether the work is over before patience is. */
export function inTime(work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
