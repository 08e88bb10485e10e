// SPDX-License-Identifier: Apache-2.0
/** What findings are made of: how it is, or how it would be with another mode. What costs more is asked once, by who needs it. */
import type { Chain, Coverage, Engine, Mode, PolicyForce } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { time_for } from 'nft_offload.base.deadline';
import { read_line } from 'nft_offload.base.files';
import { number_or } from 'nft_offload.base.value';
import { coverage_of } from 'nft_offload.state.coverage';
import { none_has_engine } from 'nft_offload.state.engines';
import type { Evidence } from 'nft_offload.state.evidence';
import { read_policy } from 'nft_offload.state.policy.file';
import { policy_force } from 'nft_offload.state.policy.force';
import { what_hardware_lacks } from 'nft_offload.state.verdict';
import { l2tp_devices } from 'nft_offload.why.l2tp';
import { process_names } from 'nft_offload.why.processes';
import { once } from 'nft_offload.why.once';
import { rules_in_the_way } from 'nft_offload.why.in_the_way';
import type { Rule } from 'nft_offload.why.in_the_way';
import { read_ruleset } from 'nft_offload.why.ruleset';
import type { Ruleset } from 'nft_offload.why.ruleset';

interface Situation {
	evidence: Evidence;
	/** The mode that is judged, and whether it is one that is not set up. */
	mode: Mode;
	planned: boolean;
	/** What is hooked, or would be. */
	hooked: string[];
	coverage: Coverage[];
	engines: Engine[];
	/** Whether an engine may take packets: hardware, not all of the devices are known to have none, and it is not seen that none does. */
	in_hardware: boolean;
	chains: Chain[];
	/** The kernel's version: three numbers. */
	kernel: number[];
	running: () => Record<string, true>;
	policy: () => PolicyForce;
	/** What established connections come by, and flowtables without a device. */
	rules: () => Rule[];
	idle_flowtables: () => string[];
	/** Devices of L2TP and PPTP. */
	l2tp: () => string[];
	/** Programs that did not answer in time. */
	unanswered: string[];
}

/** `6.12.74` as [6, 12, 74]. */
function version_of(text: string): number[] {
	return map(split(text, '.'), (part) => number_or(part, 0));
}

/** Whether a version is below another. */
function is_below(version: number[], other: number[]): boolean {
	for (let i = 0; i < 3; i++) {
		const difference = (version[i] ?? 0) - (other[i] ?? 0);
		if (difference !== 0) {
			return difference < 0;
		}
	}
	return false;
}

/** Seconds for one program: a few are asked in a call. */
const PROGRAM_SECONDS = 3;

/** What a program prints; nothing where it fails. One that has not answered in time is not asked again. */
function ask_program(situation: Situation, name: string, path: string, words: string[]): string {
	if (index(situation.unanswered, name) !== -1) {
		return '';
	}
	const answer = run(path, words, time_for(PROGRAM_SECONDS));
	if (answer.timed_out) {
		push(situation.unanswered, name);
	}
	return answer.status === 0 ? answer.output : '';
}

/** As it is; with a mode, as if that were set up. */
function situation_of(evidence: Evidence, chains: Chain[], wanted: Mode | null): Situation {
	const mode = wanted ?? evidence.effective.mode;
	const would_be = wanted == null || wanted === 'off' ? null : evidence.hooked(wanted);
	const hooked =
		wanted == null ? evidence.effective.devices : would_be != null && would_be.known ? would_be.devices : [];
	const engines =
		wanted == null ? evidence.engines : wanted === 'hardware' ? evidence.engines_of(hooked) : [];
	const unanswered: string[] = [];
	const ruleset = once((): Ruleset => {
		const read = read_ruleset();
		if (read == null) {
			push(unanswered, 'nft');
		}
		return read ?? { chains: {}, helpers: {}, idle: [] };
	});
	const none_taken = wanted == null && what_hardware_lacks(evidence) != null;
	return {
		evidence: evidence,
		mode: mode,
		planned: wanted != null,
		hooked: hooked,
		coverage: mode === 'off' ? [] : coverage_of(evidence.devices, hooked),
		engines: engines,
		in_hardware: mode === 'hardware' && !none_taken && !none_has_engine(engines),
		chains: chains,
		kernel: version_of(read_line('/proc/sys/kernel/osrelease')),
		running: once(process_names),
		policy: once(() => policy_force(evidence.effective, read_policy())),
		l2tp: once(l2tp_devices),
		rules: once(() => rules_in_the_way(ruleset())),
		idle_flowtables: () => ruleset().idle,
		unanswered: unanswered
	};
}

export { ask_program, is_below, situation_of };
export type { Situation };
