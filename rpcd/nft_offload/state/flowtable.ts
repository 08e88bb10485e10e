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

/** What is in effect, and whether firewall4's table is loaded at all. */
interface InEffect {
	effective: Effective;
	loaded: boolean;
}

/** Without the quotes that nft prints around names since 1.0.8. */
function unquoted(name: string): string {
	return replace(trim(name), '"', '');
}

function device_names(list: string): string[] {
	const names = split(replace(replace(list, '{', ''), '}', ''), ',');
	return sorted_set(filter(map(names, unquoted), (name) => length(name) > 0));
}

/** One line inside a flowtable's body. */
function read_property(flowtable: Flowtable, line: string): void {
	const assignment = split(line, '=');
	if (trim(assignment[0] ?? '') === 'devices') {
		flowtable.devices = device_names(assignment[1] ?? '');
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

function nothing_in_effect(error: string | null): Effective {
	return { mode: 'off', devices: [], counter: false, handle: null, foreign: [], error: error };
}

/** What firewall4's own flowtable, `inet fw4 ft`, does. One without a device does nothing. */
function in_effect(listing: Listing): InEffect {
	const effective = nothing_in_effect(null);
	for (let i = 0; i < length(listing.flowtables); i++) {
		const flowtable = listing.flowtables[i];
		if (flowtable == null) {
			continue;
		}
		if (flowtable.table !== 'inet fw4' || flowtable.name !== 'ft') {
			push(effective.foreign, `${flowtable.table}/${flowtable.name}`);
		} else if (length(flowtable.devices) > 0) {
			effective.mode = flowtable.hardware ? 'hardware' : 'software';
			effective.devices = flowtable.devices;
			effective.counter = flowtable.counter;
			effective.handle = flowtable.handle;
		}
	}
	return { effective: effective, loaded: index(listing.tables, 'inet fw4') !== -1 };
}

/** Asks the kernel. */
function read_flowtables(): InEffect {
	const answer = run(NFT, ['-a', 'list', 'flowtables']);
	if (answer.status === 0) {
		return in_effect(parse_listing(answer.output));
	}
	return { effective: nothing_in_effect(trim(substr(answer.output, 0, 1024))), loaded: false };
}

export { NFT, parse_listing, in_effect, read_flowtables };
export type { Flowtable, InEffect, Listing };
