// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's flowtables, from the text of `nft -a list flowtables`.
 * The JSON form has neither the flags nor the counter (nftables: src/json.c, flowtable_print_json).
 */
import type { Effective } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { is_integer, sorted_set } from 'nft_offload.base.value';

const NFT = '/usr/sbin/nft';

interface Flowtable {
	/** Its family and name, `inet fw4`. */
	table: string;
	name: string;
	devices: string[];
	hardware: boolean;
	counter: boolean;
	/** The kernel's number of it. */
	handle: number | null;
}

/** What a listing says. A table without a flowtable is listed too, with an empty body. */
interface Listing {
	tables: string[];
	flowtables: Flowtable[];
}

/** Without the quotes that nft prints around names since 1.0.8. */
function unquoted(name: string): string {
	return replace(trim(name), '"', '');
}

/** The names of a list. Between quotes a name may hold a comma; nft before 1.0.8 prints none. */
function device_names(list: string): string[] {
	const parts = split(list, '"');
	const names = length(parts) > 1 ? [] : split(replace(replace(list, '{', ''), '}', ''), ',');
	for (let i = 1; i < length(parts); i += 2) {
		push(names, parts[i] ?? '');
	}
	return sorted_set(
		filter(
			map(names, (name) => trim(name)),
			(name) => length(name) > 0
		)
	);
}

/** One line inside a flowtable's body. */
function read_property(flowtable: Flowtable, line: string): void {
	if (index(line, 'devices = ') === 0) {
		flowtable.devices = device_names(substr(line, length('devices = ')));
	} else if (line === 'counter') {
		flowtable.counter = true;
	} else if (index(line, 'flags ') === 0) {
		flowtable.hardware = index(line, 'offload') > 0;
	}
}

/** From the line that begins it: `flowtable NAME { # handle 7`. */
function new_flowtable(table: string, line: string): Flowtable {
	const handle = int(split(line, '# handle ')[1] ?? '');
	return {
		table: table,
		name: unquoted(split(line, ' ')[1] ?? ''),
		devices: [],
		hardware: false,
		counter: false,
		handle: is_integer(handle) ? handle : null
	};
}

/** Parses a listing: `table FAMILY NAME {`, in it `flowtable NAME {`, in that a property a line. */
function parse_listing(text: string): Listing {
	const lines = split(text, '\n');
	const listing: Listing = { tables: [], flowtables: [] };
	let table = '';
	let flowtable: Flowtable | null = null;
	for (let i = 0; i < length(lines); i++) {
		const line = trim(replace(lines[i] ?? '', ';', ''));
		const words = split(line, ' ');
		if (words[0] === 'table') {
			table = `${words[1]} ${unquoted(words[2] ?? '')}`;
			push(listing.tables, table);
		} else if (words[0] === 'flowtable') {
			flowtable = new_flowtable(table, line);
			push(listing.flowtables, flowtable);
		} else if (line === '}') {
			flowtable = null;
		} else if (flowtable != null) {
			read_property(flowtable, line);
		}
	}
	return listing;
}

function nothing_set_up(error: string | null): Effective {
	return {
		mode: 'off',
		loaded: false,
		devices: [],
		counter: false,
		handle: null,
		foreign: [],
		foreign_uncounted: [],
		error: error
	};
}

/** What firewall4's own flowtable, `inet fw4 ft`, does, and which others there are. One without a device does nothing. */
function set_up(listing: Listing): Effective {
	const effective = nothing_set_up(null);
	effective.loaded = index(listing.tables, 'inet fw4') !== -1;
	map(
		filter(listing.flowtables, (each) => length(each.devices) > 0),
		(flowtable) => {
			const name = `${flowtable.table}/${flowtable.name}`;
			if (name === 'inet fw4/ft') {
				effective.mode = flowtable.hardware ? 'hardware' : 'software';
				effective.devices = flowtable.devices;
				effective.counter = flowtable.counter;
				effective.handle = flowtable.handle;
				return;
			}
			push(effective.foreign, name);
			if (!flowtable.counter) {
				push(effective.foreign_uncounted, name);
			}
		}
	);
	return effective;
}

/** Asks the kernel. */
function read_flowtables(): Effective {
	const answer = run(NFT, ['-a', 'list', 'flowtables']);
	return answer.status === 0
		? set_up(parse_listing(answer.output))
		: nothing_set_up(trim(substr(answer.output, 0, 1024)));
}

export { NFT, read_flowtables };
