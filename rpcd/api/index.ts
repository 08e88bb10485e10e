// SPDX-License-Identifier: Apache-2.0
/**
 * The contract of the ubus object `luci.nft-offload`: types only, imported by the plugin and by the browser.
 *
 * Every reply is either what is documented here or a {@link Problem}. Numbers are whole and finite, since rpcd
 * prints fractions with six digits and non-finite numbers as invalid JSON; those above 2^53 lose precision in
 * the browser (9 PB: no counter gets there). A reply never exceeds 128 KiB (`check_change`: 184 KiB): one
 * over 1 MiB takes every rpcd object off the bus.
 */

import type {
	Change,
	ChangeArguments,
	ChangeCheck,
	CheckChangeArguments,
	FirewallLoad,
	StartChangeArguments
} from './change.ts';
import type { Flows, FlowsArguments } from './flows.ts';
import type { Comparison, ComparisonArguments, StartComparisonArguments } from './gain.ts';
import type { Job, JobArguments, PackageDetails } from './install.ts';
import type { Policy, PolicyArguments } from './policy.ts';
import type { Problem } from './problems.ts';
import type { Report, ReportArguments } from './report.ts';
import type { Status } from './state.ts';
import type {
	Diagnosis,
	DiagnosisArguments,
	ExplainFlowArguments,
	FlowExplanation,
	RelearnArguments,
	Relearning
} from './why.ts';

export type * from './change.ts';
export type * from './flows.ts';
export type * from './gain.ts';
export type * from './install.ts';
export type * from './path.ts';
export type * from './policy.ts';
export type * from './problems.ts';
export type * from './report.ts';
export type * from './state.ts';
export type * from './why.ts';

/** Methods by name: what they take, what they answer, and which half of the ACL file grants them. */
export interface Methods {
	/** The state of the fast path: what is asked for, what is in effect, and why they differ. */
	get_status: { arguments: NoArguments; reply: Status; access: 'read' };
	/** The change of the mode that runs or ended last. */
	get_change: { arguments: NoArguments; reply: Change; access: 'read' };
	/** Totals of the connection tracking table and one page of its connections. */
	get_flows: { arguments: FlowsArguments; reply: Flows; access: 'read' };
	/** What carries the packets, what holds them back, and what it costs. */
	get_diagnosis: { arguments: DiagnosisArguments; reply: Diagnosis; access: 'read' };
	/** Why a connection is on its path. */
	explain_flow: { arguments: ExplainFlowArguments; reply: FlowExplanation; access: 'read' };
	/** Which connections stay on the CPU by choice, or would by other rules. */
	get_policy: { arguments: PolicyArguments; reply: Policy; access: 'read' };
	/** All that a bug tracker wants to know, as text. */
	get_report: { arguments: ReportArguments; reply: Report; access: 'read' };
	/** The packages that flow offloading needs, and whether they fit the running kernel. */
	get_package: { arguments: NoArguments; reply: PackageDetails; access: 'read' };
	/** The installation that runs or ran last, with its log from an offset on. */
	get_job: { arguments: JobArguments; reply: Job; access: 'read' };
	/** Starts the installation of the packages and answers at once. */
	install_package: { arguments: NoArguments; reply: Job; access: 'write' };
	/** Loads the firewall anew from its file, in one transaction: nothing is unfiltered meanwhile. */
	load_firewall: { arguments: NoArguments; reply: FirewallLoad; access: 'write' };
	/** Has the flowtable learn connections anew, by a reload of the firewall. */
	relearn_flows: { arguments: RelearnArguments; reply: Relearning; access: 'write' };
	/** What a change of the mode would do, and what stands in its way. Changes nothing, but may ask the drivers. */
	check_change: { arguments: CheckChangeArguments; reply: ChangeCheck; access: 'write' };
	/** Starts a change of the mode, checked anew, and answers at once: the router carries it out and goes back by itself. */
	start_change: { arguments: StartChangeArguments; reply: Change; access: 'write' };
	/** The comparison of two modes that runs, or ended last since the boot. */
	get_comparison: { arguments: NoArguments; reply: Comparison; access: 'read' };
	/** Compares another mode with the one that is set up, under the traffic that passes, and answers at once. */
	start_comparison: { arguments: StartComparisonArguments; reply: Comparison; access: 'write' };
	/** Stops the comparison: the router goes back to its mode of before. */
	stop_comparison: { arguments: ComparisonArguments; reply: Comparison; access: 'write' };
	/** Keeps the change under way. One that is kept already stays so. */
	keep_change: { arguments: ChangeArguments; reply: Change; access: 'write' };
	/** Takes the change under way back. */
	undo_change: { arguments: ChangeArguments; reply: Change; access: 'write' };
}

export type MethodName = keyof Methods;
export type Arguments<M extends MethodName> = Methods[M]['arguments'];
export type Reply<M extends MethodName> = Methods[M]['reply'] | Problem;

export interface NoArguments {}
