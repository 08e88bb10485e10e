// SPDX-License-Identifier: Apache-2.0
import type { Mode, Path } from '../../../rpcd/api/index.ts';
import { formatThroughput } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { nameOf, placeText, rateText, whyText, type End } from './ends.ts';
import { layOutLying, layOutUpright, type Box, type Lane, type Layout, type Wire } from './layout.ts';

export interface PictureProps {
	ends: readonly End[];
	/** What is set up. */
	mode: Mode;
	/** By what was seen of it. */
	fastPath: Path;
	/** Bytes per second on each path, by the connections' counters; null where nobody knows yet. */
	rates: Record<Path, number> | null;
	/** The processor's load from 0 to 1. */
	busy: number | null;
}

/** Bytes per second that a wire of full width stands for at least: a trickle is not drawn as a stream. */
const FULL = 1_250_000;
const [THIN, THICK] = [2, 12];

/** LAN, router and WAN, lying or upright as the place allows; the stylesheet shows one of the two. */
export function Picture(props: PictureProps) {
	const label = describe(props);
	return (
		<div class="nfo-picture" role="img" aria-label={label}>
			<Drawing {...props} layout={layOutLying(props.ends)} class="nfo-lying" />
			<Drawing {...props} layout={layOutUpright(props.ends)} class="nfo-upright" />
		</div>
	);
}

/** The same in a sentence: the table tells the rest. */
function describe({ ends, mode }: PictureProps): string {
	const of = (side: End['side']) =>
		ends
			.filter((end) => end.side === side)
			.map((end) => `${nameOf(end)} (${whyText(end, mode)})`)
			.join(', ');
	return fill(_('LAN: %s. WAN: %s.'), of('lan') || '–', of('wan') || '–');
}

interface DrawingProps extends PictureProps {
	layout: Layout;
	class: string;
}

function Drawing({ layout, mode, fastPath, rates, busy, class: name }: DrawingProps) {
	const { width, height, router, lanes, ends, heads, wires } = layout;
	const fast = rates && rates.software + rates.hardware;
	const full = Math.max(FULL, fast ?? 0, rates?.cpu ?? 0, ...wires.map(({ rate }) => rate ?? 0));
	const thickness = (rate: number | null) => THIN + (THICK - THIN) * Math.sqrt((rate ?? 0) / full);
	return (
		<svg class={name} viewBox={`-1 -1 ${width + 2} ${height + 2}`} aria-hidden="true">
			{wires.map((wire, index) => (
				<WireView key={index} wire={wire} thick={thickness(wire.rate)} />
			))}
			<rect class="nfo-router" {...router} rx={6} />
			{lanes.map((lane) =>
				lane.path === 'fast' ? (
					<LaneView
						key="fast"
						lane={lane}
						path={fastPath}
						thick={thickness(fast)}
						name={mode === 'off' ? _('Fast path: off') : _('Fast path')}
						value={mode === 'off' ? '' : fast === null ? '–' : formatThroughput(fast)}
						idle={mode === 'off'}
					/>
				) : (
					<LaneView
						key="cpu"
						lane={lane}
						path="cpu"
						thick={thickness(rates && rates.cpu)}
						name={busy === null ? _('CPU') : fill(_('CPU, %s busy'), `${Math.round(100 * busy)} %`)}
						value={rates === null ? '–' : formatThroughput(rates.cpu)}
						idle={false}
					/>
				)
			)}
			{heads.map(({ end, ...box }) => (
				<BoxView
					key={end.head.device}
					box={box}
					class="nfo-head"
					name={end.head.device}
					note={placeText(end)}
					hooked={end.head.hooked}
				/>
			))}
			{ends.map(({ end, ...box }) => (
				<BoxView
					key={nameOf(end)}
					box={box}
					class={`nfo-end-${(end.up && end.path) || 'down'}`}
					name={nameOf(end)}
					note={noteOf(end, mode, name === 'nfo-upright')}
					hooked={hooks(end, name === 'nfo-upright')}
				/>
			))}
		</svg>
	);
}

/** Upright, there is no box for what lies above. */
const hooks = ({ links, head, between }: End, all: boolean): boolean =>
	(all ? [...links, ...between, head] : links).some(({ hooked }) => hooked);

/** Where there is room for it, or no box above that says it, the zone, too: at the end, which may be cut off. */
function noteOf(end: End, mode: Mode, roomy: boolean): string {
	const zone = end.zone ?? _('no zone');
	const place = (roomy || end.links[0] === end.head) && zone !== nameOf(end) ? zone : '';
	return [whyText(end, mode), end.up ? rateText(end) : '', place].filter((each) => each !== '').join(' · ');
}

/** Hardware is a double line: one of the paper's colour in a thicker one. */
function WireView({ wire: { d, path, up }, thick }: { wire: Wire; thick: number }) {
	return (
		<>
			<path
				class={`nfo-wire nfo-wire-${(up && path) || 'down'}`}
				d={d}
				stroke-width={up && path ? thick : 1}
			/>
			{up && path === 'hardware' && <path class="nfo-wire nfo-wire-core" d={d} stroke-width={thick / 3} />}
		</>
	);
}

interface LaneProps {
	lane: Lane;
	path: Path;
	thick: number;
	name: string;
	value: string;
	idle: boolean;
}

function LaneView({ lane: { d, x, y }, path, thick, name, value, idle }: LaneProps) {
	const start = d.includes('V');
	return (
		<>
			{!idle && <WireView wire={{ d, path, up: true, rate: null }} thick={thick} />}
			<text class="nfo-lane" x={x} y={start ? y : y - 5 - thick / 2} text-anchor={start ? 'start' : 'middle'}>
				{name}
			</text>
			<text
				class="nfo-lane-rate"
				x={x}
				y={start ? y + 17 : y + 13 + thick / 2}
				text-anchor={start ? 'start' : 'middle'}
			>
				{value}
			</text>
		</>
	);
}

interface BoxProps {
	box: Box;
	class: string;
	name: string;
	note: string;
	hooked: boolean;
}

/** The hook is a filled mark at the box's edge. */
function BoxView({ box: { x, y, width, height }, class: name, name: title, note, hooked }: BoxProps) {
	const letters = Math.floor((width - 16) / 7);
	return (
		<g class={`nfo-box ${name}`}>
			<rect {...{ x, y, width, height }} rx={4} />
			{hooked && <circle class="nfo-hook" cx={x + width - 10} cy={y + 11} r={4} />}
			<text class="nfo-name-of" x={x + 9} y={y + 15}>
				{cut(title, letters - 2)}
			</text>
			<text class="nfo-note-of" x={x + 9} y={y + 28}>
				{cut(note, Math.floor(letters * 1.15))}
			</text>
		</g>
	);
}

const cut = (text: string, letters: number): string =>
	text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
