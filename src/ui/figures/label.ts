/** What a figure is called by screen readers, known to the plots in it. */
import { createContext } from 'react';

export const FigureLabel = createContext('');
