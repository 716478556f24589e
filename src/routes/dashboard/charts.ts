/** How the dashboard's charts are drawn. Colors come from the Chart component, so light and dark both work. */
import { fill, strings } from '$lib/strings';
import type { Markish } from '@observablehq/plot';
import type { Plot } from '$lib/ui/Chart.svelte';
import { formatCount, formatDuration, formatUsd } from '$lib/ui/format';
import type { Summary } from './dashboard.svelte';

const text = strings.dashboard;
const HEIGHT = 240;
const MARGINS = { marginLeft: 36, marginRight: 4, marginTop: 12, marginBottom: 28 };

/** Stacked bars: how many tasks ended well and badly each day. */
export function drawTasks(daily: Summary['daily']) {
	return (plot: Plot, width: number) => {
		const days = daily.map(({ day, succeeded, failed }) => ({
			date: new Date(day),
			total: succeeded + failed,
			note: fill(text.tasks_note, {
				succeeded: formatCount(succeeded),
				failed: formatCount(failed)
			}),
			succeeded,
			failed
		}));
		const bars = days.flatMap(({ date, succeeded, failed }) => [
			{ date, count: succeeded, fill: 'var(--chart-1)' },
			{ date, count: failed, fill: 'var(--chart-2)' }
		]);
		const marks = [plot.rectY(bars, { ...bar(width, days), y: 'count', fill: 'fill' })];
		return plotDays(plot, width, days, { marks, tickFormat: wholeNumber });
	};
}

/** Bars: what was spent each day. */
export function drawCosts(per_day: Summary['costs']['per_day']) {
	return (plot: Plot, width: number) => {
		const days = per_day.map(({ day, cost }) => ({
			date: new Date(day),
			total: cost,
			note: formatUsd(cost)
		}));
		const marks = [plot.rectY(days, { ...bar(width, days), y: 'total', fill: 'var(--chart-1)' })];
		return plotDays(plot, width, days, { marks, tickFormat: formatUsd, marginLeft: 48 });
	};
}

/** Bars: how often links were opened each day; rings: how often in AR. */
export function drawViews(daily: Summary['shares']['daily']) {
	return (plot: Plot, width: number) => {
		const days = daily.map(({ day, views, ar_starts }) => ({
			date: new Date(day),
			total: views,
			note: fill(text.views_note, { views: formatCount(views), ar: formatCount(ar_starts) }),
			ar_starts
		}));
		const marks = [
			plot.rectY(days, { ...bar(width, days), y: 'total', fill: 'var(--chart-1)' }),
			plot.dot(
				days.filter(({ ar_starts }) => ar_starts > 0),
				{
					...{
						x: 'date',
						y: 'ar_starts',
						r: Math.min(4, (width / days.length) * 0.35),
						dx: width / days.length / 2
					},
					...{ fill: 'var(--plot-background)', stroke: 'var(--chart-1)', strokeWidth: 2 }
				}
			)
		];
		return plotDays(plot, width, days, { marks, tickFormat: wholeNumber });
	};
}

