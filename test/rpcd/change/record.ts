// SPDX-License-Identifier: Apache-2.0
/** The record of a change as a guard writes it down, and what it is told as. */
import type { Change, ChangeReport } from '../../../rpcd/api/index.ts';
import type { Files } from '../case.ts';

export const CHANGE = '/var/run/nft-offload/change.json';

export const REPORT: ChangeReport = {
	id: 1234,
	mode: 'software',
	previous: 'off',
	options: { flow_offloading: '1', flow_offloading_hw: null },
	previous_options: { flow_offloading: null, flow_offloading_hw: null },
	way_back: null,
	by: 'root',
	trial: false,
	seconds: 120
};

export const WATCH = {
	handle: 652,
	looked_ms: 0,
	known: {},
	proof: { lacks: 'movement', looks: 1, needed: 3, connections: 7, others: 2 }
} as const;

/** A change that proves, and what is otherwise. The guard that wrote it down is process 42. */
export function change(more: object): Files {
	return {
		[CHANGE]: JSON.stringify({
			...REPORT,
			pid: '42',
			born: '4711',
			phase: 'proving',
			deadline: 1106,
			since: 1080,
			was: { mode: 'off', loaded: true },
			handle: null,
			loaded: false,
			restored: false,
			watch: WATCH,
			reason: { code: 'time_over' },
			obstacle: null,
			outcome: null,
			...more
		})
	};
}

/** It, while it proves. */
export const PROVING: Change = { state: 'proving', report: REPORT, seconds_left: 20, proof: WATCH.proof };

/** A process that was started so many ticks after the boot. */
export const processOf = (ticks: number): string =>
	`42 (ucode) S ${Array.from({ length: 18 }, () => '1').join(' ')} ${ticks.toString()} 0\n`;
