// SPDX-License-Identifier: Apache-2.0
/** What the admin wants to see of the connections, and how that is written into the page's address. */
import type { Family, FlowsArguments, FlowsLimit, FlowSort, Path } from '../../../rpcd/api/index.ts';

export interface Query {
	view: View;
	/** Null where any will do. */
	path: Path | null;
	family: Family | null;
	protocol: string | null;
	/** An address that one of the ends has. */
	client: string | null;
	/** Whether the sums by family and protocol are wanted: they cost the router another look at each line. */
	breakdown: boolean;
	/** Part of an address, a port or a state; empty for all. */
	search: string;
	sort: Sort;
	/** Rows on one page. */
	limit: Limit;
	/** Rows before this page. */
	offset: number;
}

/** The router's orders, and by what passes now: that is this page's, of the largest that the router lists. */
export type Sort = FlowSort | 'rate';
export type View = 'connections' | 'clients';
export type Limit = 25 | 50 | 100 | 200;

export const PATHS = ['cpu', 'software', 'hardware'] as const satisfies readonly Path[];
export const FAMILIES = ['ipv4', 'ipv6'] as const satisfies readonly Family[];
export const VIEWS = ['connections', 'clients'] as const satisfies readonly View[];
export const LIMITS = [25, 50, 100, 200] as const satisfies readonly Limit[];
const SORTS = [
	'rate',
	'bytes',
	'packets',
	'original_bytes',
	'reply_bytes',
	'original_packets',
	'reply_packets'
] as const satisfies readonly Sort[];

/** The last row that the router lists, counted in the chosen order. */
export const LAST_ROW = 2000;

/** What the router takes as a text to search for. */
const SEARCH = /^[\x20-\x7e]{0,64}$/;
const PROTOCOL = /^[a-z0-9-]{1,16}$/;

export const EVERYTHING: Query = {
	view: 'connections',
	path: null,
	family: null,
	protocol: null,
	client: null,
	breakdown: false,
	search: '',
	sort: 'rate',
	limit: 50,
	offset: 0
};

/** Leaves nothing out. */
export const NO_FILTER = { path: null, family: null, protocol: null, client: null, search: '' } as const;

/** Whether anything is left out. */
export function isFiltered({ path, family, protocol, client, search }: Query): boolean {
	return (path ?? family ?? protocol ?? client) !== null || search !== '';
}

/** The most rows of one answer: of those the fastest are found. */
const MOST: FlowsLimit['most'] = 200;

/** The largest connections of the whole table, and how many could be offloaded: what the pulse is taken of. */
export const WHOLE = { limit: MOST, sort: 'bytes', breakdown: true } as const satisfies FlowsArguments;

/** Whether its answer has the largest connections of the whole table. */
export function isWhole(query: Query): boolean {
	return query.view === 'connections' && query.sort === 'rate' && !isFiltered(query);
}

/** What the router is asked for. */
export function toArguments(query: Query): FlowsArguments {
	const { view, path, family, protocol, client, breakdown, search, sort, limit, offset } = query;
	const byRate = sort === 'rate';
	return {
		limit: byRate ? MOST : limit,
		sort: byRate ? 'bytes' : sort,
		...(offset > 0 && !byRate && { offset }),
		...(path && { path }),
		...(family && { family }),
		...(protocol && { protocol }),
		...(client && { client }),
		...(search && { search }),
		...(breakdown && { breakdown }),
		...(view === 'clients' && { group: 'client' as const })
	};
}

/** Whether the router can search for it: printable ASCII, 64 characters at most. */
export function isSearch(text: string): boolean {
	return SEARCH.test(text);
}

/** IPv4 in four decimal numbers, or IPv6 in any of its forms. */
export function isAddress(text: string): boolean {
	if (text.includes(':')) return isIPv6(text);
	const parts = text.split('.');
	return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

function isIPv6(text: string): boolean {
	if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return false;
	try {
		return new URL(`http://[${text}]/`).hostname !== '';
	} catch {
		return false;
	}
}

const KEYS = [
	'view',
	'path',
	'family',
	'protocol',
	'client',
	'breakdown',
	'search',
	'sort',
	'limit',
	'offset'
] as const satisfies readonly (keyof Query)[];

/** The part of an address after `#`. Only what is not as usual is written; nothing when all is as usual. */
export function toHash(query: Query): string {
	const words = new URLSearchParams();
	for (const key of KEYS) if (query[key] !== EVERYTHING[key]) words.set(key, String(query[key]));
	return words.toString();
}

/** Reads such a part, with or without `#`. It may come from anybody: what is not understood is as usual. */
export function fromHash(hash: string): Query {
	const words = new URLSearchParams(hash.replace(/^#/, ''));
	const word = (key: keyof Query) => words.get(key) ?? '';
	const limit = LIMITS.find((each) => String(each) === word('limit')) ?? EVERYTHING.limit;
	return {
		view: VIEWS.find((each) => each === word('view')) ?? EVERYTHING.view,
		path: PATHS.find((each) => each === word('path')) ?? null,
		family: FAMILIES.find((each) => each === word('family')) ?? null,
		protocol: PROTOCOL.test(word('protocol')) ? word('protocol') : null,
		client: isAddress(word('client')) ? word('client').toLowerCase() : null,
		breakdown: word('breakdown') === 'true',
		search: isSearch(word('search')) ? word('search') : '',
		sort: SORTS.find((each) => each === word('sort')) ?? EVERYTHING.sort,
		limit,
		offset: wholePage(word('offset'), limit)
	};
}

/** The first row of the page that such a row is on. */
function wholePage(text: string, limit: Limit): number {
	const row = /^\d{1,4}$/.test(text) ? Number(text) : 0;
	return row < LAST_ROW ? row - (row % limit) : 0;
}

/** What is counted, and in which direction, of a way to sort. */
export type Measure = 'bytes' | 'packets';
export type Direction = 'both' | 'original' | 'reply';

const BY: Record<Measure, Record<Direction, FlowSort>> = {
	bytes: { both: 'bytes', original: 'original_bytes', reply: 'reply_bytes' },
	packets: { both: 'packets', original: 'original_packets', reply: 'reply_packets' }
};

export const sortBy = (measure: Measure, direction: Direction): FlowSort => BY[measure][direction];

export const measureOf = (sort: Sort): Measure => (sort.endsWith('packets') ? 'packets' : 'bytes');

export function directionOf(sort: Sort): Direction {
	if (sort.startsWith('original')) return 'original';
	return sort.startsWith('reply') ? 'reply' : 'both';
}
