// The pages as routes: those of people who have signed in within one frame, which stays where it is from page to page.

import type { QueryClient } from '@tanstack/react-query';
import { type AnyRoute, createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { PAGES } from './pages/all-pages.ts';
import type { PageRoute } from './pages/page-route.ts';
import { Loading } from './parts/states.tsx';
import { parseSearch, stringifySearch } from './search.ts';
import { sessionQuery } from './session.ts';
import { Permitted, SignedIn } from './shell/guarded.tsx';
import { Home } from './shell/home.tsx';
import { NotFound, PageFailed } from './shell/lost.tsx';
import { loadWords } from './words.ts';

const root = createRootRoute({
  component: () => (
    <Suspense fallback={<Loading />}>
      <Outlet />
    </Suspense>
  ),
  notFoundComponent: NotFound,
  errorComponent: PageFailed,
});
function routeOf(page: PageRoute, parent: () => AnyRoute) {
  const Page = lazy(async () => ({ default: (await page.load()).Page }));
  const content = (
    <Suspense fallback={<Loading />}>
      <Page />
    </Suspense>
  );
  const isPublic = page.side === 'public';
  return createRoute({
    getParentRoute: parent,
    path: page.path,
    errorComponent: PageFailed,
    component: () => (isPublic ? content : <Permitted page={page}>{content}</Permitted>),
    // While it is looked up who has signed in, and on the way to a link: the page is there when it is drawn.
    loader: () => void Promise.all([page.load(), loadWords(page.words)]).catch(() => {}),
  });
}

export function createPortalRouter(queries: QueryClient) {
  const signedIn = createRoute({
    getParentRoute: () => root,
    id: 'signed-in',
    component: SignedIn,
    loader: () => void queries.prefetchQuery(sessionQuery),
  });
  const home = createRoute({ getParentRoute: () => root, path: '/', component: Home });
  const open = PAGES.filter(({ side }) => side === 'public').map((page) => routeOf(page, () => root));
  const closed = PAGES.filter(({ side }) => side !== 'public').map((page) => routeOf(page, () => signedIn));
  return createRouter({
    routeTree: root.addChildren([home, ...open, signedIn.addChildren(closed)]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}
