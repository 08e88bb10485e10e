// SPDX-License-Identifier: Apache-2.0
/** The plugin, asked by another program of ours as rpcd asks it: a process for each call, with or without rpcd. */
import type { Arguments, MethodName, Methods, Problem } from '../../api/index.ts';
import { answer_to } from 'nft_offload.base.command';
import { is_problem } from 'nft_offload.base.problem';
import { is_object, parse_json } from 'nft_offload.base.value';

const PLUGIN = '/usr/libexec/rpcd/luci.nft-offload';
/** Bytes; more than any reply has. */
const ANSWER_LIMIT = 262144;

/** Whether it is a reply: the plugin's own word for it, which its contract types. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- which method was asked, the caller knows
function is_reply<M extends MethodName>(value: unknown): value is Methods[M]['reply'] {
	return is_object(value) && !is_problem(value);
}

/** What the plugin answers. */
function ask_plugin<M extends MethodName>(method: M, given: Arguments<M>): Methods[M]['reply'] | Problem {
	const answer = parse_json(answer_to(PLUGIN, ['call', method], sprintf('%J', given), ANSWER_LIMIT));
	return is_reply<M>(answer) || (is_object(answer) && is_problem(answer))
		? answer
		: { problem: 'no_answer', program: PLUGIN };
}

export { ask_plugin };
