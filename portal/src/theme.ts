// Colours and measures.

import { Alert, Anchor, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Petrol: calm beside the colours of states, and dark enough for white text from shade 6 on. */
const petrol: MantineColorsTuple = [
  '#e9f7f8',
  '#d3eaec',
  '#a5d4d8',
  '#74bdc3',
  '#4da9b1',
  '#2f98a1',
  '#0f7f88',
  '#0b6e75',
  '#075a60',
  '#02454a',
];

const TITLE = { fw: 600, lh: 1.35, style: { overflowWrap: 'anywhere' } } as const;

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem' },
      h2: { fontSize: '1.15rem' },
      h3: { fontSize: '1rem' },
      h4: { fontSize: '0.9375rem' },
    },
  },
  autoContrast: true,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // What lies over the page is a part of it with a name, so that nothing on the screen stands in none.
    Portal: { defaultProps: { target: '#over' } },
    // Choices are scrolled by their list itself: what reads a page aloud knows that its field moves it (portal.css).
    Select: { defaultProps: { withScrollArea: false } },
    MultiSelect: { defaultProps: { withScrollArea: false } },
    TagsInput: { defaultProps: { withScrollArea: false } },
    // A link in a text is told from it by more than its colour.
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    // The ground tells what kind of word it is; its text is as easy to read as any.
    Alert: Alert.extend({ styles: { label: { color: 'var(--mantine-color-text)' } } }),
    // The head of a dialog is none of the page: there is one banner.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    // The keyboard begins at its first item; a menu holds nothing but items.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // It says what is being done, above everything else in the dialog; a long one takes two lines.
    ModalTitle: { defaultProps: TITLE },
    DrawerTitle: { defaultProps: TITLE },
  },
});
