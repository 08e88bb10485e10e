// SPDX-License-Identifier: Apache-2.0
/**
 * Where everything of the picture stands, in pixels at its natural size. Lying: LAN on the left, the router in the middle, WAN on
 * the right. Upright, for a phone: one row for each end, LAN above the router and WAN below.
 */
import type { Path } from '../../../rpcd/api/index.ts';
import type { End } from './ends.ts';

export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface EndBox extends Box {
	end: End;
}

/** The layer 3 device that several ends are below. */
export interface HeadBox extends Box {
	end: End;
}

export interface Wire {
	d: string;
	/** Null where nobody knows. */
	path: Path | 'kept' | null;
	up: boolean;
	/** Bytes per second; null where nobody knows. */
	rate: number | null;
}

/** A lane through the router. */
export interface Lane {
	/** `kept`: by the CPU, as the policy has chosen. */
	path: 'fast' | 'cpu' | 'kept';
	d: string;
	/** Where its words stand. */
	x: number;
	y: number;
}

export interface Layout {
	width: number;
	height: number;
	router: Box;
	/** The last one where a policy is in force. */
	lanes: [fast: Lane, cpu: Lane, ...kept: Lane[]];
	ends: EndBox[];
	heads: HeadBox[];
	wires: Wire[];
	/** How many ends are left out. */
	left: number;
}

/** The most ends of a side: more are in the table alone. */
const MOST = 6;
const ROW = 40;
const HIGH = 34;

/** Those that stay on the CPU are never left out for others. */
function shown(ends: readonly End[]): End[] {
	const wanted = new Set([...ends].sort((a, b) => rank(a) - rank(b)).slice(0, MOST));
	return ends.filter((end) => wanted.has(end));
}

const rank = ({ path, up }: End) => (up ? (path === 'cpu' ? 0 : 1) : 2);

const side = (ends: readonly End[], wanted: End['side']) => shown(ends.filter((end) => end.side === wanted));

const LYING = { width: 900, end: 184, head: 122, gap: 40, router: 128 };

export function layOutLying(ends: readonly End[], policy: boolean): Layout {
	const sides = { lan: side(ends, 'lan'), wan: side(ends, 'wan') };
	const rows = Math.max(policy ? 4 : 3, sides.lan.length, sides.wan.length);
	const height = rows * ROW - (ROW - HIGH);
	const { width } = LYING;
	const router = { x: (width - LYING.router) / 2, y: 0, width: LYING.router, height };
	const lanes = lanesOf(router, height, policy);
	const layout: Layout = {
		width,
		height,
		router,
		lanes,
		ends: [],
		heads: [],
		wires: [],
		left: ends.length - sides.lan.length - sides.wan.length
	};
	for (const which of ['lan', 'wan'] as const) placeSide(layout, sides[which], which, height);
	return layout;
}

function lanesOf({ x, width }: Box, height: number, policy: boolean): Layout['lanes'] {
	const lane = (path: Lane['path'], y: number): Lane => ({
		path,
		d: `M${x} ${y}H${x + width}`,
		x: x + width / 2,
		y
	});
	return policy
		? [lane('fast', height * 0.2), lane('cpu', height * 0.52), lane('kept', height * 0.84)]
		: [lane('fast', height * 0.28), lane('cpu', height * 0.76)];
}

/** Ends at the edge, the heads of those that have one between them and the router, and a wire from each to its lane. */
function placeSide(layout: Layout, ends: readonly End[], which: End['side'], height: number): void {
	const { width, router, lanes } = layout;
	const left = which === 'lan';
	const mirrored = (x: number, wide: number) => (left ? x : width - x - wide);
	const start = (height - (ends.length * ROW - (ROW - HIGH))) / 2;
	const edge = left ? router.x : router.x + router.width;
	const boxes = ends.map((end, row) => ({
		end,
		x: mirrored(0, LYING.end),
		y: start + row * ROW,
		width: LYING.end,
		height: HIGH
	}));
	layout.ends.push(...boxes);
	for (const group of groups(boxes)) {
		const [first] = group;
		if (!first) continue;
		const target = (box: EndBox) => laneY(lanes, box.end.path, group.indexOf(box));
		if (!hasHead(first.end)) {
			for (const box of group)
				layout.wires.push(wire(box.end, inner(box, left), middle(box), edge, target(box)));
			continue;
		}
		const last = group.at(-1) ?? first;
		const head: HeadBox = {
			end: first.end,
			x: mirrored(LYING.end + LYING.gap, LYING.head),
			y: (first.y + last.y) / 2,
			width: LYING.head,
			height: HIGH
		};
		layout.heads.push(head);
		for (const box of group)
			layout.wires.push(
				wire(box.end, inner(box, left), middle(box), left ? head.x : head.x + head.width, middle(head))
			);
		layout.wires.push(...onward(group, inner(head, left), middle(head), edge, lanes));
	}
}

