// SPDX-License-Identifier: Apache-2.0
/** What a method answers instead of its reply. */

import type { ChangeAuthor } from './change.ts';

/** Every problem the plugin can answer with, and what each one tells besides its code. */
export interface Problems {
	/** Standard input is not one JSON object. rpcd cuts it off at 65,536 bytes. */
	bad_request: { reason: string };
	unknown_method: {};
	unknown_argument: { argument: string };
	invalid_argument: { argument: string; expected: string };
	/** /etc/config/firewall is for fw3, or there is no firewall at all. */
	no_firewall4: {};
	/** libuci refuses /etc/config/firewall; nothing can be changed before an admin mends it. */
	config_unreadable: { reason: string; line: number };
	/** The file is absent or larger than 128 KiB. */
	config_unavailable: { reason: string };
	/** No `config defaults` section to hold the options. */
	no_defaults: {};
	module_missing: { loadable: boolean };
	/** firewall4 is not loaded, so nobody knows which devices it would hook. */
	firewall_stopped: {};
	no_devices: {};
	/** These devices' drivers refuse a flowtable with `flags offload`. */
	hardware_refused: { devices: string[] };
	/** None of these devices has a flow engine. The kernel would take `flags offload` all the same (OpenWrt's patch 701). */
	no_engine: { devices: string[] };
	/** A driver is busy: it lets one flowtable bind and no second one beside it, which each reload of firewall4 tries. */
	hardware_busy: { devices: string[] };
	/** nft refuses a plain flowtable over these devices; `reason` is its own word. */
	flowtable_refused: { devices: string[]; reason: string };
	/** Less room on the flash than a commit needs: it would report success and leave an empty file. */
	flash_full: { free_kib: number; needed_kib: number };
	/** An apply waits for its confirmation, of this session or another's; nothing is changed before it ends. */
	apply_pending: {};
	/** The two options are written in a way that neither we nor libuci can change. */
	edit_failed: { reason: string };
	/** A rule of a policy, by its place from 1 on, says what no rule can: see PolicyFault. */
	policy_refused: { rule: number; name: string; option: string; expected: string };
	/** nft would refuse the rules of a policy; `reason` is its own word. */
	policy_rules_refused: { reason: string };
	/** Another file than the one that was reviewed. */
	config_changed: {};
	/** A change of the mode is under way, and whose. */
	change_running: { by: ChangeAuthor };
	/** The change is not the one under way, or none is. */
	no_change: {};
	/** The mode is not set up yet: there is nothing to keep. */
	not_set_up: {};
	/** Who would take the change back, at its end or after a restart, is not there. */
	not_guarded: { reason: string };
	/** The change did not start. Nothing was written. */
	change_not_started: { reason: string };
	/** A comparison runs, and whose. */
	comparison_running: { by: ChangeAuthor };
	/** The comparison is not the one that runs or ended last. */
	no_comparison: {};
	/** Neither /proc/net/nf_conntrack nor the conntrack program: no list of connections. */
	no_conntrack: { install: 'conntrack' };
	/** A program of the router was ended, or not even started, since it took too long. Nothing was changed. */
	no_answer: { program: string };
	/** An installation runs already. */
	job_running: {};
	job_not_started: { reason: string };
	/** A fault of the plugin. */
	internal: { reason: string };
}

export type ProblemCode = keyof Problems;
export type ProblemOf<C extends ProblemCode> = { problem: C } & Problems[C];
export type Problem = { [C in ProblemCode]: ProblemOf<C> }[ProblemCode];
