// The pages as routes. What a page needs is looked at here, once for all.

import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { PAGES } from './pages/all-pages.ts';
import type { PageRoute } from './pages/page-route.ts';
import { Loading } from './parts/states.tsx';
import { parseSearch, stringifySearch } from './search.ts';
import { Guarded } from './shell/guarded.tsx';
import { Home } from './shell/home.tsx';
import { NotFound, PageFailed } from './shell/lost.tsx';

const root = createRootRoute({
  component: () => (
    <Suspense fallback={<Loading />}>
      <Outlet />
    </Suspense>
  ),
  notFoundComponent: NotFound,
  errorComponent: PageFailed,
});

function routeOf(page: PageRoute) {
  const Page = lazy(async () => ({ default: (await page.load()).Page }));
  return createRoute({
    getParentRoute: () => root,
    path: page.path,
    errorComponent: PageFailed,
    component: () => (
      <Guarded page={page}>
        <Page />
      </Guarded>
    ),
  });
}

export function createPortalRouter() {
  const home = createRoute({ getParentRoute: () => root, path: '/', component: Home });
  return createRouter({
    routeTree: root.addChildren([home, ...PAGES.map(routeOf)]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}
