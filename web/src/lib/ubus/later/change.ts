// SPDX-License-Identifier: Apache-2.0
import type {
	Change,
	ChangeCheck,
	ChangeOutcome,
	ChangeReport,
	ConfigEdit,
	ConfigText,
	OffloadOptions,
	PolicyChange,
	Proof,
	RevertObstacle,
	RevertReason,
	Splice
} from '../../../../../rpcd/api/index.ts';
import { mode, verdict } from '../import.ts';
import {
	count,
	either,
	flag,
	list,
	nothing,
	nullable,
	object,
	oneOf,
	optional,
	text,
	variants,
	type Shape
} from '../shape.ts';
import { force } from './policy.ts';

const present: Shape<true> = (value, path, mismatch): value is true =>
	value === true || mismatch(path, 'true');

const policyChange = optional(object<PolicyChange>({ rules: count, previous_rules: nullable(count) }));

const options: Shape<OffloadOptions> = object({
	flow_offloading: nullable(text),
	flow_offloading_hw: nullable(text),
	include: optional(present)
});

const config: Shape<ConfigText> = object({ base64: text, size: count });

const edit: Shape<ConfigEdit> = variants('kind', {
	in_place: { splices: list(object<Splice>({ at: count, length: count, text })) },
	rewritten: { config }
});

export const changeCheck: Shape<ChangeCheck> = object({
	mode,
	previous: mode,
	options,
	previous_options: options,
	policy: policyChange,
	way_back: nullable(options),
	config,
	edit,
	revision: text,
	devices: list(text),
	unknown_engines: list(text),
	starts_firewall: flag,
	persistent: flag
});

const by = nullable(text);

const report: Shape<ChangeReport> = object({
	id: count,
	mode,
	previous: mode,
	options,
	previous_options: options,
	policy: policyChange,
	way_back: nullable(options),
	by,
	trial: flag,
	seconds: count
});

const proof: Shape<Proof> = object({
	lacks: nullable(oneOf({ connections: true, movement: true, counters: true, policy: true })),
	looks: count,
	needed: count,
	connections: count,
	others: count
});

const reason: Shape<RevertReason> = variants('code', {
	asked: { by },
	time_over: {},
	not_in_effect: { verdict },
	policy_not_in_force: { force },
	restarted: {},
	stopped: {}
});

const obstacle: Shape<RevertObstacle> = either(
	(value) => value === null,
	nothing,
	variants<NonNullable<RevertObstacle>, 'code'>('code', { firewall: {}, apply: {}, file: { reason: text } })
);

export const outcome: Shape<ChangeOutcome> = variants('code', {
	kept: { by, proved: flag },
	reverted: { reason, loaded: flag },
	superseded: { options },
	not_written: { reason: text }
});

export const change: Shape<Change> = variants('state', {
	none: {},
	starting: { report, seconds_left: count },
	loading: { report, seconds_left: count },
	proving: { report, seconds_left: count, proof },
	reverting: { report, reason, waits_for: obstacle },
	ended: { report, outcome },
	lost: { id: count, mode: nullable(mode) }
});
