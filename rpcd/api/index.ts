// SPDX-License-Identifier: Apache-2.0
/**
 * The contract of the ubus object `luci.nft-offload`: types only, imported by the plugin and by the browser.
 *
 * Every reply is either what is documented here or a {@link Problem}. Numbers are whole and finite, since rpcd
 * prints fractions with six digits and non-finite numbers as invalid JSON; those above 2^53 lose precision in
 * the browser (9 PB: no counter gets there). A reply never exceeds 128 KiB (`get_config`: 176 KiB): one
 * over 1 MiB takes every rpcd object off the bus.
 */

import type { ConfigText, FirewallLoad, SetModeArguments, StagedMode } from './change.ts';
import type { Flows, FlowsArguments } from './flows.ts';
import type { Job, JobArguments, PackageDetails } from './install.ts';
import type { Problem } from './problems.ts';
import type { Status } from './state.ts';

export type * from './change.ts';
export type * from './flows.ts';
export type * from './install.ts';
export type * from './path.ts';
export type * from './problems.ts';
export type * from './state.ts';

/** Methods by name: what they take, what they answer, and which half of the ACL file grants them. */
export interface Methods {
	/** The state of the fast path: what is asked for, what is in effect, and why they differ. */
	get_status: { arguments: NoArguments; reply: Status; access: 'read' };
	/** The text of /etc/config/firewall, byte for byte. */
	get_config: { arguments: NoArguments; reply: ConfigText; access: 'read' };
	/** Totals of the connection tracking table and one page of its connections. */
	get_flows: { arguments: FlowsArguments; reply: Flows; access: 'read' };
	/** The packages that flow offloading needs, and whether they fit the running kernel. */
	get_package: { arguments: NoArguments; reply: PackageDetails; access: 'read' };
	/** The installation that runs or ran last, with its log from an offset on. */
	get_job: { arguments: JobArguments; reply: Job; access: 'read' };
	/** Starts the installation of the packages and answers at once. */
	install_package: { arguments: NoArguments; reply: Job; access: 'write' };
	/** Loads the firewall anew from its file, in one transaction: nothing is unfiltered meanwhile. */
	load_firewall: { arguments: NoArguments; reply: FirewallLoad; access: 'write' };
	/** Checks that a mode would work and stages it in the caller's session. Applies nothing. */
	set_mode: { arguments: SetModeArguments; reply: StagedMode; access: 'write' };
}

export type MethodName = keyof Methods;
export type Arguments<M extends MethodName> = Methods[M]['arguments'];
export type Reply<M extends MethodName> = Methods[M]['reply'] | Problem;

export interface NoArguments {}
