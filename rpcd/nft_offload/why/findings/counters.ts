// SPDX-License-Identifier: Apache-2.0
/** What keeps conntrack from counting: for the whole table, or for what a flowtable takes. */
import type { FindingOf } from '../../../api/index.ts';
import { conntrack_source, is_accounting } from 'nft_offload.base.conntrack.table';
import { read_file } from 'nft_offload.base.files';
import type { Situation } from 'nft_offload.why.situation';

/** Whether firewall4's template has its flowtable count, as since its commit 04a06bd of 2023-03; null where nobody knows. */
function counter_of_firewall4(): boolean | null {
	const template = read_file('/usr/share/firewall4/templates/ruleset.uc', 65536);
	const flowtable = split(template ?? '', 'flowtable ft')[1];
	return flowtable == null ? null : index(split(flowtable, '}\n')[0] ?? '', 'counter;') !== -1;
}

/** That firewall4 of 22.03 lets its own count nothing is its default; without its template nobody knows. */
function find_no_counter(situation: Situation): FindingOf<'no_counter'>[] {
	const effective = situation.evidence.effective;
	const found = slice(effective.foreign_uncounted);
	if (effective.mode !== 'off' && !effective.counter && counter_of_firewall4() === true) {
		push(found, 'inet fw4/ft');
	}
	return length(found) > 0 ? [{ code: 'no_counter', severity: 'notice', flowtables: found }] : [];
}

/** OpenWrt's own /etc/sysctl.d/11-nf-conntrack.conf has it on. */
function find_no_accounting(): FindingOf<'accounting_off'>[] {
	return conntrack_source() !== 'none' && !is_accounting()
		? [{ code: 'accounting_off', severity: 'notice' }]
		: [];
}

export { counter_of_firewall4, find_no_accounting, find_no_counter };
