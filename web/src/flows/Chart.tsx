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
	lines: readonly Line[];
	/** The value at the top; a round one above all points when absent. */
	top?: number;
	format: (value: number) => string;
	/** What is missing in it. */
	note?: string;
	/** When the firewall was reloaded. */
	marks: readonly number[];
	/** The right end of the chart, and how many milliseconds it shows. */
	until: number;
	span: number;
}

const WIDTH = 300;
const HEIGHT = 80;

/** A few lines over the last minutes. What they say now stands below as text, so nobody has to see the lines. */
export function Chart({ title, lines, top, format, note = '', marks, until, span }: ChartProps) {
	const highest = top ?? roundAbove(Math.max(0, ...lines.flatMap(({ points }) => points.map(([, v]) => v))));
	const x = (at: number) => WIDTH * (1 - (until - at) / span);
	const y = (value: number) => HEIGHT * (1 - value / highest);
	return (
		<figure class="nfo-figure">
			<figcaption>
				{title}
				<ul>
					{lines.map((line) => (
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
					{marks.map((at) => (
						<path key={at} class="nfo-mark" d={`M${x(at).toFixed(1)} 0V${HEIGHT}`} />
					))}
					{lines.map(({ name, style, points }) => (
						<path key={name} class={`nfo-line nfo-line-${style}`} d={pathOf(points, x, y)} />
					))}
				</svg>
				<span class="nfo-axis">
					<span>{fill(_('%s min ago'), span / 60_000)}</span>
					<span>{_('now')}</span>
				</span>
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

function pathOf(points: readonly Point[], x: (at: number) => number, y: (value: number) => number): string {
	let before = -Infinity;
	let path = '';
	for (const [at, value] of points) {
		const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
		// A point alone is a dot.
		path += at - before > GAP ? `M${place}h0` : `L${place}`;
		before = at;
	}
	return path;
}

/** One, two or five of a power of ten. */
export function roundAbove(value: number): number {
	if (value <= 1) return 1;
	const power = 10 ** Math.floor(Math.log10(value));
	return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}
