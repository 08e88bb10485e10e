// SPDX-License-Identifier: Apache-2.0
import { _, fill } from '../ui/i18n.ts';
import { GAP } from './history.ts';

/** A line of a chart. Its style is one of those of the stylesheet, which tell it apart without colour, too. */
export interface Line {
	name: string;
	style: 'cpu' | 'software' | 'hardware' | 'first' | 'second' | 'third';
	points: readonly Point[];
}

/** When, in milliseconds, and how much. */
export type Point = readonly [at: number, value: number];

export interface ChartProps {
	title: string;
	/** Each stands on the sum of those before it. All have their points at the same times. */
	stack?: readonly Line[];
	lines: readonly Line[];
	/** The value at the top; a round one above all points when absent. */
	top?: number;
	/** The least value at the top: what is below is next to nothing. */
	least?: number;
	format: (value: number) => string;
	/** What is missing in it. */
	note?: string;
	/** When the firewall was reloaded. */
	marks: readonly number[];
	/** The right end of the chart, and how many milliseconds it shows. */
	until: number;
	span: number;
	/** Lower, and without the axis, which is that of the chart above. */
	low?: boolean;
}

const WIDTH = 300;
const HEIGHT = 80;

/** The last minutes. What they say now stands beside as text, so nobody has to see the lines. */
export function Chart(props: ChartProps) {
	const {
		title,
		stack = [],
		lines,
		top,
		least = 1,
		format,
		note = '',
		marks,
		until,
		span,
		low = false
	} = props;
	const areas = stacked(stack);
	const values = [...areas, ...lines].flatMap(({ points }) => points.map(([, value]) => value));
	const highest = top ?? roundAbove(Math.max(least, ...values));
	const x = (at: number) => WIDTH * (1 - (until - at) / span);
	const y = (value: number) => HEIGHT * (1 - value / highest);
	return (
		<figure class={low ? 'nfo-figure nfo-low' : 'nfo-figure'}>
			<figcaption>
				{title}
				<ul>
					{[...stack, ...lines].map((line) => (
						<li key={line.name}>
							<Sample style={line.style} />
							{line.name} <strong>{latest(line, format)}</strong>
						</li>
					))}
				</ul>
				{note !== '' && <small class="nfo-note">{note}</small>}
			</figcaption>
			<div class="nfo-plot" aria-hidden="true">
				<span class="nfo-top">{format(highest)}</span>
				<svg class="nfo-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
					<path class="nfo-grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
					{areas.map(({ name, style, points }, index) => (
						<path
							key={name}
							class={`nfo-area nfo-line-${style}`}
							d={areaOf(points, areas[index - 1]?.points ?? [], x, y)}
						/>
					))}
					{marks.map((at) => (
						<path key={at} class="nfo-mark" d={`M${x(at).toFixed(1)} 0V${HEIGHT}`} />
					))}
					{[...areas, ...lines].map(({ name, style, points }) => (
						<path key={name} class={`nfo-line nfo-line-${style}`} d={pathOf(points, x, y)} />
					))}
				</svg>
				{!low && (
					<span class="nfo-axis">
						<span>{fill(_('%s min ago'), span / 60_000)}</span>
						<span>{_('now', 'time')}</span>
					</span>
				)}
			</div>
		</figure>
	);
}

/** How a line is drawn, beside its name. */
function Sample({ style }: Pick<Line, 'style'>) {
	return (
		<svg class="nfo-chart nfo-sample" viewBox="0 0 24 8" aria-hidden="true">
			<path class={`nfo-line nfo-line-${style}`} d="M0 4H24" />
		</svg>
	);
}

function latest({ points }: Line, format: (value: number) => string): string {
	const last = points.at(-1);
	return last ? format(last[1]) : '–';
}

function stacked(lines: readonly Line[]): Line[] {
	const sums: number[] = [];
	return lines.map((line) => ({
		...line,
		points: line.points.map(([at, value], index) => [at, (sums[index] = (sums[index] ?? 0) + value)] as const)
	}));
}

type Place = (value: number) => number;

function pathOf(points: readonly Point[], x: Place, y: Place): string {
	return runs(points)
		.map(([from, to]) => {
			const run = points.slice(from, to).map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
			// A point alone is a dot.
			return `M${run.join('L')}${run.length === 1 ? 'h0' : ''}`;
		})
		.join('');
}

/** Between a line and the one below it, or the ground. */
function areaOf(points: readonly Point[], below: readonly Point[], x: Place, y: Place): string {
	return runs(points)
		.map(([from, to]) => {
			const upper = points.slice(from, to);
			const lower = upper.map(([at], index) => [at, below[from + index]?.[1] ?? 0] as const).reverse();
			const way = [...upper, ...lower].map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
			return `M${way.join('L')}Z`;
		})
		.join('');
}

/** Where points follow each other without a gap: from one to before another. */
function runs(points: readonly Point[]): [from: number, to: number][] {
	const found: [number, number][] = [];
	for (const [index, [at]] of points.entries()) {
		const last = found.at(-1);
		if (last && at - (points[index - 1]?.[0] ?? 0) <= GAP) last[1] = index + 1;
		else found.push([index, index + 1]);
	}
	return found;
}

/** One, two or five of a power of ten. */
export function roundAbove(value: number): number {
	if (value <= 1) return 1;
	const power = 10 ** Math.floor(Math.log10(value));
	return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}
