// SPDX-License-Identifier: Apache-2.0
/** What a phase was, of what its readings and its connections say. */
import type { Mode, Passing, Phase } from '../../api/index.ts';
import type { Moved } from 'nft_offload.gain.moved';
import { share_of } from 'nft_offload.gain.reading';

/** Bits a second. */
const HUNDRED_MBIT = 100000000;

/** What was measured of a mode. */
interface Measured {
	mode: Mode;
	/** Whether the connections' counters have what the flowtable takes: that of 22.03 counts nothing. */
	counter: boolean;
	/** Milliseconds. */
	lasted: number;
	passing: Passing;
	moved: Moved;
	/** Microseconds. */
	latency: number | null;
}

/** What uncounted flowtables take is what the devices carried, and no connection counted. */
function moved_of(measured: Measured): Moved {
	const moved = measured.moved;
	const passing = measured.passing;
	const mode = measured.mode;
	if (measured.counter || mode === 'off') {
		return moved;
	}
	const uncounted = max(0, passing.received + passing.sent - moved.cpu - moved.local);
	return {
		received: passing.received,
		sent: passing.sent,
		packets: passing.packets,
		cpu: moved.cpu,
		software: mode === 'software' ? uncounted : moved.software,
		hardware: mode === 'hardware' ? uncounted : moved.hardware,
		local: moved.local,
		ended: moved.ended
	};
}

/**
 * Both the devices and the connections may miss something: the devices what an engine forwards past them, the connections those that
 * are not among the largest. So the larger figure holds, and the devices', which count headers, too, where both are alike.
 */
function phase_of(measured: Measured): Phase {
	const passing = measured.passing;
	const moved = moved_of(measured);
	const by_devices = passing.received + passing.sent;
	const by_connections = moved.received + moved.sent;
	const devices = 10 * by_connections <= 11 * by_devices;
	const bits = devices ? by_devices : by_connections;
	const all = moved.cpu + moved.software + moved.hardware + moved.local;
	return {
		mode: measured.mode,
		lasted: measured.lasted,
		counted_by: devices ? 'devices' : 'connections',
		received: devices ? passing.received : moved.received,
		sent: devices ? passing.sent : moved.sent,
		packets: devices ? passing.packets : moved.packets,
		inside: passing.inside,
		busy: passing.busy,
		cores: passing.cores,
		software: share_of(moved.software, all),
		hardware: share_of(moved.hardware, all),
		local: moved.local,
		cut_off: share_of(moved.ended, all),
		cost: bits > 0 ? int((passing.busy * HUNDRED_MBIT) / bits) : null,
		latency: measured.latency
	};
}

export { phase_of };
export type { Measured };
