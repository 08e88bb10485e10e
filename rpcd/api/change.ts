// SPDX-License-Identifier: Apache-2.0
/** get_config and set_mode: the firewall's file, and a change of the mode. */
import type { Mode } from './path.ts';

export interface ConfigText {
	/** The file's bytes in base64: it may hold what JSON cannot. At most 128 KiB of them. */
	base64: string;
	/** Bytes of the file. */
	size: number;
}

export interface SetModeArguments {
	mode: Mode;
}

export interface StagedMode {
	/** What is now staged, read back from rpcd. */
	mode: Mode;
	/** What the session had before (its own staged choice, or the file's): what to stage again to undo. */
	previous: Mode;
	/** The section that holds the options, as rpcd names it: "cfg01e63d". */
	section: string;
	/** The two options as they are staged, null when absent: what the file must hold after an apply. */
	options: OffloadOptions;
	/** The same two options before. */
	previous_options: OffloadOptions;
	/** Devices that the flowtable will hook, as the checks found them. Empty where firewall4's memory of its zones is lost. */
	devices: string[];
	/** Hardware alone: devices of which nobody knows whether they have a flow engine. */
	unknown_engines: string[];
}

/** How a load of the firewall ended. */
export interface FirewallLoad {
	/** `fw4 reload`, or `fw4 start` where firewall4 has forgotten that it is loaded. */
	action: 'reload' | 'start';
	/** The exit status of fw4: 0 also where nft has refused the ruleset. */
	status: number;
	/** The first line of its complaint; empty where it has none. */
	reason: string;
}

export interface OffloadOptions {
	flow_offloading: string | null;
	flow_offloading_hw: string | null;
}