/** A line from the median to the 95th percentile per stage, on a logarithmic scale: stages differ a thousandfold. */
export function drawTimes(task_types: Summary['task_types']) {
	return (plot: Plot, width: number) => {
		const rows = task_types.flatMap(({ type, p50, p95 }) =>
			p50 === null || p95 === null
				? []
				: [{ stage: text.stage[type], p50: ms(p50), p95: Math.max(ms(p95), ms(p50)) }]
		);
		const from = Math.min(...rows.map(({ p50 }) => p50));
		const to = Math.max(...rows.map(({ p95 }) => p95));
		const domain = [from / 1.6, to * 1.6] as const;
		const ticks = TIME_TICKS.filter((tick) => tick >= domain[0] && tick <= domain[1]);
		return plot.plot({
			width,
			height: 60 + rows.length * 46,
			marginLeft: 1,
			marginRight: 56,
			marginTop: 12,
			marginBottom: 28,
			x: { type: 'log', domain, label: null },
			y: { type: 'band', domain: rows.map(({ stage }) => stage), axis: null, label: null },
			marks: [
				plot.gridX({ ticks, stroke: 'currentColor', strokeOpacity: 0.16 }),
				plot.axisX({
					ticks,
					// Not tickFormat: a logarithmic scale leaves out what is not near a power of ten.
					text: (value: number) => formatDuration(value),
					tickSize: 0,
					label: null
				}),
				plot.text(rows, {
					y: 'stage',
					text: 'stage',
					frameAnchor: 'left',
					textAnchor: 'start',
					dy: -12,
					fill: 'var(--color-text)',
					stroke: 'var(--plot-background)',
					strokeWidth: 4
				}),
				plot.link(rows, {
					x1: 'p50',
					x2: 'p95',
					y1: 'stage',
					y2: 'stage',
					stroke: 'var(--chart-1)',
					strokeWidth: 2,
					dy: 8
				}),
				plot.dot(rows, { x: 'p50', y: 'stage', r: 5, fill: 'var(--chart-1)', dy: 8 }),
				plot.dot(rows, {
					x: 'p95',
					y: 'stage',
					r: 4.5,
					fill: 'var(--plot-background)',
					stroke: 'var(--chart-1)',
					strokeWidth: 2,
					dy: 8
				}),
				plot.text(rows, {
					x: 'p95',
					y: 'stage',
					text: ({ p95 }: (typeof rows)[number]) => formatDuration(p95),
					textAnchor: 'start',
					dx: 10,
					dy: 8,
					fill: 'var(--color-text)'
				})
			]
		});
	};
}

/** Milliseconds from 10 ms to an hour. */
const TIME_TICKS = [10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000];

const ms = (seconds: number) => Math.max(1, seconds * 1000);

/** Counts have no halves. */
const wholeNumber = (value: number) => (Number.isInteger(value) ? formatCount(value) : '');

const dayLabel = (date: Date) =>
	new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
		date
	);

/** A gap between bars that never eats them up, CSS pixels. */
const barInset = (width: number, days: number) => Math.min(3, (width / days) * 0.12);

interface Day {
	date: Date;
	/** Where its tip points. */
	total: number;
	/** The tip's second line. */
	note: string;
}

/** One bar a day. */
const bar = (width: number, days: readonly Day[]) => ({
	x: 'date',
	interval: 'day' as const,
	insetLeft: barInset(width, days.length),
	insetRight: barInset(width, days.length),
	rx: 1
});

/** What all charts per day share: the grid, the days below, and a tip under the pointer. */
function plotDays(
	plot: Plot,
	width: number,
	days: Day[],
	options: { marks: Markish[]; tickFormat: (value: number) => string; marginLeft?: number }
) {
	const { marks, tickFormat, marginLeft = MARGINS.marginLeft } = options;
	const dates = days.map(({ date }) => date);
	const tips = days.map((day) => ({ ...day, title: `${dayLabel(day.date)}\n${day.note}` }));
	return plot.plot({
		...MARGINS,
		marginLeft,
		width,
		height: HEIGHT,
		x: { type: 'utc', label: null },
		y: { label: null, nice: true, zero: true },
		marks: [
			plot.gridY({ ticks: 4, stroke: 'currentColor', strokeOpacity: 0.16 }),
			plot.axisY({ tickFormat, ticks: 4, tickSize: 0, label: null }),
			dayAxis(plot, width, dates),
			...marks,
			plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
			plot.tip(tips, plot.pointerX({ x: 'date', y: 'total', title: 'title', anchor: 'bottom' }))
		]
	});
}

/** Labels days below the middle of their bars, counted back from the last one. */
function dayAxis(plot: Plot, width: number, dates: Date[]) {
	const step = Math.ceil(dates.length / Math.max(2, Math.floor(width / 90)));
	return plot.axisX({
		ticks: dates.filter((_, index) => (dates.length - 1 - index) % step === 0),
		tickFormat: dayLabel,
		tickSize: 0,
		label: null,
		dx: width / dates.length / 2
	});
}
