// SPDX-License-Identifier: Apache-2.0
import type {
	Answer,
	Comparison,
	ComparisonReport,
	ComparisonStep,
	CoreLoad,
	Doubt,
	Passing,
	Phase
} from '../../../../../rpcd/api/index.ts';
import { mode, problem } from '../import.ts';
import { count, flag, list, nullable, object, oneOf, text, variants, type Shape } from '../shape.ts';
import { outcome } from './change.ts';
import { flow } from './flows.ts';
import { reason } from './why.ts';

const core: Shape<CoreLoad> = object({ busy: count, softirq: count });

const PASSING = {
	received: count,
	sent: count,
	packets: count,
	inside: count,
	busy: count,
	programs: count,
	cores: list(core)
};

const passing: Shape<Passing> = object(PASSING);

const phase: Shape<Phase> = object({
	...PASSING,
	mode,
	lasted: count,
	clock: count,
	counted_by: oneOf({ devices: true, connections: true }),
	software: count,
	hardware: count,
	local: count,
	unseen: count,
	cut_off: count,
	cost: nullable(count),
	latency: nullable(count)
});

const report: Shape<ComparisonReport> = object({
	id: count,
	by: nullable(text),
	previous: mode,
	mode,
	keep_better: flag,
	kernel: text,
	began: count,
	change: nullable(count),
	idle_latency: nullable(count),
	phases: list(phase)
});

const step: Shape<ComparisonStep> = oneOf({
	looking: true,
	waiting: true,
	measuring: true,
	changing: true,
	ending: true
});

const doubt: Shape<Doubt> = variants('cause', {
	too_little: { least: count },
	local: {},
	bridged: {},
	cut_off: {},
	short_lived: {},
	shaped: { device: text, kind: text },
	not_offloaded: { mode, flow: nullable(flow), reasons: list(reason) },
	not_counted: {},
	phases_differ: { by: oneOf({ amount: true, packet_size: true, programs: true, clock: true }) },
	idle: {},
	change_ended: { outcome: nullable(outcome) },
	refused: { problem }
});

const answer: Shape<Answer> = variants('code', {
	compared: { limit: oneOf({ router: true, other: true }), better: flag, kept: flag },
	cannot_tell: { doubt },
	stopped: { by: nullable(text) },
	interrupted: {}
});

export const comparison: Shape<Comparison> = variants('state', {
	none: {},
	running: { report, step, seconds_left: nullable(count), passing: nullable(passing) },
	ended: { report, answer }
});
