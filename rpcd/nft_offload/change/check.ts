// SPDX-License-Identifier: Apache-2.0
/** check_change: what a change of the mode would do, and what stands in its way. Nothing is changed. */
import type {
	ChangeCheck,
	CheckChangeArguments,
	Effective,
	OffloadOptions,
	PolicyChange,
	PolicyRule,
	Problem
} from '../../api/index.ts';
import { file_stamp, read_file } from 'nft_offload.base.files';
import { is_problem } from 'nft_offload.base.problem';
import { edit_config } from 'nft_offload.change.edit_config';
import { edit_policy } from 'nft_offload.change.edit_policy';
import { flash_full } from 'nft_offload.change.flash';
import { is_persistent } from 'nft_offload.change.persistent';
import { plan_for } from 'nft_offload.change.plan';
import { policy_now, refused_chain } from 'nft_offload.change.policy';
import { gather } from 'nft_offload.state.evidence';
import {
	FIREWALL_CONFIG,
	mode_of,
	options_for,
	read_options,
	way_back_of,
	with_include
} from 'nft_offload.state.firewall';
import { apply_pending } from 'nft_offload.state.pending';
import { read_policy } from 'nft_offload.state.policy.file';
import { policy_force } from 'nft_offload.state.policy.force';
import { chain_lines } from 'nft_offload.state.policy.render';
import { enabled_rules } from 'nft_offload.state.policy.rules';
import { policy_stamp } from 'nft_offload.state.policy.stamp';

/** Bytes of the largest file that is sent: in base64 it fills most of what a reply may hold. */
const CONFIG_LIMIT = 131072;
/** Bytes of the largest one that is sent together with the one that takes its place. */
const REWRITTEN_LIMIT = 65536;

/**
 * What tells the files from others: a file that replaces one has another inode, one that is written over another time or size. Of the
 * policy's where that is to change.
 */
function revision_of(policy: PolicyRule[] | null): string {
	const own = file_stamp(FIREWALL_CONFIG);
	return policy == null ? own : `${own}-${policy_stamp()}`;
}

/** The policy and the options that go with it: of a policy of which a rule is enabled, the include. Null where the policy stays. */
interface PolicyPlan {
	change: PolicyChange | null;
	options: OffloadOptions;
}

/** What a policy would change, or why it cannot be. One that the file has already, and the kernel has not, is to be put in force. */
function plan_policy(
	policy: PolicyRule[] | null,
	options: OffloadOptions,
	effective: Effective
): PolicyPlan | Problem {
	if (policy == null) {
		return { change: null, options: options };
	}
	const enabled = enabled_rules(policy);
	const refusal = length(enabled) === 0 ? null : refused_chain(chain_lines(policy));
	if (refusal != null) {
		return { problem: 'policy_rules_refused', reason: refusal };
	}
	const asked = read_policy();
	const previous = asked.rules;
	const now = policy_now();
	return {
		change:
			edit_policy(now, policy) === now && policy_force(effective, asked).state !== 'not_in_force'
				? null
				: {
						rules: length(enabled),
						previous_rules: previous == null ? null : length(enabled_rules(previous))
					},
		options: with_include(options, length(enabled) > 0)
	};
}

function check_change(given: CheckChangeArguments): ChangeCheck | Problem {
	const mode = given.mode;
	const evidence = gather();
	const plan = plan_for(mode, evidence);
	if (is_problem(plan)) {
		return plan;
	}
	const revision = revision_of(given.policy ?? null);
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT + 1);
	const now = read_options();
	if (text == null) {
		return { problem: 'config_unavailable', reason: 'it cannot be read' };
	}
	if (now == null) {
		return { problem: 'no_defaults' };
	}
	const planned = plan_policy(given.policy ?? null, options_for(mode, now), evidence.effective);
	if (is_problem(planned)) {
		return planned;
	}
	const options = planned.options;
	const way_back = way_back_of(now);
	if (length(text) > CONFIG_LIMIT) {
		return { problem: 'config_unavailable', reason: 'larger than 128 KiB' };
	}
	const edited = edit_config(text, options);
	if (is_problem(edited)) {
		return edited;
	}
	if (edited.edit.kind === 'rewritten' && max(length(text), length(edited.text)) > REWRITTEN_LIMIT) {
		return { problem: 'config_unavailable', reason: 'larger than 64 KiB, and has to be written anew' };
	}
	const hindrance = apply_pending() ? ({ problem: 'apply_pending' } as const) : flash_full();
	if (hindrance != null) {
		return hindrance;
	}
	const check: ChangeCheck = {
		mode: mode,
		previous: mode_of(way_back ?? now),
		options: options,
		previous_options: now,
		way_back: way_back,
		config: { base64: b64enc(text), size: length(text) },
		edit: edited.edit,
		revision: revision,
		devices: plan.devices,
		unknown_engines: plan.unknown_engines,
		starts_firewall: !evidence.effective.loaded && evidence.effective.error == null,
		persistent: is_persistent()
	};
	if (planned.change != null) {
		check.policy = planned.change;
	}
	return check;
}

export { check_change };
