// SPDX-License-Identifier: Apache-2.0
/**
 * Connections that somebody saw marked, and the next look did not: they have ended, or the flowtable has dropped them. The kernel
 * tells nothing of that. Kept by the handle of their flowtable, the last ones alone.
 */
import { read_record, write_record } from 'nft_offload.base.record';
import { is_integer, is_object } from 'nft_offload.base.value';

const ONCE_RECORD = 'once.json';
/** At most so many: a record has 64 KiB, and a key 160 bytes. */
const REMEMBERED = 256;

/** When each was last seen marked, in milliseconds since the boot. */
function remembered(handle: number | null): Record<string, number> {
	const record = read_record(ONCE_RECORD);
	const marked = record == null || record['handle'] !== handle ? null : record['marked'];
	const found: Record<string, number> = {};
	map(is_object(marked) ? keys(marked) : [], (key) => {
		const at_ms = is_object(marked) ? marked[key] : null;
		if (is_integer(at_ms)) {
			found[key] = at_ms;
		}
	});
	return found;
}

/** Keeps that these were marked at that moment. */
function remember_marked(handle: number | null, marked: string[], at_ms: number): void {
	if (handle == null || length(marked) === 0) {
		return;
	}
	const before = remembered(handle);
	const again: Record<string, true> = {};
	map(marked, (key) => {
		again[key] = true;
	});
	const order = filter(keys(before), (key) => !exists(again, key));
	map(keys(again), (key) => push(order, key));
	const kept: Record<string, number> = {};
	map(slice(order, max(0, length(order) - REMEMBERED)), (key) => {
		kept[key] = exists(again, key) ? at_ms : (before[key] ?? at_ms);
	});
	write_record(ONCE_RECORD, { handle: handle, marked: kept });
}

/** When a connection was last seen marked with this flowtable; null where nobody has seen it. */
function last_marked(handle: number | null, key: string): number | null {
	return remembered(handle)[key] ?? null;
}

export { last_marked, remember_marked };
