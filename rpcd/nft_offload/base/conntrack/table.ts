// SPDX-License-Identifier: Apache-2.0
/** The connection tracking table, wherever the router has it. */
import { open } from 'fs';
import type { File } from 'fs';
import type { ConntrackState, Flows } from '../../../api/index.ts';
import { start } from 'nft_offload.base.command';
import { time_for } from 'nft_offload.base.deadline';
import { is_program, is_there, read_line } from 'nft_offload.base.files';
import { number_or } from 'nft_offload.base.value';

const PROC = '/proc/net/nf_conntrack';
const PROGRAM = '/usr/sbin/conntrack';
/** Seconds for its list, which is read while it prints. */
const LIMIT = 15;

function conntrack_source(): ConntrackState['source'] {
	return is_there(PROC) ? 'procfs' : is_program(PROGRAM) ? 'conntrack' : 'none';
}

/** Connections in the table now, and the most it holds. Zero when connection tracking is not loaded. */
function table_size(): { count: number; maximum: number } {
	const netfilter = '/proc/sys/net/netfilter/nf_conntrack';
	return {
		count: number_or(read_line(`${netfilter}_count`), 0),
		maximum: number_or(read_line(`${netfilter}_max`), 0)
	};
}

/** Whether the kernel counts: without it no connection has counters. */
function is_accounting(): boolean {
	return read_line('/proc/sys/net/netfilter/nf_conntrack_acct') === '1';
}

/** Opens a source for reading; null where it is gone. `extended` makes the program print the kernel's own form. */
function open_table(source: Flows['source']): File | null {
	return source === 'procfs' ? open(PROC, 'r') : start(PROGRAM, ['-L', '-o', 'extended'], time_for(LIMIT));
}

export { conntrack_source, is_accounting, open_table, table_size };
