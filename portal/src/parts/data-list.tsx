// A list of any length: rows are drawn while they are in sight, and the next page is read before the end is reached. A
// table for those who listen to it; cards where there is no room for columns.

import { Box, Checkbox, Group, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ColumnMenu, useShownColumns } from './list-columns.tsx';

export interface Column<Row> {
  id: string;
  /** Empty: the column holds acts. */
  title: string;
  /** Of the grid: `2fr`, `minmax(8rem, 1fr)`, `6rem`. */
  width: string;
  cell: (row: Row) => ReactNode;
  /** Only shown to those who choose it. */
  optional?: boolean;
  /** Numbers stand at the end. */
  atEnd?: boolean;
  /** Left out where rows are cards. */
  wideOnly?: boolean;
}

export interface Selection<Row> {
  has(row: Row): boolean;
  toggle(row: Row): void;
  /** Whether all that are shown are chosen. */
  all: boolean;
  some: boolean;
  toggleAll(): void;
  /** Names the row for those who do not see it. */
  nameOf(row: Row): string;
}

export interface DataListProps<Row> {
  /** Names the list; the choice of columns is kept under it. */
  name: string;
  label: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  columns: readonly Column<Row>[];
  open?: ((row: Row) => void) | undefined;
  /** Key of the row that is open. */
  opened?: string | undefined;
  selection?: Selection<Row> | undefined;
  /** Called near the end, where there is more. */
  more?: (() => void) | undefined;
  /** What stands below the rows: still reading, or how far was looked. */
  foot?: ReactNode;
}

const ROW_HEIGHT = 41;
const CARD_HEIGHT = 120;
/** Rows beyond those in sight. */
const AHEAD = 12;

export function DataList<Row>(props: DataListProps<Row>) {
  const { name, label, rows, keyOf, more, foot, selection } = props;
  const { t } = useTranslation('parts');
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const chosen = useShownColumns(name, props.columns);
  const columns = chosen.columns.filter((column) => !isNarrow || column.wideOnly !== true);
  const place = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(place.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (isNarrow ? CARD_HEIGHT : ROW_HEIGHT),
    overscan: AHEAD,
    scrollMargin: top,
    getItemKey: (index) => keyOf(rows[index] as Row),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - AHEAD) more?.();
  }, [last, rows.length, more]);
  const grid = columns.map(({ width }) => width).join(' ');
  const template = selection === undefined ? grid : `2.25rem ${grid}`;
  return (
    <div>
      {chosen.canChoose && !isNarrow && (
        <Group justify="flex-end" mb={4}>
          <ColumnMenu choice={chosen} />
        </Group>
      )}
      {/* Columns that have no room even so are scrolled to within the list, never with the page. */}
      <div style={{ overflowX: 'auto' }}>
        <div
          role="table"
          aria-label={label}
          aria-rowcount={rows.length + 1}
          style={isNarrow ? undefined : { minWidth: 'min-content' }}
        >
          {!isNarrow && <Head columns={columns} template={template} selection={selection} />}
          <Box ref={place} role="rowgroup" pos="relative" h={virtual.getTotalSize()}>
            {items.map((item) => (
              <div
                key={item.key}
                role="presentation"
                data-index={item.index}
                ref={virtual.measureElement}
                style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${item.start - top}px)` }}
              >
                <RowLine
                  {...props}
                  columns={columns}
                  row={rows[item.index] as Row}
                  index={item.index}
                  template={isNarrow ? undefined : template}
                />
              </div>
            ))}
          </Box>
        </div>
      </div>
      {foot !== undefined && (
        <Box py="sm" role="status" aria-label={t('list.progress')}>
          {foot}
        </Box>
      )}
    </div>
  );
}

function Head<Row>({
  columns,
  template,
  selection,
}: {
  columns: readonly Column<Row>[];
  template: string;
  selection: Selection<Row> | undefined;
}) {
  const { t } = useTranslation('parts');
  return (
    <div role="rowgroup">
      <Box role="row" className="data-list-row" style={gridOf(template)} py={6} px="xs">
        {selection !== undefined && (
          <div role="columnheader">
            <Checkbox
              size="xs"
              aria-label={t('list.selectAll')}
              checked={selection.all}
              indeterminate={selection.some && !selection.all}
              onChange={() => selection.toggleAll()}
            />
          </div>
        )}
        {columns.map(({ id, title, atEnd }) => (
          <Text key={id} role="columnheader" size="xs" fw={600} c="dimmed" ta={atEnd === true ? 'end' : undefined}>
            {title === '' ? <VisuallyHidden>{t('list.acts')}</VisuallyHidden> : title}
          </Text>
        ))}
      </Box>
    </div>
  );
}

const gridOf = (template: string) => ({
  display: 'grid',
  gridTemplateColumns: template,
  columnGap: '0.75rem',
  alignItems: 'center',
});

interface LineProps<Row> extends DataListProps<Row> {
  row: Row;
  index: number;
  /** None: a card. */
  template: string | undefined;
}

function RowLine<Row>({ row, index, columns, template, open, opened, keyOf, selection }: LineProps<Row>) {
  const isOpened = opened !== undefined && keyOf(row) === opened;
  const openRow = open === undefined ? undefined : () => open(row);
  return (
    <Box
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isOpened ? true : undefined}
      className="data-list-row"
      mod={{ open: open !== undefined, opened: isOpened }}
      px="xs"
      py={template === undefined ? 'sm' : 7}
      tabIndex={open === undefined ? undefined : 0}
      style={{ cursor: open === undefined ? undefined : 'pointer', ...(template !== undefined && gridOf(template)) }}
      onClick={(event) => {
        if (!isControl(event.target)) openRow?.();
      }}
      onKeyDown={(event) => onRowKey(event, openRow)}
    >
      {selection !== undefined && (
        <div role="cell">
          <Checkbox
            size="xs"
            aria-label={selection.nameOf(row)}
            checked={selection.has(row)}
            onChange={() => selection.toggle(row)}
          />
        </div>
      )}
      {columns.map((column) => (
        <CellOf key={column.id} column={column} row={row} isCard={template === undefined} />
      ))}
    </Box>
  );
}

function CellOf<Row>({ column, row, isCard }: { column: Column<Row>; row: Row; isCard: boolean }) {
  const content = column.cell(row);
  if (isCard) {
    if (content === undefined || content === null || content === '') return null;
    return (
      <Group role="cell" gap="xs" wrap="nowrap" align="baseline" py={1}>
        <Text size="xs" c="dimmed" w="7.5rem" style={{ flexShrink: 0 }}>
          {column.title}
        </Text>
        <Text size="sm" component="div" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {content}
        </Text>
      </Group>
    );
  }
  return (
    <Text role="cell" size="sm" component="div" truncate ta={column.atEnd === true ? 'end' : undefined}>
      {content}
    </Text>
  );
}

/** Whether this has an act of its own. */
function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, select, label, [role="menuitem"]') !== null;
}

/** Enter opens; arrows go from row to row. */
function onRowKey(event: KeyboardEvent<HTMLElement>, open: (() => void) | undefined): void {
  if (event.target !== event.currentTarget) return;
  if (event.key === 'Enter') open?.();
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  const all = [
    ...(event.currentTarget.closest('[role="table"]')?.querySelectorAll<HTMLElement>('[role="row"][tabindex]') ?? []),
  ];
  all[all.indexOf(event.currentTarget) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
