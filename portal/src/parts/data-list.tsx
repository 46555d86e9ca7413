// A list of any length: rows are drawn while they are in sight, and the next page is read before the end is reached. A
// table for those who listen to it; cards where there is no room for columns.

import { Box, Checkbox, Group, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { lazily } from './lazily.tsx';
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

/** Rows beyond those in sight. */
const AHEAD = 12;
/** More than these are drawn only while they are in sight. */
const FEW = 60;

type WindowedType = typeof import('./windowed-rows.tsx').WindowedRows;
let loaded: WindowedType | undefined;
const loadWindowed = async (): Promise<WindowedType> => {
  loaded = (await import('./windowed-rows.tsx')).WindowedRows;
  return loaded;
};
const WindowedLater = lazily(loadWindowed);
// Beside what a list asks for: without it a long first page is drawn whole, and then once more.
void loadWindowed().catch(() => {});

export function DataList<Row>(props: DataListProps<Row>) {
  const { name, label, rows, foot, selection } = props;
  const { t } = useTranslation('parts');
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const chosen = useShownColumns(name, props.columns);
  const columns = chosen.columns.filter((column) => !isNarrow || column.wideOnly !== true);
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
          <Rows {...props} columns={columns} template={isNarrow ? undefined : template} />
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

/** A card is about as high. */
const CARD_HEIGHT = 120;
const ROW_HEIGHT = 41;

/** All rows while they are few; then those in sight, as high as the ones before were. */
function Rows<Row>(props: DataListProps<Row> & { template: string | undefined }) {
  const { rows, keyOf, more } = props;
  const place = useRef<HTMLDivElement>(null);
  const focused = useRef<number>(undefined);
  const [WindowedRows] = useState(() => loaded ?? WindowedLater);
  const height = useRef(props.template === undefined ? CARD_HEIGHT : ROW_HEIGHT);
  useLayoutEffect(() => {
    if (place.current !== null && rows.length > 0) height.current = place.current.offsetHeight / rows.length;
  });
  const reached = useCallback(
    (last: number) => {
      if (last >= rows.length - AHEAD) more?.();
    },
    [rows.length, more],
  );
  useEndInSight(place, AHEAD * height.current, () => reached(rows.length));
  const draw = (index: number) => (
    <div key={keyOf(rows[index] as Row)} role="presentation" onFocus={() => (focused.current = index)}>
      <RowLine {...props} row={rows[index] as Row} index={index} />
    </div>
  );
  const all = (
    <Box ref={place} role="rowgroup">
      {rows.map((_row, index) => draw(index))}
    </Box>
  );
  if (rows.length <= FEW) return all;
  return (
    <Suspense fallback={all}>
      <WindowedRows
        count={rows.length}
        keyOf={(index) => keyOf(rows[index] as Row)}
        height={height.current}
        ahead={AHEAD}
        draw={draw}
        reached={reached}
        focused={focused}
      />
    </Suspense>
  );
}

/** Tells when the end of what is there comes within `ahead` pixels of being seen; again, whenever `tell` is another. */
function useEndInSight(place: RefObject<HTMLElement | null>, ahead: number, tell: () => void): void {
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const look = () => {
      if (current.getBoundingClientRect().bottom < window.innerHeight + ahead) tell();
    };
    look();
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  });
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
      <Group role="cell" className="data-card-cell" gap="xs" wrap="nowrap" align="baseline" py={1}>
        <Text size="xs" c="dimmed" w="7.5rem" style={{ flexShrink: 0 }}>
          {column.title}
        </Text>
        <Text size="sm" component="div" className="data-card-value" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {content}
        </Text>
      </Group>
    );
  }
  // What there is no room for is read by pointing at it.
  const title = typeof content === 'string' ? content : undefined;
  return (
    <Text role="cell" size="sm" component="div" truncate title={title} ta={column.atEnd === true ? 'end' : undefined}>
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
