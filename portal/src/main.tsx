// The portal's entry.

import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './portal.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startWords } from './words.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the portal');
await startWords();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
