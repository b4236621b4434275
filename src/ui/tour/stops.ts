/** The stops of the tour, in the order of a first look: what is drawn, then what can be done. Under a minute to read. */

interface Stop {
  /** Where it stands; a stop whose element is not on the page is left out. */
  selector: string;
  title: string;
  words: string;
}

export const STOPS: readonly Stop[] = [
  {
    selector: '#loss-along-the-gradient',
    title: 'How far does the loss move?',
    words:
      'Each network tries steps along its own gradient; the band is the range of its loss there. A narrow band: the gradient can be trusted.',
  },
  {
    selector: '.key',
    title: 'Who is who',
    words: 'Colour, dash and mark stay the same in every figure. Press a network to see it alone.',
  },
  {
    selector: '#effective-smoothness',
    title: 'How fast the gradient turns',
    words: 'Per distance moved. The thinner lines look closer by, and can order the networks differently.',
  },
  {
    selector: '#shift > header',
    title: 'The older explanation',
    words: 'Here it is measured: how far a layer’s gradient moves when the layers before it learn.',
  },
  {
    selector: '#experiment .ask',
    title: 'One sentence is the experiment',
    words: 'Its underlined words are the controls. The address of the page holds your choice.',
  },
  {
    selector: '.run',
    title: 'Run it here',
    words: 'Trains on your device, and draws over the recorded curves, which stay as thin lines.',
  },
  {
    selector: '.rail header',
    title: 'So what?',
    words: 'Each claim of the paper, judged by the numbers of the run. Words are in the glossary below.',
  },
];
