// A number with its name; it leads to its list.

import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChartLink } from '../../parts/chart-data.ts';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import classes from './tile.module.css';

interface TileProps {
  /** Its name in tests. */
  id: string;
  name: string;
  value: ReactNode;
  /** A few words under the number. */
  hint?: ReactNode;
  link?: ChartLink | undefined;
  /** It is to be seen to. */
  warn?: boolean;
}

export function Tile({ id, name, value, hint, link, warn = false }: TileProps) {
  return (
    <Paper withBorder p="sm" className={classes['tile'] ?? ''} data-tile={id} data-warn={warn || undefined}>
      <Text size="xs" c="dimmed" component="div">
        {name}
      </Text>
      <Text fz="1.35rem" fw={600} lh={1.25} component="div" className={classes['value'] ?? ''} data-value>
        {link === undefined ? (
          value
        ) : (
          <ScopedLink alone to={link.to} search={link.search}>
            {value}
          </ScopedLink>
        )}
      </Text>
      {hint !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {hint}
        </Text>
      )}
    </Paper>
  );
}

export function Tiles({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section aria-label={label} className={classes['strip'] ?? ''}>
      <div className={classes['tiles'] ?? ''}>{children}</div>
    </section>
  );
}
