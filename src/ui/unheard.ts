/** Lets an action of a control run on its own: what goes wrong in it has already become a notice. */
export function unheard(action: Promise<unknown>): void {
  action.catch(() => undefined);
}
