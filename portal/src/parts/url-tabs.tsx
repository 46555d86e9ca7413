// Tabs whose choice stands in the address.

import { Tabs } from '@mantine/core';
import { type ReactNode, Suspense, useState } from 'react';
import { useSearchState } from '../search.ts';
import { Loading } from './states.tsx';

export interface Tab {
  id: string;
  label: string;
  /** Made when it is opened. */
  content: () => ReactNode;
  /** What was typed in it is still there after another tab was looked at. */
  keeps?: boolean;
}

export function UrlTabs({ tabs, name = 'tab', label }: { tabs: readonly Tab[]; name?: string; label: string }) {
  const [search, change] = useSearchState();
  const [kept, setKept] = useState<readonly string[]>([]);
  const [first] = tabs;
  const chosen = tabs.find(({ id }) => id === search[name]) ?? first;
  if (chosen === undefined) return null;
  if (chosen.keeps === true && !kept.includes(chosen.id)) setKept([...kept, chosen.id]);
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
        <Tabs.Panel key={tab.id} value={tab.id} keepMounted={kept.includes(tab.id)}>
          <Suspense fallback={<Loading />}>{tab.content()}</Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
