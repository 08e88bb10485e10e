// SPDX-License-Identifier: Apache-2.0
/** What the last look at the whole table saw on the fast paths, left in memory for the looks that follow within half a minute. */
import type { Total } from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { is_accounting } from 'nft_offload.base.conntrack.table';
import type { Offloaded } from 'nft_offload.base.conntrack.counters';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_integer, is_object } from 'nft_offload.base.value';

const WHOLE_RECORD = 'whole.json';
/** Milliseconds. */
const FRESH = 30000;

/** The connections of a path through which packets go, and their bytes. */
interface Moving {
	connections: number;
	bytes: number;
}

/** Leaves what moves in a table that was read to its end. Where nothing is counted nobody knows what moves, and nothing is left. */
function leave_whole_look(moving: Record<Offloaded, Total>): void {
	if (is_accounting()) {
		write_record(WHOLE_RECORD, { at_ms: now_ms(), software: moving.software, hardware: moving.hardware });
	}
}

function moving_of(value: unknown): Moving | null {
	const flows = is_object(value) ? value['flows'] : null;
	const bytes = is_object(value) ? value['bytes'] : null;
	return is_integer(flows) && is_integer(bytes) ? { connections: flows, bytes: bytes } : null;
}

/** What was left after a moment, if it is not too old: both in milliseconds. */
function whole_look_since(since_ms: number, at_ms: number): Record<Offloaded, Moving> | null {
	const record = read_record(WHOLE_RECORD);
	const left = record == null ? null : record['at_ms'];
	const software = moving_of(record == null ? null : record['software']);
	const hardware = moving_of(record == null ? null : record['hardware']);
	const fits = is_integer(left) && left >= since_ms && left <= at_ms && at_ms - left <= FRESH;
	return fits && software != null && hardware != null ? { software: software, hardware: hardware } : null;
}

export { leave_whole_look, whole_look_since };
export type { Moving };
