// SPDX-License-Identifier: Apache-2.0
/** A change of the mode: checked, started, watched, and kept or taken back. The router carries it out and decides its end. */
import type { Mode } from './path.ts';
import type { PolicyForce, PolicyRule } from './policy.ts';
import type { Verdict } from './state.ts';

/** The options by which firewall4 is asked to offload. */
export type OffloadOption = 'flow_offloading' | 'flow_offloading_hw';

/**
 * The two options of the first `defaults` section; null where the option is absent. As text for people: printable ASCII, at most
 * 64 characters, and a list as `[one two]`. What firewall4 takes is the same in the file.
 */
export interface OffloadOptions {
	flow_offloading: string | null;
	flow_offloading_hw: string | null;
	/** There where the file has the include that carries a policy out, as it has while a rule of the policy is enabled. */
	include?: true;
}

/** Bytes of /etc/config/firewall in base64: it may hold what JSON cannot. */
export interface ConfigText {
	base64: string;
	/** How many bytes. */
	size: number;
}

// --- check_change

export interface CheckChangeArguments {
	mode: Mode;
	/** The policy that is to be with it. When absent, the policy stays as it is. */
	policy?: PolicyRule[];
}

/** What a change would do. Nothing was changed to find out. */
export interface ChangeCheck {
	mode: Mode;
	/** The mode that the router goes back to. */
	previous: Mode;
	/** The two options as they will be, and as they are. */
	options: OffloadOptions;
	previous_options: OffloadOptions;
	/** There where the policy changes, too. */
	policy?: PolicyChange;
	/** What the router goes back to where firewall4 refuses what is there, and would load nothing of it: Off. Null where it does not. */
	way_back: OffloadOptions | null;
	/** The committed file, at most 128 KiB; of a file that is rewritten, 64 KiB. */
	config: ConfigText;
	edit: ConfigEdit;
	/** What tells this file from another: start_change refuses where it is another one meanwhile. */
	revision: string;
	/** Devices that the flowtable will hook. Empty where firewall4's memory of its zones is lost. */
	devices: string[];
	/** Hardware alone: devices of which nobody knows whether they have a flow engine. */
	unknown_engines: string[];
	/** The firewall is not loaded, as one that an admin has stopped: the change loads it, and it stays so. */
	starts_firewall: boolean;
	/** Whether what is written now is there after a reboot. Where not, a reboot takes any change back. */
	persistent: boolean;
}

/** How many rules of the policy are enabled then, and until now: null where nobody understands those. */
export interface PolicyChange {
	rules: number;
	previous_rules: number | null;
}

export type ConfigEdit =
	/** Only the two options' lines change, every other byte stays. In the order of the file; none where nothing changes. */
	| { kind: 'in_place'; splices: Splice[] }
	/** The two options are written in a way that cannot be edited: libuci writes the file anew, and comments are lost. */
	| { kind: 'rewritten'; config: ConfigText };

/** In the place of so many bytes of the old file, from an offset on, these characters of ASCII. */
export interface Splice {
	at: number;
	length: number;
	text: string;
}

// --- start_change

export interface StartChangeArguments {
	mode: Mode;
	/** As of check_change. */
	policy?: PolicyRule[];
	/** Seconds until the router goes back by itself, from the start on: 5 to 86,400; 120 when absent. */
	seconds?: number;
	/** To live with the change until its end: a page that watches keeps it only when an admin says so. */
	trial?: boolean;
	/** The file that was reviewed. When absent, whichever is there. */
	revision?: string;
}

// --- get_change, keep_change, undo_change

export interface ChangeArguments {
	/** The change that is meant. */
	id: number;
}

export interface ChangeReport {
	id: number;
	mode: Mode;
	/** The mode that the router goes back to. */
	previous: Mode;
	options: OffloadOptions;
	previous_options: OffloadOptions;
	/** There where the policy changes, too. */
	policy?: PolicyChange;
	/** Where firewall4 refused those: what the router goes back to instead. */
	way_back: OffloadOptions | null;
	by: ChangeAuthor;
	trial: boolean;
	/** Seconds that it was given. */
	seconds: number;
}

