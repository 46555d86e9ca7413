// What all pages have around them: looks, words, the API's answers, the router.

import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isTriedAgain, waitBefore } from './api/try-again.ts';
import { AuthorityDialogs } from './pages/access/authority-dialogs.tsx';
import { lazily, loadAhead } from './parts/lazily.tsx';
import { createPortalRouter } from './router.tsx';
import { theme } from './theme.ts';

/** How long an answer counts as new, so that going back and forth asks nothing. */
const FRESH_MS = 5000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: true,
      retry: isTriedAgain,
      retryDelay: waitBefore,
    },
    mutations: { retry: false },
  },
});
const router = createPortalRouter(queries);
// The page and the session are fetched while the words are.
void router.load();
const Notifications = lazily(async () => (await import('./parts/notices.tsx')).Notifications);

const nonce = document.querySelector('meta[name="style-nonce"]')?.getAttribute('content') ?? '';
// Where the library that keeps the page from scrolling behind a dialog looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

export function App() {
  useEffect(() => loadAhead(() => import('./parts/overlays.tsx')), []);
  return (
    <MantineProvider theme={useWordedTheme()} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <Suspense>
          <Notifications position="bottom-right" />
        </Suspense>
        <AuthorityDialogs />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** What is closed by a cross, and where menus and dialogs lie, says so to those who do not see it. */
function useWordedTheme() {
  const { t } = useTranslation('parts');
  useEffect(() => document.getElementById('over')?.setAttribute('aria-label', t('panel.over')), [t]);
  return useMemo(() => {
    const defaultProps = { closeButtonProps: { 'aria-label': t('panel.close') } };
    const components = { Notification: { defaultProps }, Modal: { defaultProps }, Drawer: { defaultProps } };
    return mergeThemeOverrides(theme, { components });
  }, [t]);
}
