// SPDX-License-Identifier: Apache-2.0
/**
 * What libuci makes of the text of /etc/config/firewall: read, and written anew. It is given copies, and never under the name
 * `firewall`: what anybody has staged of that in /tmp/.uci it would add, and commit, wherever the file lies.
 */
import { unlink } from 'fs';
import type { OffloadOption, OffloadOptions } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { DIRECTORY, own_name, write_whole } from 'nft_offload.base.record';
import { INCLUDE, INCLUDE_OPTIONS, is_running_include } from 'nft_offload.state.firewall';

/** Where libuci would stage changes of a copy. */
const STAGING = `${DIRECTORY}/staged`;

/** Bytes. libuci writes a file longer than it was: with blanks, and quotes around everything. */
const WRITTEN_LIMIT = 1048576;

/** A copy as libuci has read it. */
interface Copy {
	cursor: UciCursor;
	/** The package that it is to libuci. */
	name: string;
	path: string;
}

/** Hands a copy of the text over, and takes it away afterwards. Null where libuci refuses the text, or memory is full. */
function with_copy<T>(text: string, use: (copy: Copy) => T): T | null {
	const name = own_name('copy');
	const path = `${DIRECTORY}/${name}`;
	const cursor = write_whole(path, text) ? require('uci').cursor(DIRECTORY, STAGING) : null;
	const result =
		cursor != null && cursor.load(name) === true ? use({ cursor: cursor, name: name, path: path }) : null;
	unlink(path);
	unlink(`${STAGING}/${name}`);
	return result;
}

function sections_of(copy: Copy): UciSection[] {
	const sections: UciSection[] = [];
	copy.cursor.foreach(copy.name, null, (section) => {
		push(sections, section);
		return true;
	});
	return sections;
}

/** All that the text says, in its order. Null where libuci refuses the text, or memory is full. */
function read_sections(text: string): UciSection[] | null {
	return with_copy(text, sections_of);
}

/** The first section of type `defaults`, which is the one that firewall4 takes. */
function first_defaults(sections: UciSection[]): UciSection | null {
	return filter(sections, (section) => section['.type'] === 'defaults')[0] ?? null;
}

/** Has the include of ours be there, or not. */
function assign_include(copy: Copy, wanted: boolean): void {
	const cursor = copy.cursor;
	if (wanted === length(filter(sections_of(copy), is_running_include)) > 0) {
		return;
	}
	if (wanted) {
		cursor.set(copy.name, INCLUDE, 'include');
		map(INCLUDE_OPTIONS, (option) => cursor.set(copy.name, INCLUDE, option.name, option.value));
		cursor.delete(copy.name, INCLUDE, 'enabled');
	} else {
		cursor.delete(copy.name, INCLUDE);
	}
}

/** The text as libuci writes it with the two options and the include as wanted, all comments lost. Null where it cannot. */
function rewrite(text: string, wanted: OffloadOptions): string | null {
	return with_copy(text, (copy) => {
		const cursor = copy.cursor;
		const section = first_defaults(sections_of(copy));
		if (section == null) {
			return null;
		}
		const assign = (option: OffloadOption): void => {
			const value = wanted[option];
			if (value != null) {
				cursor.set(copy.name, section['.name'], option, value);
			} else if (section[option] != null) {
				cursor.delete(copy.name, section['.name'], option);
			}
		};
		assign('flow_offloading');
		assign('flow_offloading_hw');
		assign_include(copy, wanted.include === true);
		return cursor.commit() === true ? read_file(copy.path, WRITTEN_LIMIT) : null;
	});
}

export { first_defaults, read_sections, rewrite };
