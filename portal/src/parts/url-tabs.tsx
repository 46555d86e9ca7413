// Tabs whose choice stands in the address.

import { Tabs } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';
import { useSearchState } from '../search.ts';
import { Loading } from './states.tsx';

export interface Tab {
  id: string;
  label: string;
  /** Made when it is opened. */
  content: () => ReactNode;
}

export function UrlTabs({ tabs, name = 'tab', label }: { tabs: readonly Tab[]; name?: string; label: string }) {
  const [search, change] = useSearchState();
  const [first] = tabs;
  const chosen = tabs.find(({ id }) => id === search[name]) ?? first;
  if (chosen === undefined) return null;
  return (
    <Tabs
      value={chosen.id}
      keepMounted={false}
      onChange={(id) => change({ [name]: id === first?.id || id === null ? undefined : id })}
    >
      <Tabs.List aria-label={label} mb="md">
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.id} value={tab.id}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.id} value={tab.id}>
          <Suspense fallback={<Loading />}>{tab.content()}</Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
