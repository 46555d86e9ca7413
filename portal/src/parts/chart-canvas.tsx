// Draws a chart. On a canvas, with words of its own drawn too: the policy of the page allows no styles in markup.

import { useReducedMotion } from '@mantine/hooks';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { colourOf, type Scheme } from './chart-colours.ts';
import type { ChartData, ChartSeries } from './chart-data.ts';

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

const PAPER = {
  light: { text: '#37424a', line: '#dde3e6', ground: '#ffffff' },
  dark: { text: '#c4ccd2', line: '#3a4349', ground: '#1f2528' },
} as const;

interface ChartCanvasProps {
  data: ChartData;
  scheme: Scheme;
  height: number;
  open: (series: ChartSeries, point: number) => void;
}

export function ChartCanvas({ data, scheme, height, open }: ChartCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const opened = useRef({ data, open });
  opened.current = { data, open };
  const still = useReducedMotion();

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const drawn = init(element, undefined, { renderer: 'canvas' });
    chart.current = drawn;
    drawn.on('click', ({ seriesIndex, dataIndex }) => {
      const { data: now, open: openNow } = opened.current;
      const series = seriesIndex === undefined ? undefined : now.series[seriesIndex];
      if (series !== undefined) openNow(series, pointAt(now, dataIndex));
    });
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = undefined;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(optionOf(data, scheme, still), { notMerge: true });
  }, [data, scheme, still]);

  // Out of the flow: a drawing that is too wide for a moment must not keep the page wide.
  return (
    <div style={{ position: 'relative', height, overflow: 'hidden' }}>
      <div ref={box} style={{ position: 'absolute', inset: 0 }} />
    </div>
  );
}

/** Lying bars are drawn from below; names come from above. */
function pointAt({ lying = false, points }: ChartData, drawn: number): number {
  return lying ? points.length - 1 - drawn : drawn;
}

function optionOf(data: ChartData, scheme: Scheme, still: boolean): EChartsCoreOption {
  const { points, lying = false, format } = data;
  const paper = PAPER[scheme];
  const order = lying ? points.toReversed() : points;
  const names = {
    type: 'category',
    data: order.map(({ short }) => short),
    boundaryGap: data.kind === 'bars',
    axisLine: { lineStyle: { color: paper.line } },
    axisTick: { show: false },
    // The first and the last stand within the drawing: half of them would be cut off.
    axisLabel: {
      color: paper.text,
      hideOverlap: true,
      ...(lying
        ? { width: 150, overflow: 'truncate' }
        : { alignMinLabel: 'left', alignMaxLabel: 'right', ...placesOf(order) }),
    },
  };
  const values = {
    type: 'value',
    minInterval: 1,
    splitNumber: 4,
    splitLine: { lineStyle: { color: paper.line } },
    axisLabel: { color: paper.text, formatter: format, hideOverlap: true },
  };
  return {
    animation: !still && points.length < 100,
    animationDuration: 200,
    grid: { left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    tooltip: tooltipOf(data, scheme),
    series: data.series.map((one) => seriesOf(one, data, scheme)),
  };
}

/** Where words stand on the axis: at the points that have one, if others between them have none; else as there is room. */
function placesOf(points: ChartData['points']) {
  const isSparse = points.some(({ short }, i) => short === '' && (points[i - 1]?.short ?? '') !== '');
  return isSparse ? { interval: (i: number) => points[i]?.short !== '' } : {};
}

/** Words that are drawn: what is written into the page as markup would need styles of its own. */
function tooltipOf(data: ChartData, scheme: Scheme) {
  const paper = PAPER[scheme];
  return {
    trigger: 'axis',
    renderMode: 'richText',
    confine: true,
    axisPointer: { type: data.kind === 'bars' ? 'shadow' : 'line' },
    backgroundColor: paper.ground,
    borderColor: paper.line,
    textStyle: { color: paper.text, fontSize: 12 },
    formatter: (drawn: readonly { dataIndex: number }[]) => {
      const point = pointAt(data, drawn[0]?.dataIndex ?? 0);
      const lines = data.series.map(({ name, values }) => `${name}: ${shown(values[point], data.format)}`);
      return [data.points[point]?.name ?? '', ...lines].join('\n');
    },
  };
}

function shown(value: number | null | undefined, format: ChartData['format']): string {
  return value === null || value === undefined ? '–' : format(value);
}

function seriesOf(one: ChartSeries, { kind, stacked = false, lying = false }: ChartData, scheme: Scheme) {
  const color = colourOf(one.tone, scheme);
  const shared = {
    name: one.name,
    data: lying ? one.values.toReversed() : [...one.values],
    itemStyle: { color },
    ...(stacked && { stack: 'all' }),
    emphasis: { focus: 'series' },
    cursor: one.link === undefined ? 'default' : 'pointer',
  };
  if (kind === 'bars') return { ...shared, type: 'bar', barMaxWidth: lying ? 18 : 28 };
  return {
    ...shared,
    type: 'line',
    showSymbol: false,
    lineStyle: { color, width: 2 },
    ...(stacked && { areaStyle: { color, opacity: 0.35 } }),
  };
}
