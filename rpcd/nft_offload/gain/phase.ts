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
	clock: number;
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
 * Whether the devices tell what passed. Both they and the connections may miss something: they what an engine forwards past them, the
 * connections those that are not among the largest. So the larger figure holds, and the devices', which count headers, too, where
 * both are alike.
 */
function is_by_devices(passing: Passing, moved: Moved): boolean {
	return 10 * (moved.received + moved.sent) <= 11 * (passing.received + passing.sent);
}

/** What passed, by whichever tells. */
function passed_by(passing: Passing, moved: Moved): Passing {
	const counts = is_by_devices(passing, moved) ? passing : moved;
	return {
		received: counts.received,
		sent: counts.sent,
		packets: counts.packets,
		inside: passing.inside,
		busy: passing.busy,
		programs: passing.programs,
		cores: passing.cores
	};
}

function phase_of(measured: Measured): Phase {
	const moved = moved_of(measured);
	const passed = passed_by(measured.passing, moved);
	const bits = passed.received + passed.sent;
	const seen = moved.cpu + moved.software + moved.hardware;
	const forwarded = moved.received + moved.sent;
	const all = seen + moved.local;
	return {
		mode: measured.mode,
		lasted: measured.lasted,
		clock: measured.clock,
		counted_by: is_by_devices(measured.passing, moved) ? 'devices' : 'connections',
		received: passed.received,
		sent: passed.sent,
		packets: passed.packets,
		inside: passed.inside,
		busy: passed.busy,
		programs: passed.programs,
		cores: passed.cores,
		software: share_of(moved.software, all),
		hardware: share_of(moved.hardware, all),
		local: moved.local,
		unseen: share_of(forwarded - seen, forwarded),
		cut_off: share_of(moved.ended, all),
		cost: bits > 0 ? int((passed.busy * HUNDRED_MBIT) / bits) : null,
		latency: measured.latency
	};
}

export { is_by_devices, passed_by, phase_of };
export type { Measured };
