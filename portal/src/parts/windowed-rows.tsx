// Rows of a long list, drawn while they are in sight. Loaded when a list has become long.

import { Box } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface WindowedRowsProps {
  count: number;
  keyOf: (index: number) => string;
  /** What rows were high so far, in pixels. */
  height: number;
  /** Rows beyond those in sight that are drawn. */
  ahead: number;
  draw: (index: number) => ReactNode;
  /** Told of the last row that is drawn. */
  reached: (last: number) => void;
  /** The row that had the focus before; it has it again. */
  focused: RefObject<number | undefined>;
}

export function WindowedRows({ count, keyOf, height, ahead, draw, reached, focused }: WindowedRowsProps) {
  const place = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(place.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: ahead,
    scrollMargin: top,
    getItemKey: keyOf,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => reached(last), [last, reached]);
  useEffect(() => {
    if (document.activeElement !== document.body || focused.current === undefined) return;
    place.current
      ?.querySelector<HTMLElement>(`[data-index="${focused.current}"] [role="row"]`)
      ?.focus({ preventScroll: true });
  }, [focused]);
  return (
    <Box ref={place} role="rowgroup" pos="relative" h={virtual.getTotalSize()}>
      {items.map((item) => (
        <div
          key={item.key}
          role="presentation"
          data-index={item.index}
          ref={virtual.measureElement}
          style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${item.start - top}px)` }}
        >
          {draw(item.index)}
        </div>
      ))}
    </Box>
  );
}
