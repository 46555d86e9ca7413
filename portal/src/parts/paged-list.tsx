// A list that is read page by page as one scrolls: its rows, what stands for them where there are none, and its states.

import type { ReactNode } from 'react';
import type { Paged } from '../api/queries.ts';
import { DataList, type DataListProps } from './data-list.tsx';
import { MoreFoot, readMore } from './more-foot.tsx';
import { Answered } from './states.tsx';

interface PagedListProps<Row> extends Omit<DataListProps<Row>, 'rows' | 'more' | 'foot'> {
  list: Paged<Row>;
  /** Where there is nothing: why, and what to do. */
  empty: ReactNode;
}

export function PagedList<Row>({ list, empty, ...rest }: PagedListProps<Row>) {
  return (
    <Answered query={list.listed}>
      {(rows) =>
        rows.length === 0 ? (
          empty
        ) : (
          <DataList {...rest} rows={rows} more={readMore(list)} foot={<MoreFoot query={list} count={rows.length} />} />
        )
      }
    </Answered>
  );
}
