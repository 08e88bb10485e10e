// SPDX-License-Identifier: Apache-2.0
/** What a method answers instead of its reply. */

/** Every problem the plugin can answer with, and what each one tells besides its code. */
export interface Problems {
	/** Standard input is not one JSON object. rpcd cuts it off at 65,536 bytes. */
	bad_request: { reason: string };
	unknown_method: {};
	unknown_argument: { argument: string };
	invalid_argument: { argument: string; expected: string };
	/** /etc/config/firewall is for fw3, or there is no firewall at all. */
	no_firewall4: {};
	/** libuci refuses /etc/config/firewall; nothing can be staged before an admin mends it. */
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
	/** rpcd refuses the caller's session: it is gone, or has no write access to the firewall. */
	not_permitted: {};
	/** An apply waits for its confirmation, of this session or another's; nothing can be staged safely before it ends. */
	apply_pending: {};
	/** rpcd could not stage what was meant. What it did stage has been put back, as far as it allows. */
	stage_failed: { reason: string };
	/** Neither /proc/net/nf_conntrack nor the conntrack program: no list of connections. */
	no_conntrack: { install: 'conntrack' };
	/** A program of the router was ended, or not even started, since it took too long. Nothing was staged. */
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
