// Links within the portal: the scope goes along, and a number leads to its list. For those who may not see the list it is
// the number alone.

import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSearchState } from '../search.ts';
import { useSession } from '../session.ts';
import { useMayOpen } from './may-open.ts';

interface ScopedLinkProps {
  to: string;
  search?: Readonly<Record<string, string | undefined>>;
  children: ReactNode;
  /** Says where it leads, where the text alone does not. */
  label?: string;
  /** Stands by itself, such as a number on a card, and not in a text: only a pointer on it underlines it. */
  alone?: boolean;
}

export function ScopedLink({ to, search, children, label, alone = false }: ScopedLinkProps) {
  const [now] = useSearchState();
  const { user } = useSession();
  const mayOpen = useMayOpen();
  if (!mayOpen(to)) return <span>{children}</span>;
  const customer = user.customer === undefined ? now['customer'] : undefined;
  return (
    <Anchor
      component={Link}
      to={to}
      search={{ customer, ...search } as never}
      inherit
      aria-label={label}
      {...(alone && { underline: 'hover' as const })}
    >
      {children}
    </Anchor>
  );
}
