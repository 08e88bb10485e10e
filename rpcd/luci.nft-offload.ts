#!/usr/bin/ucode
// SPDX-License-Identifier: Apache-2.0
/**
 * The ubus object `luci.nft-offload`: an exec plugin of rpcd, which runs `list` when it starts and `call METHOD`,
 * with the arguments as JSON on standard input, for every call. It prints one JSON object, once and last: what
 * is printed before a program is started could be printed twice.
 */
'use strict';
import type { Arguments, MethodName, Problem } from './api/index.ts';
import type { Reply } from 'nft_offload.base.reply';

/** The file `methods` of a part returns what it exports as REPLY. */
declare function require(module: string): Reply;

/** What pages of 0.1.0 ask, to be told that they are to be loaded anew. */
type Retired = 'get_config' | 'set_mode';

/** For rpcd: each method, with an example of each argument, which gives its type: 64 is one of 64 bits (rpcd: plugin.c). */
const SIGNATURES: Record<Retired, object> & {
	[Name in MethodName]: { [Argument in keyof Arguments<Name>]-?: Arguments<Name>[Argument] };
} = {
	get_status: {},
	get_change: {},
	get_flows: {
		limit: 50,
		offset: 0,
		sort: 'bytes',
		path: 'cpu',
		family: 'ipv4',
		protocol: 'tcp',
		search: '',
		client: '',
		group: 'client',
		breakdown: false
	},
	get_diagnosis: { mode: 'off' },
	explain_flow: {
		family: 'ipv4',
		protocol: 'tcp',
		source: '',
		destination: '',
		source_port: 80,
		destination_port: 80
	},
	get_policy: { policy: [] },
	get_report: { addresses: false },
	relearn_flows: { client: '' },
	get_package: {},
	get_job: { offset: 0 },
	install_package: {},
	load_firewall: {},
	check_change: { mode: 'off', policy: [] },
	start_change: { mode: 'off', policy: [], seconds: 120, trial: false, revision: '' },
	keep_change: { id: 64 },
	undo_change: { id: 64 },
	get_comparison: {},
	start_comparison: { mode: 'off', keep_better: false },
	stop_comparison: { id: 64 },
	get_config: {},
	set_mode: { mode: 'off' }
};

/** The part that answers. Only its file is read: to read all takes longer than most calls. */
const PARTS: Record<
	MethodName,
	'state' | 'flows' | 'change' | 'gain' | 'install' | 'policy' | 'report' | 'why'
> = {
	get_status: 'state',
	get_change: 'change',
	get_flows: 'flows',
	get_diagnosis: 'why',
	explain_flow: 'why',
	get_policy: 'policy',
	get_report: 'report',
	relearn_flows: 'why',
	get_package: 'install',
	get_job: 'install',
	install_package: 'install',
	load_firewall: 'change',
	check_change: 'change',
	start_change: 'change',
	keep_change: 'change',
	undo_change: 'change',
	get_comparison: 'gain',
	start_comparison: 'gain',
	stop_comparison: 'gain'
};

function is_method(name: string | undefined): name is MethodName {
	return name != null && exists(PARTS, name);
}

function answer(): string {
	const method = ARGV[1];
	return ARGV[0] === 'list'
		? sprintf('%J', SIGNATURES)
		: ARGV[0] === 'call' && is_method(method)
			? require(`nft_offload.${PARTS[method]}.methods`)(method)
			: sprintf('%J', { problem: 'unknown_method' } satisfies Problem);
}

print(answer(), '\n');
