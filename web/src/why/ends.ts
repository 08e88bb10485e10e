// SPDX-License-Identifier: Apache-2.0
/** Where packets enter and leave the router: the outer ends of the picture, and the rows of its table. */
import type { Chain, Link, LinkKind, Mode, Path } from '../../../rpcd/api/index.ts';
import type { Passed } from '../lib/load.ts';
import { formatThroughput } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';

export interface End {
	/** One device, or those of a chain that have no carrier. */
	links: Link[];
	side: Chain['side'];
	zone: string | null;
	/** The layer 3 device above it; itself where there is none. */
	head: Link;
	/** What lies between the two, from above to below. */
	between: Link[];
	/** The path that the hooks give to what enters here; null where the router does not know where its packets enter. */
	path: Path | null;
	up: boolean;
	/** Bytes per second both ways; null where nobody knows. */
	rate: number | null;
}

/** The ends of all chains, in their order, those without a carrier last and as one. */
export function endsOf(chains: readonly Chain[], passed: Passed | null): End[] {
	return chains.flatMap((chain) => {
		const ends = endLinks(chain).map((link) => endOf(chain, link, passed));
		const up = ends.filter((end) => end.up);
		const [first, ...others] = ends.filter((end) => !end.up);
		return first ? [...up, { ...first, links: [first, ...others].flatMap(({ links }) => links) }] : up;
	});
}

/** Where nothing is known to enter, what nothing lies below. */
function endLinks({ links }: Chain): Link[] {
	const entered = links.filter(({ enters }) => enters);
	return entered.length > 0
		? entered
		: links.filter(({ device }) => !links.some(({ above }) => above === device));
}

function endOf({ links, side, zone }: Chain, link: Link, passed: Passed | null): End {
	const above = wayUp(links, link);
	const counted = passed?.devices.get(link.device);
	return {
		links: [link],
		side,
		zone,
		head: above.at(-1) ?? link,
		between: above.slice(0, -1).reverse(),
		path: link.enters?.path ?? null,
		up: link.up !== false,
		rate: counted ? counted.received + counted.sent : null
	};
}

/** The links above one, the nearest first. A chain is no longer than its list. */
function wayUp(links: readonly Link[], link: Link): Link[] {
	const way: Link[] = [];
	for (let at = link; way.length < links.length;) {
		const next = links.find(({ device }) => device === at.above);
		if (!next) break;
		way.push(next);
		at = next;
	}
	return way;
}

export const nameOf = ({ links }: End): string => links.map(({ device }) => device).join(', ');

/** Why what enters there is where it is, in a few words. */
export function whyText({ path, up }: End, mode: Mode): string {
	if (!up) return _('no link', 'device');
	switch (path) {
		case 'hardware':
			return _('hardware', 'device');
		case 'software':
			return _('flowtable', 'device');
		case null:
			return _('unknown', 'path');
		case 'cpu':
			return mode === 'off' ? _('CPU', 'device') : _('CPU: not covered', 'device');
	}
}

export const rateText = ({ rate }: End): string => (rate === null ? '' : formatThroughput(rate));

/** The zone, and what the packets pass between it and the wire. */
export function placeText({ zone, head, between }: End): string {
	const place = zone === null ? _('no zone') : zone;
	return between.length === 0
		? `${place} · ${kindName(head.kind)}`
		: fill(_('%s · %s over %s'), place, kindName(head.kind), between.map(({ device }) => device).join(', '));
}

export function kindName(kind: LinkKind): string {
	switch (kind) {
		case 'bridge':
			return _('bridge', 'device');
		case 'vlan':
			return 'VLAN';
		case 'dsa':
			return _('switch port', 'device');
		case 'conduit':
			return _('switch conduit', 'device');
		case 'ethernet':
			return 'Ethernet';
		case 'wlan':
			return 'Wi-Fi';
		case 'ppp':
			return 'PPP';
		case 'tunnel':
			return _('tunnel', 'device');
		case 'modem':
			return _('modem', 'device');
		case 'other':
			return _('device', 'device');
	}
}
