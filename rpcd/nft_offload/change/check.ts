// SPDX-License-Identifier: Apache-2.0
/** check_change: what a change of the mode would do, and what stands in its way. Nothing is changed. */
import { stat } from 'fs';
import type { ChangeCheck, Mode, Problem } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { is_problem } from 'nft_offload.base.problem';
import { edit_config } from 'nft_offload.change.edit_config';
import { flash_full } from 'nft_offload.change.flash';
import { is_persistent } from 'nft_offload.change.persistent';
import { plan_for } from 'nft_offload.change.plan';
import { gather } from 'nft_offload.state.evidence';
import { FIREWALL_CONFIG, mode_of, options_for, read_options, way_back_of } from 'nft_offload.state.firewall';
import { apply_pending } from 'nft_offload.state.pending';

/** Bytes of the largest file that is sent: in base64 it fills most of what a reply may hold. */
const CONFIG_LIMIT = 131072;
/** Bytes of the largest one that is sent together with the one that takes its place. */
const REWRITTEN_LIMIT = 65536;

/** What tells the file from another: a file that replaces it has another inode, one that is written over another time or size. */
function revision_of_config(): string {
	const file = stat(FIREWALL_CONFIG);
	return file == null ? '' : `${file.inode}-${file.size}-${file.mtime}`;
}

function check_change(mode: Mode): ChangeCheck | Problem {
	const evidence = gather();
	const plan = plan_for(mode, evidence);
	if (is_problem(plan)) {
		return plan;
	}
	const revision = revision_of_config();
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT + 1);
	const now = read_options();
	if (text == null) {
		return { problem: 'config_unavailable', reason: 'it cannot be read' };
	}
	if (now == null) {
		return { problem: 'no_defaults' };
	}
	const options = options_for(mode, now);
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
	return {
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
}

export { check_change };
