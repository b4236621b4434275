/** The mark of Normscape, in a box of 26 by 20: the loss along the gradient, first with spikes, then calm. */
export const MARK_WIDTH = 26;
export const MARK_HEIGHT = 20;

/** The upper edge of the band. */
export const MARK_EDGE = 'M1 13L4 5l3 7 3-10 3 9 2-3 3 2.6 3-1 4 .6';

export const MARK_BAND = `${MARK_EDGE}V14l-4 .6-3-.3-3 1.2-2-.5-3 3-3-3.6-3 3.4-3-3z`;
