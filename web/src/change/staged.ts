// SPDX-License-Identifier: Apache-2.0
import type { UciChange } from '../lib/ubus/index.ts';
import type { StagedChanges, StagedElsewhere } from './state.ts';

/** The options of the firewall's `defaults` that a mode consists of. */
export const OPTIONS = ['flow_offloading', 'flow_offloading_hw'] as const;

/**
 * What a session has staged besides the two options of flow offloading, which a change of the mode overwrites
 * (a rollback by timeout leaves them staged). `section`: the firewall's `defaults`, as rpcd names it.
 */
export function elsewhere(changes: StagedChanges, section: string): StagedElsewhere[] {
	return Object.entries(changes)
		.map(([config, all]) => ({ config, changes: all.filter((change) => !isOurs(config, section, change)) }))
		.filter(({ changes: others }) => others.length > 0);
}

/** A change is its command, section, option and value: ["set", "cfg01e63d", "flow_offloading", "1"]. */
function isOurs(config: string, section: string, change: UciChange): boolean {
	const [, changed, option] = change;
	return config === 'firewall' && changed === section && OPTIONS.some((each) => each === option);
}

/** Whether two staging areas hold the same, in the same order. */
export function sameChanges(one: StagedChanges, other: StagedChanges): boolean {
	return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

const sorted = (changes: StagedChanges) => Object.entries(changes).sort(([a], [b]) => (a < b ? -1 : 1));
