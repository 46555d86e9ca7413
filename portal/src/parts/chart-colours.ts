// Colours of lines and bars, told apart in both schemes and by most who see few colours. Words say the same: no colour
// stands alone.

export type ChartTone = 'main' | 'good' | 'warn' | 'bad' | 'refused' | 'held' | 'calm' | 'second';

export type Scheme = 'light' | 'dark';

const COLOURS: Readonly<Record<Scheme, Readonly<Record<ChartTone, string>>>> = {
  light: {
    main: '#0b6e75',
    second: '#7a4fbf',
    good: '#2e8b57',
    warn: '#d98e04',
    bad: '#c0392b',
    refused: '#7b2d5b',
    held: '#3b6fb6',
    calm: '#8a97a0',
  },
  dark: {
    main: '#4da9b1',
    second: '#b497e8',
    good: '#5cc08a',
    warn: '#f0b84d',
    bad: '#ef7f72',
    refused: '#d58ab6',
    held: '#82aee8',
    calm: '#9aa7b0',
  },
};

export function colourOf(tone: ChartTone, scheme: Scheme): string {
  return COLOURS[scheme][tone];
}
