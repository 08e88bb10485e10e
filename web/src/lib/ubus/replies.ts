// SPDX-License-Identifier: Apache-2.0
/** What each method answers. Only what the page asks first is there at once; the rest comes with the first call that needs it. */
import { firewallLoad, status } from './import.ts';
import type { MethodOf, ObjectName, ReplyOf } from './objects.ts';
import type { Shape } from './shape.ts';

type Replies = { [O in ObjectName]: { [M in MethodOf<O>]: () => Promise<Shape<ReplyOf<O, M>>> } };

const later = () => import('./later.ts');
const change = () => later().then((shapes) => shapes.change);
const comparison = () => later().then((shapes) => shapes.comparison);
const job = () => later().then((shapes) => shapes.job);

export const REPLIES: Replies = {
	'luci-rpc': {
		getHostHints: () => later().then((shapes) => shapes.hostHints),
		getDHCPLeases: () => later().then((shapes) => shapes.leases)
	},
	'luci.nft-offload': {
		get_status: () => Promise.resolve(status),
		load_firewall: () => Promise.resolve(firewallLoad),
		get_flows: () => later().then((shapes) => shapes.flows),
		get_diagnosis: () => later().then((shapes) => shapes.diagnosis),
		explain_flow: () => later().then((shapes) => shapes.explanation),
		get_policy: () => later().then((shapes) => shapes.policy),
		get_report: () => later().then((shapes) => shapes.report),
		relearn_flows: () => later().then((shapes) => shapes.relearning),
		get_package: () => later().then((shapes) => shapes.packageDetails),
		get_job: job,
		install_package: job,
		check_change: () => later().then((shapes) => shapes.changeCheck),
		get_comparison: comparison,
		start_comparison: comparison,
		stop_comparison: comparison,
		get_change: change,
		start_change: change,
		keep_change: change,
		undo_change: change
	}
};