/** Who it was: rpcd's name of a user; null for somebody on the router itself. Never a session. */
export type ChangeAuthor = string | null;

/** The change that runs, or the one that ended last since the boot. */
export type Change =
	| { state: 'none' }
	/** The file is about to be written. */
	| { state: 'starting'; report: ChangeReport; seconds_left: number }
	/** The file is written, and firewall4 is to load it. */
	| { state: 'loading'; report: ChangeReport; seconds_left: number }
	/** The mode is set up: does it carry packets? It is kept or taken back until the time is over. */
	| { state: 'proving'; report: ChangeReport; seconds_left: number; proof: Proof }
	/** The router goes back. */
	| { state: 'reverting'; report: ChangeReport; reason: RevertReason; waits_for: RevertObstacle }
	| { state: 'ended'; report: ChangeReport; outcome: ChangeOutcome }
	/**
	 * The router restarted in the middle of a change of which nobody can read any more what was there before. `mode`: what
	 * /etc/config/firewall asks for now; null where nobody can read that, or firewall4 refuses it.
	 */
	| { state: 'lost'; id: number; mode: Mode | null };

/**
 * What was seen of the mode, in the life of one flowtable: a reload of the firewall begins it anew. For the fast paths: connections
 * of that path whose packets go both ways. For `off`: connections that are forwarded, none of them offloaded.
 */
export interface Proof {
	/** What is lacking; null when the proof is complete. */
	lacks: ProofLack | null;
	/** Looks at which a connection had moved both ways, and how many are needed. */
	looks: number;
	needed: number;
	/** Connections seen on the path, or where the policy keeps them if the mode stays; and those seen elsewhere. */
	connections: number;
	others: number;
}

export type ProofLack =
	/** No forwarded connection was seen on the path. */
	| 'connections'
	/** There are some, and nobody has seen their packets go both ways often enough. */
	| 'movement'
	/** The kernel counts no packets (accounting is off): nobody can see them move. */
	| 'counters'
	/** Connections that the policy keeps on the CPU are offloaded. */
	| 'policy';

/** What stands in the way of going back; null where nothing does. */
export type RevertObstacle =
	| null
	/** firewall4 has not loaded the old mode yet. */
	| { code: 'firewall' }
	/** Somebody's apply waits at rpcd, whose rollback could bring the change back. */
	| { code: 'apply' }
	/** The file cannot be written. */
	| { code: 'file'; reason: string };

export type RevertReason =
	/** Somebody asked for it. */
	| { code: 'asked'; by: ChangeAuthor }
	/** Nobody has kept it in time; of a trial: it is over. */
	| { code: 'time_over' }
	/** firewall4 did not bring the mode; with what the evidence says instead. */
	| { code: 'not_in_effect'; verdict: Verdict }
	/** The mode is set up, and the policy is not in force. */
	| { code: 'policy_not_in_force'; force: PolicyForce }
	/** The router was restarted meanwhile. */
	| { code: 'restarted' }
	/** The service was stopped: the package is removed or upgraded, or the firmware is. */
	| { code: 'stopped' };

export type ChangeOutcome =
	/** `proved`: packets were seen to take the path, both ways. */
	| { code: 'kept'; by: ChangeAuthor; proved: boolean }
	/** `loaded`: the old mode is set up again, as far as the firewall runs. */
	| { code: 'reverted'; reason: RevertReason; loaded: boolean }
	/** Somebody has set the two options, or the policy, otherwise meanwhile. They were left as they are. */
	| { code: 'superseded'; options: OffloadOptions }
	/** The file was not written, and is as it was. */
	| { code: 'not_written'; reason: string };

// --- load_firewall

/** How a load of the firewall ended. */
export interface FirewallLoad {
	/** `fw4 reload`, or `fw4 start` where firewall4 has forgotten that it is loaded. */
	action: 'reload' | 'start';
	/** The exit status of fw4: 0 also where nft has refused the ruleset. */
	status: number;
	/** The first line of its complaint; empty where it has none. */
	reason: string;
}
