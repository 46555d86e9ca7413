// Names and values, as a description list.

import { Box, Text } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';

export interface Fact {
  name: string;
  /** Left out where there is none. */
  value: ReactNode;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  const shown = facts.filter(({ value }) => value !== undefined && value !== null && value !== '');
  return (
    <Box
      component="dl"
      m={0}
      display="grid"
      style={{ gridTemplateColumns: 'fit-content(45%) minmax(0, 1fr)', columnGap: '1rem', rowGap: '0.35rem' }}
    >
      {shown.map(({ name, value }) => (
        <Fragment key={name}>
          <Text component="dt" size="sm" c="dimmed" miw="7rem">
            {name}
          </Text>
          <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </Fragment>
      ))}
    </Box>
  );
}