/** From a head to the router: one wire for each path that its ends have. */
function onward(
	group: readonly EndBox[],
	x: number,
	y: number,
	edge: number,
	lanes: Layout['lanes']
): Wire[] {
	const paths = new Set(group.filter(({ end }) => end.up).map(({ end }) => end.path));
	return [...paths].map((path) => {
		const those = group.filter(({ end }) => end.path === path && end.up).map(({ end }) => end);
		const known = those.flatMap(({ rate }) => (rate === null ? [] : [rate]));
		const rate = known.length > 0 ? known.reduce((sum, each) => sum + each, 0) : null;
		return { d: curve(x, y, edge, laneY(lanes, path, 0)), path, up: true, rate };
	});
}

const laneY = (lanes: Layout['lanes'], path: Path | null, offset: number) =>
	(path === 'cpu' ? lanes[1] : lanes[0]).y + (offset % 2 ? 4 : 0);

/** A head is drawn where it is not the end itself. */
const hasHead = ({ links, head }: End) => links[0] !== head;

/** Ends below the same layer 3 device, which follow each other. */
function groups(boxes: readonly EndBox[]): EndBox[][] {
	const found: EndBox[][] = [];
	for (const box of boxes) {
		const group = found.at(-1);
		if (group?.[0]?.end.head === box.end.head) group.push(box);
		else found.push([box]);
	}
	return found;
}

const inner = ({ x, width }: Box, left: boolean) => (left ? x + width : x);
const middle = ({ y, height }: Box) => y + height / 2;

const wire = ({ path, up, rate }: End, x: number, y: number, toX: number, toY: number): Wire => ({
	d: curve(x, y, toX, toY),
	path,
	up,
	rate
});

function curve(x: number, y: number, toX: number, toY: number): string {
	const half = (x + toX) / 2;
	return `M${x} ${y}C${half} ${y} ${half} ${toY} ${toX} ${toY}`;
}

const UPRIGHT = { width: 320, gutter: 44, lane: 42, space: 14 };
/** Where the trunks run down the left edge; that of the policy through the router alone. */
const TRUNK = { fast: 10, cpu: 26, kept: 41 };

export function layOutUpright(ends: readonly End[], policy: boolean): Layout {
	const sides = { lan: side(ends, 'lan'), wan: side(ends, 'wan') };
	const { width, gutter, space } = UPRIGHT;
	const top = sides.lan.length * ROW + space;
	const router = { x: 0, y: top, width, height: (policy ? 3 : 2) * UPRIGHT.lane + 12 };
	const bottom = top + router.height;
	const lane = (path: Lane['path'], place: number): Lane => ({
		path,
		d: `M${TRUNK[path]} ${top}V${bottom}`,
		x: gutter + 8,
		y: top + 28 + place * UPRIGHT.lane
	});
	const boxes = (those: readonly End[], from: number): EndBox[] =>
		those.map((end, row) => ({ end, x: gutter, y: from + row * ROW, width: width - gutter, height: HIGH }));
	const below = bottom + space + (ROW - HIGH);
	const all = [...boxes(sides.lan, 0), ...boxes(sides.wan, below)];
	return {
		width,
		height: below + sides.wan.length * ROW - (ROW - HIGH),
		router,
		lanes: policy ? [lane('fast', 0), lane('cpu', 1), lane('kept', 2)] : [lane('fast', 0), lane('cpu', 1)],
		ends: all,
		heads: [],
		wires: all.map((box) => {
			const { path, up, rate } = box.end;
			const trunk = path === 'cpu' ? TRUNK.cpu : TRUNK.fast;
			const y = middle(box);
			const edge = box.end.side === 'lan' ? top : bottom;
			return { d: `M${gutter} ${y}H${trunk}V${edge}`, path, up, rate };
		}),
		left: ends.length - all.length
	};
}
