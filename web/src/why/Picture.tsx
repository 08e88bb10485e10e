// SPDX-License-Identifier: Apache-2.0
import type { Mode, Path } from '../../../rpcd/api/index.ts';
import type { Passing } from '../lib/passing.ts';
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
	/** Whether a policy is in force: what it keeps on the CPU has a lane of its own. */
	policy: boolean;
	/** By the connections' counters; null where nobody knows yet. */
	rates: Passing | null;
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
			<Drawing {...props} layout={layOutLying(props.ends, props.policy)} class="nfo-lying" />
			<Drawing {...props} layout={layOutUpright(props.ends, props.policy)} class="nfo-upright" />
		</div>
	);
}

/** The same in a sentence: the table tells the rest. */
function describe({ ends, mode, policy, rates }: PictureProps): string {
	const of = (side: End['side']) =>
		ends
			.filter((end) => end.side === side)
			.map((end) => `${nameOf(end)} (${whyText(end, mode)})`)
			.join(', ');
	const sides = fill(_('LAN: %s. WAN: %s.'), of('lan') || '–', of('wan') || '–');
	if (!policy || rates === null) return sides;
	return `${sides} ${fill(_('On the CPU by choice: %s.'), formatThroughput(rates.kept))}`;
}

interface DrawingProps extends PictureProps {
	layout: Layout;
	class: string;
}

function Drawing({ layout, mode, fastPath, rates, busy, class: name }: DrawingProps) {
	const { width, height, router, lanes, ends, heads, wires } = layout;
	const full = Math.max(
		FULL,
		rates ? rates.software + rates.hardware : 0,
		rates?.cpu ?? 0,
		rates?.kept ?? 0,
		...wires.map(({ rate }) => rate ?? 0)
	);
	const thickness = (rate: number | null) => THIN + (THICK - THIN) * Math.sqrt((rate ?? 0) / full);
	return (
		<svg class={name} viewBox={`-1 -1 ${width + 2} ${height + 2}`} aria-hidden="true">
			{wires.map((wire, index) => (
				<WireView key={index} wire={wire} thick={thickness(wire.rate)} />
			))}
			<rect class="nfo-router" {...router} rx={6} />
			{lanes.map((lane) => {
				const rate = rates && { ...rates, fast: rates.software + rates.hardware }[lane.path];
				const idle = mode === 'off' && lane.path === 'fast';
				return (
					<LaneView
						key={lane.path}
						lane={lane}
						path={lane.path === 'fast' ? fastPath : lane.path}
						thick={thickness(rate)}
						name={idle ? _('Fast path: off') : laneName(lane.path, busy)}
						value={idle ? '' : rate === null ? '–' : formatThroughput(rate)}
						idle={idle}
					/>
				);
			})}
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

function laneName(lane: Lane['path'], busy: number | null): string {
	switch (lane) {
		case 'fast':
			return _('Fast path');
		case 'cpu':
			return busy === null ? _('CPU') : fill(_('CPU, %s busy'), `${Math.round(100 * busy)} %`);
		case 'kept':
			return _('CPU, by choice');
	}
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
	path: Path | 'kept';
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
